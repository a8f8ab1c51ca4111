import EventLog
import Foundation
import SeededGenerator
import Testing

@testable import Gateway

@Suite struct ReadTokenTests {
  @Test func oneTokenInFull() {
    let token = ReadToken([
      TopicPartition("in-web", 3): NextOffset(1_235), TopicPartition("in-web", 11): NextOffset(7),
      TopicPartition("in-app", 0): NextOffset(0),
    ])
    #expect(
      token.text == "v1."
        + Data(#"{"in-app":{"0":0},"in-web":{"3":1235,"11":7}}"#.utf8).base64EncodedString()
        .replacingOccurrences(of: "=", with: ""))
    #expect(ReadToken(text: token.text) == token)
    #expect(ReadToken(text: ReadToken().text)?.isEmpty == true)
  }

  @Test func textsAndBack() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      var ends: [TopicPartition: NextOffset] = [:]
      for _ in 0..<Int(random.pick(0...9)) {
        let topic = random.pick(["in-web", "a\"b", "größe", "x.y_z-1"])
        ends[TopicPartition(topic, Int32(random.pick(0...200)))] = NextOffset(random.pick(0...(1 << 50)))
      }
      let token = ReadToken(ends)
      #expect(ReadToken(text: token.text) == token)
      // Cut or changed anywhere it is another one or none, and nothing traps.
      let text = token.text
      _ = ReadToken(text: String(text.prefix(Int(random.pick(0...Int64(text.utf8.count))))))
    }
  }

  @Test(arguments: [
    "", "v1", "v2.e30", "v1.!", "v1.eyJhIjoxfQ", "v1.eyJhIjp7IngiOjF9fQ", "v1.eyJhIjp7IjAiOi0xfX0",
    "v1.eyJhIjp7Ii0xIjoxfX0", "v1.W10",
  ])
  func whatIsNone(text: String) { #expect(ReadToken(text: text) == nil) }

  @Test("Texts have at most 8 KiB", arguments: [(0, true), (1, false)])
  func longest(offset: Int, isRead: Bool) {
    // Blanks within JSON are no harm. 8,189 digits of base64 are 6,141 bytes and two bits.
    let json = "{" + String(repeating: " ", count: 6_139 + offset * 2) + "}"
    let text =
      "v1." + Data(json.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
    #expect((text.utf8.count <= ReadToken.maxBytes) == isRead)
    #expect((ReadToken(text: text) != nil) == isRead)
  }

  @Test func severalMeanTheLatest() {
    let partition = TopicPartition("in-web", 1)
    var token = ReadToken([partition: NextOffset(5)])
    token.formUnion(ReadToken([partition: NextOffset(3), TopicPartition("in-app", 0): NextOffset(2)]))
    #expect(token.ends == [partition: NextOffset(5), TopicPartition("in-app", 0): NextOffset(2)])
  }

  @Test(arguments: [
    ("settled", true), ("wait=1, Settled", true), ("settled=1", false), ("unsettled", false), ("", false),
  ])
  func whetherItIsSettled(field: String, isSettled: Bool) {
    #expect(ReadAfterWrite.settles(field.isEmpty ? [] : [field]) == isSettled)
  }

  @Test(arguments: [
    ("", 2), ("wait=1", 1), ("respond-async, wait=4", 4), ("Wait = 3", 3), ("wait=5", 5), ("wait=6", 5),
    ("wait=0", 0), ("wait=x", 2), ("wait=-1", 2), ("wait=99999", 2),
  ])
  func howLongAnAnswerWaits(field: String, seconds: Int) {
    #expect(ReadAfterWrite.wait(field.isEmpty ? [] : [field]) == .seconds(seconds))
  }
}
