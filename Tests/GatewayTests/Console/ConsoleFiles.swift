import Foundation

/// The console's files as they are written.
enum ConsoleFiles {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../Sources/Gateway/Console/Assets")

  static let all: [String: [UInt8]] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, [UInt8]((try? Data(contentsOf: folder.appending(path: $0))) ?? Data()))
      })
  }()

  static var scripts: [String: [UInt8]] { all.filter { $0.key.hasSuffix(".js") } }

  /// Files that a script names as ones that it is loaded with, and theirs.
  static func closure(of name: String, _ found: inout Set<String>) {
    guard let source = all[name], found.insert(name).inserted else { return }
    let text = String(decoding: source, as: UTF8.self)
    for match in text.matches(of: /from '\.\/([a-z.]+)'/) { closure(of: String(match.1), &found) }
  }
}
