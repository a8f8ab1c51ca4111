import EventLog
import JourneyModel
import SeededGenerator
import Testing
import WireFormat

@testable import Views

@Suite("View: how batches went")
struct BatchHistoryTests {
  private func record(at milliseconds: Int64, applied: Int, sources: [String: Int] = [:]) -> JournalRecord {
    var record = JournalRecord(
      lane: 0, partitions: 1, sequence: BatchSequence(1), takenAt: EventTime(milliseconds: milliseconds),
      configuration: "c")
    record.counts.applied = applied
    for (source, events) in sources {
      var count = UsageCounts.Count()
      count.events = events
      record.usage.add(count, source: source, stream: .web)
    }
    return record
  }

  @Test("Batches of one interval are counted together", arguments: [-1, 0, 1])
  func intervals(milliseconds: Int64) {
    var history = BatchHistory()
    history.note(record(at: 10_000, applied: 1, sources: ["a": 1]))
    history.note(record(at: 15_000 + milliseconds, applied: 2, sources: ["a": 1, "b": 1]))
    #expect(history.intervals.map(\.applied) == (milliseconds < 0 ? [3] : [1, 2]))
    #expect(history.intervals.last?.sources == (milliseconds < 0 ? ["a": 2, "b": 1] : ["a": 1, "b": 1]))
  }

  @Test("So many intervals are kept, the newest ones", arguments: [-1, 0, 1])
  func bounded(more: Int) {
    var history = BatchHistory()
    let count = BatchHistory.maxIntervals + more
    for number in 0..<count { history.note(record(at: Int64(number) * 5_000, applied: number)) }
    #expect(history.intervals.count == min(count, BatchHistory.maxIntervals))
    #expect(history.intervals.first?.applied == max(0, more))
    // What is older than all of them is not counted; the list is in order in any case.
    let before = history
    history.note(record(at: -5_000, applied: 1))
    #expect((history == before) == (more >= 0))
  }

  @Test(arguments: 0..<20)
  func inWhateverOrderLanesAreRead(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let times = (0..<100).map { _ in random.pick(0...400_000) }
    var (mixed, sorted) = (BatchHistory(), BatchHistory())
    for time in times { mixed.note(record(at: time, applied: Int(time % 7))) }
    for time in times.sorted() { sorted.note(record(at: time, applied: Int(time % 7))) }
    #expect(mixed == sorted)
    #expect(mixed.intervals.map(\.applied).reduce(0, +) == times.reduce(0) { $0 + Int($1 % 7) })
  }

  @Test("So many sources are told apart", arguments: [-1, 0, 1])
  func sources(more: Int) {
    var history = BatchHistory()
    for number in 0..<BatchHistory.maxSources + more {
      history.note(record(at: 0, applied: 1, sources: ["s\(number)": 1]))
    }
    let known = history.intervals[0].sources
    #expect(known.values.reduce(0, +) == BatchHistory.maxSources + more)
    #expect((known["other"] != nil) == (more > 0))
  }
}
