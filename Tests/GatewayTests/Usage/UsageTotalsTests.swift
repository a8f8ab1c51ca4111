import EventLog
import JourneyModel
import Testing
import WireFormat

@testable import Gateway

/// The sum of a lane's journal, by day.
@Suite struct UsageTotalsTests {
  private static func batch(
    _ sequence: Int, at time: String, _ events: Int = 1, _ sessions: Int = 0, source: String = "shop",
    stream: JourneyModel.Stream = .web
  ) throws -> JournalRecord {
    var record = JournalRecord(
      lane: 2, partitions: 4, sequence: BatchSequence(sequence),
      takenAt: try #require(EventTime(iso8601: time)), configuration: "c")
    var count = UsageCounts.Count()
    (count.events, count.sessions) = (events, sessions)
    record.usage.add(count, source: source, stream: stream)
    return record
  }

  private static func lines(_ totals: UsageTotals) -> [String] {
    totals.records.map { "\($0.key) \($0.events) \($0.sessions) \($0.sequence)" }
  }

  @Test func batchesOfADayAddUp() throws {
    var totals = UsageTotals(lane: 2)
    totals.add(try Self.batch(1, at: "2026-01-05T00:00:00.000Z", 3, 1))
    totals.add(try Self.batch(2, at: "2026-01-05T23:59:59.999Z", 4, 2))
    totals.add(try Self.batch(3, at: "2026-01-06T00:00:00.000Z", 5, 0, stream: .custom))
    #expect(Self.lines(totals) == ["2/2026-01-05/web/shop 7 3 3", "2/2026-01-06/custom/shop 5 0 3"])
    totals.settle()
    #expect(totals.records.isEmpty)
    totals.add(try Self.batch(4, at: "2026-01-05T12:00:00.000Z", 1))
    #expect(Self.lines(totals) == ["2/2026-01-05/web/shop 8 3 4"])
  }

  @Test func whatWasWrittenGoesOn() throws {
    var before = UsageTotals(lane: 2)
    before.add(try Self.batch(1, at: "2026-01-05T00:00:00.000Z", 3, 1, source: "a \"b\"/c"))
    var totals = UsageTotals(lane: 2)
    for record in before.records { totals.load(try #require(UsageRecord(decoding: record.value))) }
    #expect(totals.records.isEmpty)
    totals.add(try Self.batch(2, at: "2026-01-05T00:00:00.000Z", 4, 1, source: "a \"b\"/c"))
    #expect(Self.lines(totals) == ["2/2026-01-05/web/a \"b\"/c 7 2 2"])
  }

  /// Seven days can grow; a clock that was set back farther makes no day of before begin anew.
  @Test(arguments: [-1, 0, 1])
  func aDayIsKeptForSoLong(offset: Int) throws {
    var totals = UsageTotals(lane: 2)
    totals.add(try Self.batch(1, at: "2026-01-02T10:00:00.000Z", 100))
    totals.add(try Self.batch(2, at: "2026-01-08T10:00:00.000Z", 1))
    totals.settle()
    totals.add(try Self.batch(3, at: "2026-01-0\(2 - offset)T10:00:00.000Z", 1))
    let day = offset == -1 ? "03" : "02"
    let events = offset == -1 ? 1 : 101
    #expect(Self.lines(totals) == ["2/2026-01-\(day)/web/shop \(events) 0 3"])
    totals.add(try Self.batch(4, at: "2026-01-30T10:00:00.000Z", 1))
    #expect(totals.records.count == 2, "what is not written yet is not forgotten")
    totals.settle()
    totals.add(try Self.batch(5, at: "2026-01-30T10:00:00.000Z", 1))
    #expect(totals.counts.count == 1)
  }

  @Test(arguments: [-1, 0, 1])
  func aDayHasSoManySources(offset: Int) throws {
    var totals = UsageTotals(lane: 2)
    let limit = UsageTotals.maxSources
    for number in 0..<limit + offset {
      totals.add(try Self.batch(number + 1, at: "2026-01-05T00:00:00.000Z", source: "s\(number)"))
    }
    let others = totals.records.filter { $0.source == "other" }
    #expect(others.map(\.events) == (offset > 0 ? [1] : []))
    #expect(totals.records.reduce(0) { $0 + $1.events } == limit + offset)
  }

  @Test func whatIsNoRecordIsNotRead() {
    for text in ["", "{}", "7", #"{"v":2,"lane":1,"day":"2026-01-05"}"#] {
      #expect(UsageRecord(decoding: Array(text.utf8)) == nil)
    }
  }
}
