import Simulation
import Testing

/// When a simulation's checks expect nobody any more.
@Suite struct PersonCheckTests {
  private let retention: Int64 = 5_184_000_000
  private let start: Int64 = 1_700_000_000_000

  private func mayHaveForgotten(taken: [Int64], ended: Int64) -> Bool {
    PersonCheck.mayHaveForgotten(begun: start, taken: taken, ended: ended, retention: retention)
  }

  /// Everything was published before a silence, and nothing was taken up before its end.
  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func shouldCountASilenceBeforeTheFirstBatch(_ offset: Int64, _ expected: Bool) {
    let end = start + retention + offset
    #expect(mayHaveForgotten(taken: [end - 10, end - 5], ended: end) == expected)
    #expect(mayHaveForgotten(taken: [], ended: end) == expected)
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func shouldCountAClockThatIsAhead(_ offset: Int64, _ expected: Bool) {
    #expect(mayHaveForgotten(taken: [start + 5, start + retention + offset], ended: start + 9) == expected)
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func shouldCountAClockThatIsBehind(_ offset: Int64, _ expected: Bool) {
    let end = start + 9
    #expect(mayHaveForgotten(taken: [end - retention - offset, start + 5], ended: end) == expected)
  }
}
