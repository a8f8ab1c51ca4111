import JourneyModel
import Predictions
import Testing

/// Of how many sessions one is learned from.
@Suite struct SamplingTests {
  private static let settings: TrainingSettings = {
    var settings = TrainingSettings()
    settings.maxSessions = 50
    settings.sampledSpan = .seconds(1_000)
    settings.maxEvery = 16
    return settings
  }()

  /// Examples that end a millisecond apart; the last one at this time.
  private func record(_ count: Int, until end: Int64 = 1_000_000, every: Int = 1) -> ExampleRecord {
    ExampleRecord(
      every: every, outcomes: [],
      examples: (0..<count).map {
        let at = time(end - Int64($0))
        return Example(startedAt: at, closedAt: at, achievedAt: [], sets: TokenSets())
      })
  }

  private func next(after every: Int, _ records: [ExampleRecord]) -> Int {
    Sampling(SamplingTests.settings).next(after: every, records)
  }

  @Test(arguments: [(99, 1), (100, 2), (101, 2)])
  func twoWindowsInTheSpanAreTooMany(_ count: Int, _ expected: Int) {
    #expect(next(after: 1, [record(count)]) == expected)
    // Each of them stands for four.
    #expect(next(after: 4, [record(count, every: 4)]) == 4 * expected)
  }

  @Test(arguments: [(24, 2), (25, 4), (26, 4)])
  func halfAWindowIsEnough(_ count: Int, _ expected: Int) {
    #expect(next(after: 4, [record(count, every: 4)]) == expected)
    #expect(next(after: 1, [record(count)]) == 1)
  }

  /// What has ended before the span counts no more.
  @Test(arguments: [(-1, 1), (0, 1), (1, 2)])
  func theSpanIsBounded(beyond: Int64, expected: Int) {
    let old = record(1, until: 1_000_000 - 1_000_000 + beyond)
    #expect(next(after: 1, [record(99), old]) == expected)
  }

  @Test(arguments: [(4, 8), (8, 16), (16, 16)])
  func itIsBounded(every: Int, expected: Int) {
    #expect(next(after: every, [record(100, every: every)]) == expected)
  }

  @Test func withoutExamplesItStays() {
    #expect(next(after: 1, []) == 1)
    #expect(next(after: 8, [record(0)]) == 8)
  }

  /// What there was before the step counts as what it stood for, so one step does not lead to the next.
  @Test func stepsWaitForWhatTheOneBeforeGave() {
    #expect(next(after: 2, [record(99), record(1, every: 2)]) == 2)
    #expect(next(after: 2, [record(50), record(50, every: 2)]) == 2)
    #expect(next(after: 2, [record(100, every: 2)]) == 4)
  }

  /// A stream of sessions that stays as it is comes to one number and keeps it: there and back.
  @Test(arguments: [(10, 1), (99, 1), (150, 2), (1_000, 16), (30, 1)])
  func aSteadyStreamComesToRest(perSpan: Int, expected: Int) {
    for begin in [1, 16] {
      var every = begin
      var held: [ExampleRecord] = []
      var end: Int64 = 0
      var seen: [Int] = []
      for _ in 0..<60 {
        end += 250_000
        let ended = max(perSpan / 4 / every, 1)
        held.append(
          ExampleRecord(
            every: every, outcomes: [],
            examples: (0..<ended).map {
              let at = time(end - Int64($0) * 1_000)
              return Example(startedAt: at, closedAt: at, achievedAt: [], sets: TokenSets())
            }))
        while held.dropFirst().reduce(0, { $0 + $1.examples.count }) >= 100 { held.removeFirst() }
        every = next(after: every, held)
        seen.append(every)
      }
      #expect(Set(seen.suffix(20)).count == 1, "\(perSpan) from \(begin): \(seen)")
      // From above it stays within half a window and two.
      let rest = perSpan / (seen.last ?? 1)
      #expect(seen.last == 1 ? perSpan < 100 : (25..<100).contains(rest) || seen.last == 16, "\(seen)")
      if begin == 1 { #expect((seen.last ?? 0) <= expected, "\(seen)") }
    }
  }
}
