import Identity
import JourneyModel
import SeededGenerator
import Testing

/// Whose a device was, against a list that forgets nothing.
@Suite struct WeakTimelineTests {
  private let limits = IdentityLimits()

  private func entry(_ at: Int64, _ owner: Int, id: String = "e") -> WeakTimeline.Entry {
    WeakTimeline.Entry(stamp(at, id), NodeRef(email("o\(owner)").key, lane: LaneNumber(Int32(owner))))
  }

  private func owner(_ number: Int) -> IdentifierKey { email("o\(number)").key }

  /// All that was ever said, searched from its beginning for each time.
  private func obvious(_ all: [WeakTimeline.Entry], at times: [Int64]) -> [IdentifierKey?] {
    let sorted = all.sorted { left, right in
      let (one, other) = (text(left.stamp.id), text(right.stamp.id))
      return (left.stamp.time.milliseconds, one, left.owner) < (
        right.stamp.time.milliseconds, other, right.owner
      )
    }
    let first = sorted.first?.stamp.time.milliseconds ?? 0
    return times.map { at in
      sorted.last { $0.stamp.time.milliseconds <= max(at, first) }?.owner.key
    }
  }

  @Test func anyOrderWithinTheBoundGivesTheSameOwners() {
    var switches = 0
    for seed in 0..<UInt64(randomCases) {
      var random = SeededGenerator(seed: seed)
      let lateness = random.pick(0...30)
      let entries = (0..<random.pick(1...40)).map { number in
        entry(random.pick(0...120), Int(random.pick(0...4)), id: "e\(random.chance(20) ? 0 : number)")
      }
      // Each is delayed by less than the bound.
      let arriving = entries.map { ($0, $0.stamp.time.milliseconds + random.pick(0...lateness)) }
        .shuffled(using: &random).sorted { $0.1 < $1.1 }.map(\.0)
      var timeline = WeakTimeline()
      var newest: Int64 = 0
      for entry in arriving {
        newest = max(newest, entry.stamp.time.milliseconds)
        timeline.insert(entry, horizon: time(newest - lateness), limits)
      }
      let times = Array(Int64(-1)...122)
      let expected = obvious(entries, at: times)
      let found = times.map { timeline.owner(at: time($0))?.key }
      let runs = timeline.runs
      let byRuns = times.map { at in
        runs.last { run in
          (run.interval.from.map { $0.milliseconds <= at } ?? true)
            && (run.interval.to.map { $0.milliseconds > at } ?? true)
        }?.owner.key
      }
      #expect(found == expected, "seed \(seed)")
      #expect(byRuns == expected, "seed \(seed)")
      // Gathered or not, it says the same.
      var gathered = timeline
      gathered.collapse(before: nil)
      #expect(gathered.runs == timeline.runs)
      switches += timeline.runs.count - 1
    }
    #expect(switches > randomCases)
  }

  @Test func aDeviceWasItsFirstOwnersBeforeAnybodyWasNamed() {
    var timeline = WeakTimeline()
    #expect(timeline.owner(at: time(0)) == nil)
    timeline.insert(entry(100, 1), horizon: time(0), limits)
    #expect(timeline.owner(at: time(-1_000))?.key == owner(1))
    timeline.insert(entry(50, 2), horizon: time(0), limits)
    #expect(timeline.owner(at: time(-1_000))?.key == owner(2))
    #expect(timeline.owner(at: time(99))?.key == owner(2))
    #expect(timeline.owner(at: time(100))?.key == owner(1))
    #expect(timeline.owner(at: time(101))?.key == owner(1))
    #expect(timeline.owner(at: time(101), .keeping)?.key == owner(2))
  }

  @Test(arguments: [7, 8, 9])
  func moreThanEightOwnersShareADevice(_ count: Int) {
    var timeline = WeakTimeline()
    for number in 0..<count { timeline.insert(entry(Int64(number), number), horizon: time(0), limits) }
    #expect(timeline.isShared == (count > 8))
    #expect(timeline.entries.isEmpty == (count > 8))
    timeline.insert(entry(1_000, 1), horizon: time(0), limits)
    #expect((timeline.owner(at: time(1_000)) == nil) == (count > 8))
    #expect(timeline.lastSeen == time(1_000))
  }

  @Test func whatIsOlderThanTheBoundIsGathered() {
    for (horizon, count) in [(19, 3), (20, 3), (21, 2)] {
      var timeline = WeakTimeline()
      for at in [10, 20, 30] { timeline.insert(entry(Int64(at), 1), horizon: time(0), limits) }
      timeline.collapse(before: time(Int64(horizon)))
      #expect(timeline.entries.count == count)
      // Another owner may still come at the bound, and end the first one's time.
      timeline.insert(entry(Int64(horizon), 2, id: "f"), horizon: time(Int64(horizon)), limits)
      #expect(timeline.owner(at: time(29))?.key == owner(2) || horizon == 19)
      #expect(timeline.owner(at: time(30))?.key == owner(1))
    }
  }

  @Test func twoCookiesSwapOwners() {
    var (one, two) = (WeakTimeline(), WeakTimeline())
    for (at, first) in [(1, 1), (10, 2)] {
      one.insert(entry(Int64(at), first), horizon: time(0), limits)
      two.insert(entry(Int64(at), 3 - first), horizon: time(0), limits)
    }
    #expect(one.owner(at: time(9))?.key == owner(1))
    #expect(one.owner(at: time(10))?.key == owner(2))
    #expect(two.owner(at: time(9))?.key == owner(2))
    #expect(two.owner(at: time(10))?.key == owner(1))
    #expect(one.runs.map(\.interval.to) == [time(10), nil])
  }

  @Test func repeatedEvidenceChangesNothing() {
    var timeline = WeakTimeline()
    let isFirst = timeline.insert(entry(5, 1), horizon: time(0), limits)
    #expect(isFirst)
    let before = timeline
    let isSecond = timeline.insert(entry(5, 1), horizon: time(0), limits)
    #expect(!isSecond)
    #expect(timeline == before)
    let isLater = timeline.insert(entry(6, 1), horizon: time(0), limits)
    #expect(!isLater)
  }

  @Test(arguments: [127, 128, 129])
  func aTimelineIsBounded(_ count: Int) {
    var (still, alternating) = (WeakTimeline(), WeakTimeline())
    for number in 0..<count {
      still.insert(entry(Int64(number), 1), horizon: time(0), limits)
      alternating.insert(entry(Int64(number), number % 2), horizon: time(0), limits)
    }
    #expect(still.entries.count == (count > 128 ? 1 : count))
    #expect(!still.isShared)
    #expect(alternating.isShared == (count > 128))
  }

  @Test func anErasedOwnerIsForgottenUpToATime() {
    for (at, isLeft) in [(49, true), (50, false), (51, false)] {
      var timeline = WeakTimeline()
      timeline.insert(entry(10, 1), horizon: time(0), limits)
      timeline.insert(entry(50, 2), horizon: time(0), limits)
      let isRemoved = timeline.remove(owner(2), through: time(Int64(at)))
      #expect(isRemoved == !isLeft)
      #expect(timeline.owner(at: time(60))?.key == owner(isLeft ? 2 : 1))
    }
  }
}
