import JourneyModel
import Learning
import Predictions
import SeededGenerator
import Testing

/// Of all examples the newest are kept, and which these are does not depend on where they stand.
@Suite struct HeldExamplesTests {
  private static var settings: TrainingSettings {
    var settings = TrainingSettings()
    settings.maxSessions = 5
    return settings
  }

  private func record(_ ends: [Int64]) -> ExampleRecord {
    ExampleRecord(
      outcomes: [],
      examples: ends.map {
        let time = EventTime(milliseconds: $0)
        return Example(startedAt: time, closedAt: time, achievedAt: [], sets: TokenSets())
      })
  }

  private func ends(_ held: inout HeldExamples) -> [Int64] {
    held.records().flatMap { $0.examples.map(\.closedAt.milliseconds) }.sorted()
  }

  @Test(arguments: [9, 10, 11]) func twiceTheWindowIsKept(_ count: Int) {
    var held = HeldExamples(HeldExamplesTests.settings)
    for end in 0..<count { held.take(record([Int64(end)]), partition: 0, offset: Int64(end)) }
    let first = max(0, count - 10)
    #expect(held.needed(of: [0..<Int64(count)]) == [Int64(first)..<Int64(count)])
    #expect(ends(&held) == (first..<count).map(Int64.init))
  }

  @Test func whatEndedWithTheLastOfThemIsKeptToo() {
    var held = HeldExamples(HeldExamplesTests.settings)
    held.take(record([1, 2, 2, 2]), partition: 0, offset: 0)
    held.take(record(Array(3...10)), partition: 0, offset: 1)
    #expect(ends(&held) == [2, 2, 2] + Array(3...10))
  }

  @Test func anEmptyPartitionNeedsNothing() {
    var held = HeldExamples(HeldExamplesTests.settings)
    held.take(record([1]), partition: 1, offset: 7)
    #expect(held.needed(of: [3..<3, 5..<9]) == [3..<3, 7..<9])
  }

  /// Reading only what was needed gives the same again.
  @Test func partitionsAndRecordsDecideNothing() {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<50 {
      let all = (0..<60).map { _ in generator.pick(0...40) as Int64 }
      var kept: [[Int64]] = []
      for partitions in [1, 3] {
        var places: [(partition: Int, offset: Int64, record: ExampleRecord)] = []
        var rest = all[...]
        while !rest.isEmpty {
          let count = Int(generator.pick(1...9))
          let partition = Int(generator.pick(0...Int64(partitions - 1)))
          places.append((partition, Int64(places.count), record(Array(rest.prefix(count)))))
          rest = rest.dropFirst(count)
        }
        var held = HeldExamples(HeldExamplesTests.settings)
        for place in places { held.take(place.record, partition: place.partition, offset: place.offset) }
        let ranges = held.needed(of: Array(repeating: 0..<Int64(places.count), count: partitions))
        kept.append(ends(&held))
        var again = HeldExamples(HeldExamplesTests.settings)
        for place in places where ranges[place.partition].contains(place.offset) {
          again.take(place.record, partition: place.partition, offset: place.offset)
        }
        #expect(ends(&again) == kept.last)
      }
      #expect(kept[0] == kept[1])
    }
  }
}
