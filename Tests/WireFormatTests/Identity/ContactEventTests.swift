import EventLog
import Foundation
import Identity
import JourneyModel
import Testing
import WireFormat

/// Records of the topic `contactEvents`.
@Suite struct ContactEventTests {
  private typealias Happening = ContactEventEncoder.Happening
  private static let ada = ContactID(text: Array("ada".utf8))
  private static let bob = ContactID(text: Array("bob".utf8))
  private static let time = EventTime(milliseconds: 1_767_607_200_000)

  private static let happenings: [(Happening, String)] = [
    (
      .changed(.merged(ada, into: bob, because: [Array("k\"1".utf8)])),
      #""event":"merged","contactId":"ada","mergedTo":"bob","because":["k\"1"]}"#
    ),
    (
      .changed(.separated(ada, from: bob, because: [])),
      #""event":"separated","contactId":"ada","previousContact":"bob","because":[]}"#
    ),
    (
      .changed(.suggested(ada, other: bob, .conflict(.email), because: [Array("e1".utf8)])),
      #""event":"suggested","contactId":"ada","suggestedContact":"bob","reason":"conflict","because":["e1"]}"#
    ),
    (
      .switched(
        Identifier(type: .cookie, value: Array("c-1".utf8)), from: bob, to: ada, since: time),
      #""event":"switched","contactId":"ada","previousContact":"bob","device":{"type":"cookie","value":"c-1"},"since":"2026-01-05T10:00:00.000Z"}"#
    ),
    (.gone(ada, .expired), #""event":"expired","contactId":"ada"}"#),
  ]

  @Test func whatIsWritten() throws {
    let encoder = ContactEventEncoder(group: "g", lane: 3)
    var ids: Set<String> = []
    for (happening, text) in Self.happenings {
      let value = String(decoding: encoder.encode(happening, at: Self.time), as: UTF8.self)
      #expect(value.hasSuffix(text), "\(value)")
      #expect(encoder.key(happening) == Self.ada.text)
      let object = try JSONSerialization.jsonObject(with: Data(value.utf8)) as? [String: Any]
      let id = try #require(object?["id"] as? String)
      #expect(encoder.headers(happening, at: Self.time).text("ce_id") == id)
      ids.insert(id)
      // The same for the same, whoever finds it.
      #expect(ContactEventEncoder(group: "h", lane: 1).encode(happening, at: Self.time) == Array(value.utf8))
    }
    #expect(ids.count == Self.happenings.count)
  }
}
