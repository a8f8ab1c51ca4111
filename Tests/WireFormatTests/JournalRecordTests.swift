import Foundation
import JourneyModel
import Testing
import WireFormat

/// Journal records as bytes.
@Suite struct JournalRecordTests {
  private func record() -> JournalRecord {
    var record = JournalRecord(
      lane: 3, partitions: 8, sequence: 42, takenAt: EventTime(milliseconds: 1_767_600_000_123),
      configuration: "abc")
    record.ranges = ["web": 5..<9, "a\"b": 0..<0, "app": 1..<2]
    record.ticks = [.web: EventTime(milliseconds: 1_767_600_000_001), .custom: EventTime(milliseconds: 2)]
    record.highest = [.custom: EventTime(milliseconds: 4), .web: EventTime(milliseconds: 3)]
    record.counts.read = 7
    record.counts.applied = 3
    record.counts.duplicates = 2
    record.counts.rejected = 1
    record.counts.routed = 1
    record.redoFrom = 40
    record.outputs = "0123456789abcdef"
    record.state = "fedcba9876543210"
    return record
  }

  @Test func isReadBack() throws {
    #expect(try JournalRecord(decoding: record().encoded()) == record())
    var without = record()
    without.ticks = [:]
    without.ranges = [:]
    without.highest = [:]
    #expect(try JournalRecord(decoding: without.encoded()) == without)
  }

  @Test func hasTheseBytes() {
    let expected =
      #"{"v":1,"lane":3,"partitions":8,"sequence":42,"ranges":{"a\"b":[0,0],"app":[1,2],"web":[5,9]},"#
      + #""ticks":{"web":"2026-01-05T08:00:00.001Z","custom":"1970-01-01T00:00:00.002Z"},"takenAt":"2026-01-05T08:00:00.123Z","#
      + #""reducer":"6","configuration":"abc","#
      + #""watermarks":{"web":"1970-01-01T00:00:00.003Z","custom":"1970-01-01T00:00:00.004Z"},"#
      + #""counts":{"read":7,"applied":3,"duplicates":2,"rejected":1,"routed":1},"#
      + #""redoFrom":40,"outputs":"0123456789abcdef","state":"fedcba9876543210"}"#
    #expect(String(decoding: record().encoded(), as: UTF8.self) == expected)
  }

  @Test func marksOfMessagesStandInTheOrderOfLanes() throws {
    var record = record()
    record.received = [10: MessageMark(sequence: 3, index: 0), 2: MessageMark(sequence: 400, index: 7)]
    record.counts.messages = 2
    let text = String(decoding: record.encoded(), as: UTF8.self)
    #expect(text.contains(#","received":{"2":[400,7],"10":[3,0]},"counts":"#))
    #expect(text.contains(#""routed":1,"messages":2}"#))
    #expect(try JournalRecord(decoding: record.encoded()) == record)
    for wrong in [#""x":[1,2]"#, #""-1":[1,2]"#, #""1":[1]"#, #""1":[1,-2]"#, #""4294967296":[1,2]"#] {
      let damaged = text.replacingOccurrences(of: #""10":[3,0]"#, with: wrong)
      #expect(throws: (any Error).self) { try JournalRecord(decoding: Array(damaged.utf8)) }
    }
  }

  /// Builds with reducers up to 3 wrote one time for all streams.
  @Test func aTickOfAnOlderBuildIsOfEveryStream() throws {
    let text = String(decoding: record().encoded(), as: UTF8.self)
    let ticks = #""ticks":{"web":"2026-01-05T08:00:00.001Z","custom":"1970-01-01T00:00:00.002Z"}"#
    #expect(text.contains(ticks))
    let old = text.replacingOccurrences(of: ticks, with: #""tick":"2026-01-05T08:00:00.001Z""#)
    let decoded = try JournalRecord(decoding: Array(old.utf8))
    #expect(decoded.ticks == StreamTimes(every: EventTime(milliseconds: 1_767_600_000_001)))
  }

  /// A newer build may know more streams.
  @Test func aTickOfAnUnknownStreamIsPassedOver() throws {
    let text = String(decoding: record().encoded(), as: UTF8.self)
    let newer = text.replacingOccurrences(
      of: #""ticks":{"#, with: #""ticks":{"smell":"2026-01-05T08:00:00.001Z","#)
    #expect(newer != text)
    #expect(try JournalRecord(decoding: Array(newer.utf8)) == record())
  }

  @Test func damagedBytesAreAnError() throws {
    let bytes = record().encoded()
    for end in bytes.indices {
      #expect(throws: (any Error).self) { try JournalRecord(decoding: Array(bytes[..<end])) }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    for (good, bad) in [
      ("\"v\":1", "\"v\":2"), ("[5,9]", "[9,5]"), ("[5,9]", "[5]"), ("2026-01-05T08:00:00.123Z", "today"),
      ("\"lane\":3", "\"lane\":\"3\""),
    ] {
      let damaged = Array(text.replacingOccurrences(of: good, with: bad).utf8)
      #expect(throws: (any Error).self, "\(bad)") { try JournalRecord(decoding: damaged) }
    }
  }
}
