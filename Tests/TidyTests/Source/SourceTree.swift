import Foundation

/// The repository as it is on disk: every Swift file and every document, in order of their paths.
struct SourceTree {
  let files: [SourceFile]
  let package: PackageManifest
  /// Every folder with Swift files or checks, as a path from the root.
  let folders: Set<String>

  /// The tree that this test was built from.
  static let current = SourceTree(root: URL(fileURLWithPath: #filePath).deletingLastPathComponent(4))

  init(root: URL) {
    var files: [SourceFile] = []
    var folders: Set<String> = []
    for path in SourceTree.paths(in: root) {
      if !path.hasSuffix(".md") { folders.insert((path as NSString).deletingLastPathComponent) }
      guard !path.hasSuffix(".sh") else { continue }
      guard let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) else {
        continue
      }
      files.append(SourceFile(path: path, text: text))
    }
    self.files = files
    self.folders = folders
    package = PackageManifest(files.first { $0.path == "Package.swift" }?.lines.joined(separator: "\n") ?? "")
  }

  var sources: [SourceFile] { files.filter(\.isSource) }
  var swift: [SourceFile] { files.filter { $0.isSource || $0.isTest } }
  var documents: [SourceFile] { files.filter { $0.path.hasSuffix(".md") } }

  private static func paths(in root: URL) -> [String] {
    var paths: [String] = []
    for top in ["Package.swift", "README.md", "Sources", "Tests", "docs", "examples", "schemas"] {
      let start = root.appendingPathComponent(top)
      guard let walk = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil) else {
        continue
      }
      if top.contains(".") { paths.append(top) }
      for case let file as URL in walk where ["swift", "md", "sh"].contains(file.pathExtension) {
        paths.append(String(file.path.dropFirst(root.path.count + 1)))
      }
    }
    return paths.sorted()
  }
}

extension URL {
  fileprivate func deletingLastPathComponent(_ count: Int) -> URL {
    (0..<count).reduce(self) { url, _ in url.deletingLastPathComponent() }
  }
}
