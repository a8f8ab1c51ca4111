import EventLog
import Identity
import JourneyModel
import Testing
import WireFormat

/// Records of the topic `contacts`.
@Suite struct ContactRecordTests {
  private static let time = EventTime(milliseconds: 1_767_607_200_000)

  /// Ids are texts of an address book, too: what is no text is made one.
  @Test(arguments: [
    Array("ada".utf8), Array("4f6f1c3e-2b6d-5a7e-9c1d-0a1b2c3d4e5f".utf8), Array("Zoë".utf8),
    [0x61, 0xff, 0x62], [0xc3],
  ])
  func hasTheseHeaders(_ id: [UInt8]) {
    let subject = String(decoding: id, as: UTF8.self)
    let expected = HeaderBlock([
      ("ce_specversion", "1.0"), ("ce_type", OutputTopic.contacts.entry.eventType ?? ""),
      ("ce_source", "/sojourn/g/3"), ("content-type", "application/json"), ("ce_id", "\(subject):17"),
      ("ce_subject", subject), ("ce_time", "2026-01-05T10:00:00.000Z"), ("sojourn-origin-partition", "3"),
    ])
    let encoder = ContactEncoder(group: "g", lane: 3)
    #expect(encoder.headers(of: ContactID(text: id), revision: 17, at: Self.time) == expected)
  }

  @Test(arguments: [("ada", "ada"), ("a\"d\\a", "a\\\"d\\\\a")])
  func leadsToItself(_ id: String, _ escaped: String) {
    let encoder = ContactEncoder(group: "g", lane: 3)
    let value = encoder.encode(
      ContactID(text: Array(id.utf8)), mergedInto: ContactID(text: [0x62]), revision: 2)
    let path = "/api/v2/externalcontacts/contacts/\(escaped)"
    #expect(
      String(decoding: value, as: UTF8.self)
        == "{\"id\":\"\(escaped)\",\"selfUri\":\"\(path)\",\"revision\":2,\"mergedTo\":\"b\"}")
  }
}
