import Foundation
import NIOHTTP1
import SeededGenerator
import Testing

@testable import Gateway

/// Texts of the program's own, packed for who takes that.
@Suite struct ServedTextTests {
  private func head(_ encodings: String...) -> RequestHead {
    RequestHead(
      method: "GET", path: "/", query: "", headers: HTTPHeaders(encodings.map { ("Accept-Encoding", $0) }),
      clientAddress: nil, id: "r")
  }

  @Test(arguments: [
    ("gzip", true), ("GZIP, deflate, br", true), ("br;q=1, gzip;q=0.5", true), ("x-gzip", true),
    ("br", false),
    ("gzip;q=0", false), ("gzip; q=0.0", false), ("gzip;q=x", false), ("", false), ("*", false),
    ("gzipped", false),
  ])
  func whoTakesIt(field: String, takes: Bool) { #expect(ServedText.takesGzip([field]) == takes) }

  @Test func whatIsSentIsTheText() throws {
    let plain = Array(String(repeating: "what repeats is short; ", count: 200).utf8)
    let text = ServedText(plain)
    #expect(
      text.body(for: head()).bytes == plain && text.body(for: head("br")).fields.map(\.name) == ["Vary"])
    let (packed, fields) = text.body(for: head("br", "gzip"))
    #expect(packed.count < plain.count / 10)
    #expect(fields == [Answer.Field("Vary", "Accept-Encoding"), Answer.Field("Content-Encoding", "gzip")])
    let reservation = ByteBudget(limit: 1 << 20).reserve()
    #expect(try Inflation.inflate(packed, .gzip, maxBytes: plain.count, reservation: reservation) == plain)
  }

  @Test func whatDoesNotShrinkIsSentAsItIs() {
    var random = SeededGenerator(seed: 1)
    let noise = (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
    for bytes in [noise, []] { #expect(ServedText(bytes).body(for: head("gzip")).bytes == bytes) }
  }
}
