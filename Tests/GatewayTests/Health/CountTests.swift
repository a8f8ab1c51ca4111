import EventLog
import JourneyModel
import Processor
import Testing
import WireFormat

@testable import Gateway

@Suite struct FaultCountsTests {
  @Test(arguments: [(-1, 0), (0, 0), (1, 1), (5, 5)])
  func kindsAreBounded(offset: Int, others: Int) {
    var counts = FaultCounts()
    for number in 0..<(FaultCounts.maxKinds + offset) {
      counts.note(LogError(.retry, code: "code-\(number)", ""))
    }
    // What is known already goes on being counted on its own.
    counts.note(LogError(.retry, code: "code-3", ""))
    #expect(counts.sorted.first { $0.kind.code == "other" }?.count ?? 0 == others)
    #expect(counts.sorted.first { $0.kind.code == "code-3" }?.count == 2)
    #expect(counts.sorted.reduce(0) { $0 + $1.count } == FaultCounts.maxKinds + offset + 1)
  }

  @Test func kindsAreOrdered() {
    var counts = FaultCounts()
    for (reaction, code) in [(LogError.Reaction.retry, "b"), (.fatal, "z"), (.retry, "a")] {
      counts.note(LogError(reaction, code: code, ""))
    }
    #expect(counts.sorted.map(\.kind.code) == ["z", "a", "b"])
  }
}

@Suite struct DurationHistogramTests {
  @Test(arguments: [(Int64(-1), 1), (0, 1), (1, 0)])
  func aBoundBelongsToItsBucket(offset: Int64, within: Int) throws {
    for bound in DurationHistogram.bounds {
      var histogram = DurationHistogram()
      histogram.note(bound.limit + .microseconds(offset))
      let found = try #require(histogram.cumulative.first { $0.label == bound.label })
      #expect(found.count == within, "\(bound.label)")
      #expect(histogram.count == 1)
    }
  }

  @Test func labelsAreTheirBounds() {
    for bound in DurationHistogram.bounds { #expect(Double(bound.label) == bound.limit.secondsValue) }
    #expect(DurationHistogram.bounds.map(\.limit) == DurationHistogram.bounds.map(\.limit).sorted())
  }

  @Test func sumsAndCounts() {
    var histogram = DurationHistogram()
    for milliseconds in [1, 20, 20, 60_000] { histogram.note(.milliseconds(milliseconds)) }
    #expect(histogram.count == 4)
    #expect(histogram.sum == .milliseconds(60_041))
    #expect(histogram.cumulative.last?.count == 3)
  }
}

@Suite struct ProbeRoundsTests {
  private func facts(_ lanes: Int32) -> ProcessorFacts {
    var scene = Scene()
    scene.run(Array(LaneNumber.all(of: lanes)))
    scene.turn(LaneNumber.all(of: lanes).map { Scene.input(0, of: 0, lane: $0) })
    return scene.facts
  }

  @Test(arguments: [(Int32(-1), 7), (0, 8), (1, 8)])
  func roundsAreBounded(offset: Int32, size: Int) {
    var rounds = ProbeRounds()
    let facts = facts(8 + offset)
    for _ in 0..<2 { #expect(rounds.next(of: facts, limit: 8).count == size) }
  }

  @Test func everyPartitionHasItsTurn() {
    var rounds = ProbeRounds()
    let facts = facts(10)
    var seen: [LaneNumber] = []
    for _ in 0..<3 { seen += rounds.next(of: facts, limit: 4).map(\.lane) }
    #expect(seen == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
  }
}
