import JourneyModel
import SeededGenerator
import Testing
import WireFormat

@testable import Processor

/// The breaker alone: share, number of records, window, cooldown and trial at their limits.
@Suite struct PoisonBreakerTests {
  private static let inputs = ["web", "app"]

  private static func settings(
    minRecords: Int = 100, percent: Int = 50
  ) -> PoisonBreaker.Settings {
    var settings = PoisonBreaker.Settings()
    settings.minRecords = minRecords
    settings.maxRejectedPercent = percent
    return settings
  }

  private static func counts(
    _ read: Int, _ rejected: Int, _ reason: RejectionReason = .malformedJSON, topic: String = "web"
  ) -> RejectionCounts {
    var counts = RejectionCounts()
    counts.read(read, of: topic)
    for _ in 0..<rejected { counts.reject(topic, reason) }
    return counts
  }

  private func note(_ breaker: inout PoisonBreaker, _ counts: RejectionCounts, at time: Duration = .zero)
    -> [PoisonBreaker.Change]
  { breaker.note(counts, of: PoisonBreakerTests.inputs, at: time) }

  private func opens(_ changes: [PoisonBreaker.Change]) -> Bool {
    changes.contains { if case .opened = $0 { true } else { false } }
  }

  @Test(arguments: [(-1, false), (0, false), (1, true)])
  func opensAboveTheShare(offset: Int, isOpen: Bool) {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings())
    let changes = note(&breaker, PoisonBreakerTests.counts(1_000, 500 + offset))
    #expect(opens(changes) == isOpen)
    #expect(breaker.openTopics == (isOpen ? ["web"] : []))
    if isOpen {
      let opening = BreakerOpening(topic: "web", read: 1_000, rejected: 501, cooldown: .seconds(60))
      #expect(changes == [.opened(opening)])
      #expect(opening.share == 0.501)
      #expect(breaker.state("web") == .open(until: .seconds(60)))
      #expect(breaker.state("app") == .closed)
    }
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func needsEnoughRecords(offset: Int, isOpen: Bool) {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings())
    #expect(opens(note(&breaker, PoisonBreakerTests.counts(100 + offset, 100 + offset))) == isOpen)
  }

  @Test(arguments: [(-1, true), (0, false), (1, false)])
  func whatLeavesTheWindowCountsNoMore(offset: Int64, isOpen: Bool) {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings())
    #expect(!opens(note(&breaker, PoisonBreakerTests.counts(60, 60))))
    let later: Duration = .seconds(30) + .milliseconds(offset)
    #expect(opens(note(&breaker, PoisonBreakerTests.counts(60, 60), at: later)) == isOpen)
  }

  @Test func aHundredPercentNeverOpens() {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings(percent: 100))
    #expect(note(&breaker, PoisonBreakerTests.counts(10_000, 10_000)).isEmpty)
    var almost = PoisonBreaker(PoisonBreakerTests.settings(percent: 99))
    #expect(!opens(note(&almost, PoisonBreakerTests.counts(100, 99))))
    #expect(opens(note(&almost, PoisonBreakerTests.counts(100, 100))))
  }

  @Test(arguments: RejectionReason.allCases)
  func onlyBrokenRecordsCount(reason: RejectionReason) {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings())
    let changes = note(&breaker, PoisonBreakerTests.counts(1_000, 1_000, reason))
    let harmless: Set<RejectionReason> = [
      .late, .rateExceeded, .reportWithoutSession, .misplaced, .badRouting, .unknownStream,
      .badMessage, .unknownMessage,
    ]
    #expect(opens(changes) == !harmless.contains(reason))
  }

  @Test func topicsAreJudgedApartAndInternalOnesNotAtAll() {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings())
    var counts = PoisonBreakerTests.counts(1_000, 1_000, topic: "routed")
    counts.add(PoisonBreakerTests.counts(1_000, 0, topic: "app"))
    #expect(note(&breaker, counts).isEmpty)
    counts.add(PoisonBreakerTests.counts(1_000, 900, topic: "web"))
    #expect(opens(note(&breaker, counts)))
    #expect(breaker.openTopics == ["web"])
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func isOnTrialAfterTheCooldown(offset: Int64, isOver: Bool) {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings())
    #expect(opens(note(&breaker, PoisonBreakerTests.counts(100, 100), at: .seconds(5))))
    let time: Duration = .seconds(65) + .milliseconds(offset)
    #expect(breaker.advance(to: time) == (isOver ? [.halfOpened(topic: "web")] : []))
    #expect(breaker.openTopics == (isOver ? [] : ["web"]))
  }

  @Test func recordsThatWereOnTheirWayWhenItOpenedChangeNothing() {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings())
    #expect(opens(note(&breaker, PoisonBreakerTests.counts(100, 100))))
    #expect(note(&breaker, PoisonBreakerTests.counts(5_000, 5_000), at: .seconds(1)).isEmpty)
    #expect(breaker.state("web") == .open(until: .seconds(60)))
    #expect(breaker.advance(to: .seconds(60)) == [.halfOpened(topic: "web")])
    #expect(note(&breaker, PoisonBreakerTests.counts(99, 99), at: .seconds(60)).isEmpty, "counts began anew")
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func closesAfterAGoodWindow(offset: Int64, isClosed: Bool) {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings())
    _ = note(&breaker, PoisonBreakerTests.counts(100, 100))
    _ = breaker.advance(to: .seconds(60))
    #expect(note(&breaker, PoisonBreakerTests.counts(1_000, 500), at: .seconds(61)).isEmpty)
    let time: Duration = .seconds(90) + .milliseconds(offset)
    #expect(breaker.advance(to: time) == (isClosed ? [.closed(topic: "web")] : []))
    #expect(breaker.state("web") == (isClosed ? .closed : .halfOpen(until: .seconds(90))))
  }

  @Test func opensAgainIfTheTrialGoesWrong() {
    var breaker = PoisonBreaker(PoisonBreakerTests.settings())
    _ = note(&breaker, PoisonBreakerTests.counts(100, 100))
    _ = breaker.advance(to: .seconds(60))
    #expect(opens(note(&breaker, PoisonBreakerTests.counts(100, 51), at: .seconds(70))))
    #expect(breaker.state("web") == .open(until: .seconds(130)))
    #expect(breaker.advance(to: .seconds(129)).isEmpty)
    #expect(breaker.advance(to: .seconds(130)) == [.halfOpened(topic: "web")])
  }

  /// Against a plain list of all records; what is counted together may leave the window up to one part of it
  /// later.
  @Test func agreesWithAListOfRecords() {
    var opened = 0
    for seed in 0..<400 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var breaker = PoisonBreaker(PoisonBreakerTests.settings(minRecords: 50))
      var all: [(at: Int64, read: Int, broken: Int)] = []
      var now: Int64 = 0
      for _ in 0..<60 {
        now += generator.pick(0...4_000)
        let read = Int(generator.pick(1...20))
        let broken = Int(generator.pick(0...Int64(read)))
        all.append((now, read, broken))
        let isOpen = opens(
          note(&breaker, PoisonBreakerTests.counts(read, broken), at: .milliseconds(now)))
        func exceeds(_ since: Int64) -> Bool {
          let recent = all.filter { $0.at > since }
          let read = recent.reduce(0) { $0 + $1.read }
          let broken = recent.reduce(0) { $0 + $1.broken }
          return read >= 50 && broken * 2 > read
        }
        let part: Int64 = 30_000 / Int64(PoisonBreaker.parts) + 1
        let candidates = Set((0...part).map { exceeds(now - 30_000 + $0) })
        #expect(candidates.contains(isOpen), "seed \(seed) at \(now)")
        if isOpen {
          opened += 1
          break
        }
      }
    }
    #expect(opened > 50)
  }
}
