import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Processor
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools

/// Two sets of definitions over the same events: what a replay under each gives, row for row.
@Suite struct ComparisonTests {
  /// What a derived event is a row of.
  private struct Key: Hashable {
    var session: String
    var happening: Comparison.Happening
  }

  private struct Told: Equatable {
    var count = 0
    var first: EventTime?
  }

  /// The obvious account: all derived events by session, definition and word.
  private static func account(_ derived: [DefinitionValue]) throws -> [Key: Told] {
    var account: [Key: Told] = [:]
    for event in derived {
      let news = try #require(DerivedNews(event))
      let key = Key(
        session: try #require(event["session"]?["id"]?.text),
        happening: Comparison.Happening(
          kind: news.kind, definition: news.id, word: news.word, reason: news.reason))
      let time = try #require(event["createdDate"]?.text.flatMap { EventTime(iso8601: $0) })
      var told = account[key] ?? Told()
      told.count += 1
      told.first = min(told.first ?? time, time)
      account[key] = told
    }
    return account
  }

  private static func told(_ told: Comparison.Told) -> Told { Told(count: told.count, first: told.first) }

  @Test func rowsAreWhereTwoReplaysDiffer() async throws {
    var rows = 0
    var same = 0
    for seed in 0..<20 as Range<UInt64> {
      let scene = try ExplanationOracleTests().scene(seed)
      let other = try ExplanationOracleTests().scene(seed + 1_000).bundle
      let closes = seed % 2 == 0
      let (sessions, before) = try await scene.replay(closes: closes)
      let old = try ComparisonTests.account(before)
      let new = try ComparisonTests.account(try await scene.replay(closes: closes, under: other).derived)
      let found = try await RecordedComparison(
        settings: scene.settings, takenAt: ExplanationScene.takenAt, closes: closes
      ).compare(scene.inputs(), old: CompiledBundle(scene.bundle), new: CompiledBundle(other))
      let expected = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
      let keys = found.rows.map { Key(session: $0.session, happening: $0.happening) }
      #expect(Set(keys) == expected && keys.count == expected.count, "seed \(seed)")
      for (key, row) in zip(keys, found.rows) {
        #expect(ComparisonTests.told(row.old) == old[key] ?? Told(), "seed \(seed): \(row)")
        #expect(ComparisonTests.told(row.new) == new[key] ?? Told(), "seed \(seed): \(row)")
      }
      #expect(found.counts.reduce(0) { $0 + $1.old } == old.values.reduce(0) { $0 + $1.count })
      #expect(found.counts.reduce(0) { $0 + $1.new } == new.values.reduce(0) { $0 + $1.count })
      #expect(found.sessions == sessions.filter { $0["mergedInto"] == nil }.count, "seed \(seed)")
      #expect(found.wholeSessions == found.sessions && found.omittedRows == 0 && found.notes.isEmpty)
      rows += found.rows.count
      same += Set(old.keys).union(new.keys).count - expected.count
    }
    #expect(rows > 100)
    #expect(same > 20)
  }

  @Test func theSameDefinitionsDoNotDiffer() async throws {
    let scene = try ExplanationOracleTests().scene(3)
    let found = try await RecordedComparison(
      settings: scene.settings, takenAt: ExplanationScene.takenAt, closes: true
    ).compare(scene.inputs(), old: CompiledBundle(scene.bundle), new: CompiledBundle(scene.bundle))
    #expect(!found.differs && found.rows.isEmpty)
    #expect(found.counts.contains { $0.old > 0 } && found.counts.allSatisfy { $0.old == $0.new })
  }

  // MARK: From a log

  @Test func overALogTheOldSideIsWhatTheProcessorTold() async throws {
    let scene = try VerificationScene()
    try await scene.play(minutes: 0..<12, seed: 3, withFaults: true)
    var derived: [DefinitionValue] = []
    for topic in scene.topics.derived {
      for lane in LaneNumber.all(of: VerificationScene.partitions) {
        for record in try scene.records(TopicPartition(topic, lane: lane)) {
          derived.append(try DefinitionJSON.read(record.value ?? []))
        }
      }
    }
    let told = try ComparisonTests.account(derived)
    let found = try compare(scene, since: nil)
    #expect(found.rows.count > 20 && found.rows.allSatisfy { $0.new.count == 0 })
    #expect(Set(found.rows.map { Key(session: $0.session, happening: $0.happening) }) == Set(told.keys))
    for row in found.rows {
      #expect(ComparisonTests.told(row.old) == told[Key(session: row.session, happening: row.happening)])
    }
    #expect(found.sessions > 10 && found.wholeSessions == found.sessions && found.notes.isEmpty)
  }

  @Test func whatBeganBeforeIsNotWhole() async throws {
    let scene = try VerificationScene()
    try await scene.play(minutes: 0..<12, seed: 3)
    let all = try compare(scene, since: nil)
    let middle = EventTime(milliseconds: VerificationScene.start + 6 * 60_000)
    let some = try compare(scene, since: middle)
    #expect(some.events < all.events && some.events > 0)
    #expect(some.wholeSessions > 0 && some.wholeSessions < some.sessions)
    #expect(some.notes.contains { $0.contains("may have begun before") })
    let never = try compare(scene, since: EventTime(milliseconds: VerificationScene.start + 86_400_000))
    #expect(never.events == 0 && never.sessions == 0 && !never.differs)
  }

  @Test func aCheckpointEndsIt() async throws {
    struct Enough: Error {}
    let scene = try VerificationScene()
    try await scene.play(minutes: 0..<3, seed: 3)
    var calls = 0
    #expect(throws: Enough.self) {
      _ = try compare(scene, since: nil) {
        calls += 1
        if calls == 3 { throw Enough() }
      }
    }
    #expect(calls == 3)
  }

  @Test func moreThanItMayHoldEndsIt() async throws {
    let scene = try VerificationScene()
    try await scene.play(minutes: 0..<12, seed: 3)
    let bundle = try SwitchedRun.inForce(scene)
    let place = try #require(try SwitchedRun.places(scene).first)
    func compares(_ maxValues: Int) -> String? {
      do {
        _ = try JournaledComparison(log: scene.log, settings: scene.settings.lanes, maxValues: maxValues)
          .compare(old: bundle, new: CompiledBundle(.empty), since: nil)
        return nil
      } catch { return (error as? LogError)?.code ?? "\(error)" }
    }
    func explains(_ maxValues: Int) -> String? {
      do {
        _ = try JournaledEvents(log: scene.log, settings: scene.settings.lanes, maxValues: maxValues).explain(
          bundle.bundle.entries[0].definition, of: bundle, by: .bundlesOfThen, session: place.session,
          customer: place.customer, lane: place.lane)
        return nil
      } catch { return (error as? LogError)?.code ?? "\(error)" }
    }
    for (name, run) in [("compare", compares), ("explain", explains)] {
      let least = try #require((1...2_000).first { run($0) == nil }, "\(name)")
      #expect(least > 2, "\(name)")
      #expect(
        [least - 1, least, least + 1].map(run) == [JournaledEvents.tooManyValues, nil, nil], "\(name)")
    }
  }

  private func compare(
    _ scene: VerificationScene, since: EventTime?, checkpoint: () throws -> Void = {}
  ) throws -> Comparison {
    try JournaledComparison(log: scene.log, settings: scene.settings.lanes).compare(
      old: try SwitchedRun.inForce(scene), new: CompiledBundle(.empty), since: since,
      checkpoint: checkpoint)
  }
}
