import Foundation
import Testing

@testable import Gateway

/// The script for pages: what a browser may keep, and how large it is.
@Suite(.timeLimit(.minutes(1))) struct SnippetTests {
  private static func ask(_ target: String, _ fields: [String] = []) async throws -> RawAnswer {
    let lines = ["GET \(target) HTTP/1.1", "Host: localhost"] + fields + ["", ""]
    return try await GatewayScene().answer(to: lines.joined(separator: "\r\n"))
  }

  private static var file: URL {
    URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/Gateway/Server/sojourn.js")
  }

  @Test func theScriptIsServedToAnyPage() async throws {
    let answer = try await SnippetTests.ask("/sojourn.js", ["Origin: https://shop.example"])
    #expect(answer.status == 200)
    let script = try Array(Data(contentsOf: SnippetTests.file))
    #expect(Array(answer.body.utf8) == Snippet.packed(script))
    #expect(answer.fields["content-type"] == "text/javascript; charset=utf-8")
    #expect(answer.fields["cache-control"] == "public, max-age=3600")
    #expect(answer.fields["access-control-allow-origin"] == "*")
    #expect(answer.fields["cross-origin-resource-policy"] == "cross-origin")
    #expect(answer.fields["x-content-type-options"] == "nosniff")
    #expect(answer.fields["etag"] == "\"\(Snippet.served.hash)\"")
  }

  @Test func underItsHashItNeverChanges() async throws {
    let hash = Snippet.served.hash
    let answer = try await SnippetTests.ask("/sojourn-\(hash).js")
    #expect(answer.fields["cache-control"] == "public, max-age=31536000, immutable")
    // A page that nobody has touched since an upgrade goes on sending.
    let other = try await SnippetTests.ask("/sojourn-0123456789abcdef.js")
    #expect(other.status == 200 && other.body == answer.body)
    #expect(other.fields["cache-control"] == "public, max-age=3600")
  }

  @Test(arguments: ["TAG", "W/TAG", "\"other\", TAG", "*"])
  func whoHasItIsToldSo(field: String) async throws {
    let field = field.replacingOccurrences(of: "TAG", with: "\"\(Snippet.served.hash)\"")
    let answer = try await SnippetTests.ask("/sojourn.js", ["If-None-Match: \(field)"])
    #expect(answer.status == 304 && answer.body.isEmpty)
    #expect(answer.fields["etag"] == "\"\(Snippet.served.hash)\"")
  }

  @Test func anotherScriptIsGiven() async throws {
    #expect(try await SnippetTests.ask("/sojourn.js", ["If-None-Match: \"other\""]).status == 200)
    #expect(Snippet([1]).hash != Snippet([2]).hash)
    for path in ["/sojourn-.js", "/sojourn.jsx", "/sojournx.js", "/x/sojourn.js"] {
      #expect(Route(path: path) == nil, "\(path)")
    }
  }

  /// A page loads it before it sends anything.
  @Test func itIsSmall() {
    #expect(PackedBody.pack(Snippet.served.text).count <= 4_096)
  }

  @Test func whatOnlyReadersNeedIsLeftOut() {
    let script = "/* a */\n  // b\n\n  c('//'); // d\n\te\n"
    #expect(
      Snippet.packed(Array(script.utf8)) == Array("/* a */\nc('//'); // d\n\te\n".utf8))
  }
}
