import Foundation

/// What `Package.swift` says of its targets. Read as text: the tests cannot ask the package manager that runs
/// them.
struct PackageManifest {
  struct Target {
    let name: String
    /// Line in the manifest, from 1.
    let line: Int
    /// Where its files are, from the repository's root.
    let folder: String
    /// Modules that it may import: targets, and products under their module's name.
    let dependencies: [String]
  }

  let targets: [Target]

  init(_ text: String) {
    let code = SourceText(text).code
    let bytes = Array(text.utf8)
    var targets: [Target] = []
    for kind in ["target", "executableTarget", "testTarget", "systemLibrary"] {
      for start in PackageManifest.calls(of: ".\(kind)(", in: code) {
        let end = PackageManifest.end(of: start, in: code)
        let body = String(decoding: bytes[start..<end], as: UTF8.self)
        guard let name = PackageManifest.matches("^\\(\\s*name:\\s*\"([^\"]+)\"", body).first else {
          continue
        }
        let path = PackageManifest.matches("\\bpath:\\s*\"([^\"]+)\"", body).first
        targets.append(
          Target(
            name: name, line: bytes[..<start].count { $0 == .lineFeed } + 1,
            folder: path ?? (kind == "testTarget" ? "Tests/\(name)" : "Sources/\(name)"),
            dependencies: PackageManifest.dependencies(of: body)))
      }
    }
    self.targets = targets.sorted { $0.line < $1.line }
  }

  private static func calls(of call: String, in code: [UInt8]) -> [Int] {
    let pattern = Array(call.utf8)
    guard code.count >= pattern.count else { return [] }
    return (0...(code.count - pattern.count)).filter {
      code[$0..<($0 + pattern.count)].elementsEqual(pattern)
    }
    .map { $0 + pattern.count - 1 }
  }

  /// Behind the parenthesis that closes the one at `start`.
  private static func end(of start: Int, in code: [UInt8]) -> Int {
    var depth = 0
    for index in start..<code.count {
      if code[index] == .openParenthesis { depth += 1 }
      if code[index] == .closeParenthesis { depth -= 1 }
      if depth == 0 { return index + 1 }
    }
    return code.count
  }

  private static func dependencies(of body: String) -> [String] {
    guard let list = matches("dependencies:\\s*\\[([^\\]]*)\\]", body).first else { return [] }
    let products = matches("\\.product\\(\\s*name:\\s*\"([^\"]+)\"", list)
    let plain = list.replacingOccurrences(of: "\\.product\\([^)]*\\)", with: "", options: .regularExpression)
    return matches("\"([^\"]+)\"", plain) + products
  }

  private static func matches(_ pattern: String, _ text: String) -> [String] {
    guard let expression = try? NSRegularExpression(pattern: pattern) else { return [] }
    return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap {
      Range($0.range(at: 1), in: text).map { String(text[$0]) }
    }
  }
}
