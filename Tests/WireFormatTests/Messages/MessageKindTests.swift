import Foundation
import Testing

/// The numbers of messages' kinds, wherever in the sources a kind is.
@Suite struct MessageKindTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../Sources")

  private static func kinds() throws -> [(number: Int, name: String)] {
    var kinds: [(number: Int, name: String)] = []
    let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /MessageKind\(\s*number: (\d+), name: "(\w+)"/) {
        kinds.append((try #require(Int(match.1)), String(match.2)))
      }
    }
    return kinds
  }

  @Test func noNumberAndNoNameIsGivenTwice() throws {
    let kinds = try MessageKindTests.kinds()
    #expect(kinds.count > 2)
    #expect(Set(kinds.map(\.number)).count == kinds.count, "\(kinds)")
    #expect(Set(kinds.map(\.name)).count == kinds.count, "\(kinds)")
  }

  /// A number stands there for good, also when its kind is given up.
  @Test func everyNumberIsListedAsTaken() throws {
    let file = MessageKindTests.sources.appending(path: "WireFormat/Messages/MessageKind.swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    let listed = text.split(separator: "\n").filter { $0.contains("///") }.joined(separator: " ")
    for kind in try MessageKindTests.kinds() {
      #expect(listed.contains(" \(kind.number) `\(kind.name)`"), "\(kind.number) \(kind.name)")
    }
  }
}
