import EventLog
import Foundation
import JourneyModel
import LaneScenes
import Processor
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

/// What is told of sessions under each policy, beside a model that reads what is told when everything is.
@Suite struct SnapshotPolicyTests {
  /// A record of `sessions`, as the model sees it.
  private struct Told {
    var record: LaneHarness.Written
    var id: String
    var revision: Int
    var isFinal: Bool
    var isMerged: Bool
    var type: String
    var ended: EventTime?
    var endReason: String?
    /// All but revision and end, which the card shows as well.
    var rest: Data

    init(_ record: LaneHarness.Written) throws {
      self.record = record
      var members = try #require(
        try JSONSerialization.jsonObject(with: Data(record.value ?? [])) as? [String: Any])
      id = String(decoding: record.key ?? [], as: UTF8.self)
      revision = members["revision"] as? Int ?? 0
      isFinal = members["final"] as? Bool ?? false
      isMerged = members["mergedInto"] != nil
      type = members["type"] as? String ?? ""
      ended = (members["endedDate"] as? String).flatMap { EventTime(iso8601: $0) }
      endReason = members["endReason"] as? String
      for name in ["revision", "final", "endedDate", "endReason", "card"] { members[name] = nil }
      rest = try JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
    }
  }

  /// Which records of a run that tells every change, or every milestone, are told under a policy.
  private struct Model {
    let policy: SnapshotPolicy
    /// The newest that readers would have, and the newest that they have.
    var newest: [String: Told] = [:]
    var told: [String: Told] = [:]
    /// What was left out, and came again after it was thought to be over.
    var heldBack = 0
    var reopened = 0
    var merged = 0

    mutating func tells(_ record: LaneHarness.Written) throws -> Bool {
      let now = try Told(record)
      let before = newest[now.id]
      newest[now.id] = now
      guard !isLeftOut(now, before) else {
        heldBack += 1
        return false
      }
      if told[now.id]?.endReason != nil { reopened += 1 }
      if now.isMerged { merged += 1 }
      told[now.id] = now
      return true
    }

    private func isLeftOut(_ now: Told, _ before: Told?) -> Bool {
      if now.isMerged { return told[now.id] == nil }
      let onlyEnds = before.map { ends(now, from: $0) } ?? false
      switch (policy.mode, policy.final) {
      case (.ends, .withEnd): return !now.isFinal
      case (.ends, _) where now.endReason == nil: return true
      case (_, .withEnd): return onlyEnds && !now.isFinal
      case (_, .never):
        guard now.isFinal, let told = told[now.id] else { return false }
        return told.revision + 1 == now.revision
      case (_, .separate): return false
      }
    }

    /// Whether nothing but an end has happened, by time and then perhaps by a limit, or by a limit alone.
    private func ends(_ now: Told, from before: Told) -> Bool {
      guard now.rest == before.rest, now.endReason != nil, now.endReason != before.endReason else {
        return false
      }
      return now.revision <= before.revision + (before.endReason == nil ? 2 : 1)
    }
  }

  private static let policies = SnapshotPolicy.Mode.allCases.flatMap { mode in
    SnapshotPolicy.Final.allCases.map { SnapshotPolicy(mode, final: $0) }
  }

  @Test func whatIsToldIsWhatAModelTells() throws {
    var heldBack: [SnapshotPolicy: Int] = [:]
    var reopened = 0
    var merged = 0
    for seed in 0..<24 as Range<UInt64> {
      let history = try PolicyHistory(seed: seed)
      var whole: [SnapshotPolicy.Mode: [[LaneHarness.Written]]] = [:]
      for mode in [SnapshotPolicy.Mode.changes, .milestones] {
        whole[mode] = try history.run(SnapshotPolicy(mode), restartsBy: nil).map { $0.of("sessions") }
      }
      for policy in SnapshotPolicyTests.policies where policy != SnapshotPolicy(.milestones, final: .withEnd)
      {
        var model = Model(policy: policy)
        let all = try #require(whole[policy.mode == .milestones ? .milestones : .changes])
        let expected = try all.map { try $0.filter { try model.tells($0) } }
        let found = try history.run(policy, restartsBy: ~seed).map { $0.of("sessions") }
        guard found == expected else {
          let batch = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }
          Issue.record(
            """
            seed \(seed), \(policy), batch \(batch?.offset ?? -1): told and not by the model
            \(batch.map { SnapshotPolicyTests.list($0.element.0, but: $0.element.1) } ?? "")
            and the other way round
            \(batch.map { SnapshotPolicyTests.list($0.element.1, but: $0.element.0) } ?? "")
            """)
          return
        }
        heldBack[policy, default: 0] += model.heldBack
        if policy.mode == .ends {
          reopened += model.reopened
          merged += model.merged
        }
      }
    }
    for (policy, count) in heldBack where policy.final != .separate || policy.mode == .ends {
      #expect(count > 100, "\(policy) hardly ever left anything out")
    }
    #expect(reopened > 50 && merged > 3, "\(reopened) came again, \(merged) merged")
  }

  private static func list(_ records: [LaneHarness.Written], but others: [LaneHarness.Written]) -> String {
    records.filter { !others.contains($0) }.map(\.text).joined(separator: "\n")
  }

  /// Of a session that is over readers have the last that there is, but that it is final.
  @Test func noEndIsLost() throws {
    for seed in 0..<20 as Range<UInt64> {
      let history = try PolicyHistory(seed: seed)
      let all = try SnapshotPolicyTests.newest(history.run(SnapshotPolicy(), restartsBy: nil))
      let over = all.filter { $0.value.isFinal && !$0.value.isMerged }
      #expect(over.count > 5)
      for policy in SnapshotPolicyTests.policies {
        let told = try SnapshotPolicyTests.newest(history.run(policy, restartsBy: seed &+ 1))
        for (id, last) in over {
          let comment: Comment = "seed \(seed), \(policy): \(id)"
          #expect(told[id]?.rest == last.rest, comment)
          #expect(told[id]?.endReason == last.endReason, comment)
          if policy.final != .never { #expect(told[id]?.record == last.record, comment) }
        }
        // One that was opened and merged before anybody heard of it is in none.
        #expect(Set(told.keys).isSubset(of: all.keys))
      }
    }
  }

  private static func newest(_ batches: [[LaneHarness.Written]]) throws -> [String: Told] {
    var newest: [String: Told] = [:]
    for record in batches.joined() where record.topic == "sessions" {
      let told = try Told(record)
      newest[told.id] = told
    }
    return newest
  }

  /// Derived events, rejections, what is routed: the same bytes with every batch. And so are the sessions
  /// themselves, but for what of them was told.
  @Test func nothingElseDependsOnThePolicy() throws {
    var derived = 0
    for seed in 0..<16 as Range<UInt64> {
      let history = try PolicyHistory(seed: seed, hasRules: true)
      let topics = ["segments", "outcomes", "actions", "rejected", "routed"]
      func others(_ batches: [[LaneHarness.Written]]) -> [[LaneHarness.Written]] {
        batches.map { $0.filter { topics.contains($0.topic) } }
      }
      var held: [String] = []
      let all = others(
        try history.run(SnapshotPolicy(), restartsBy: nil) { held = PolicyHistory.values(of: $0) })
      derived += all.joined().filter { topics[..<3].contains($0.topic) }.count
      for policy in SnapshotPolicyTests.policies {
        let found = try history.run(policy, restartsBy: seed) { machine in
          #expect(PolicyHistory.values(of: machine) == held, "seed \(seed), \(policy)")
        }
        #expect(others(found) == all, "seed \(seed), \(policy)")
      }
    }
    #expect(derived > 300, "\(derived) derived events")
  }

  /// A batch that is admitted in portions is the same batch: the same bytes in every topic. The journal's
  /// digest runs over all of them in the order in which they were written.
  @Test func portionsOfABatchMakeNoDifference() throws {
    for seed in 0..<8 as Range<UInt64> {
      let history = try PolicyHistory(seed: seed, hasRules: true).ofTheWeb
      for policy in SnapshotPolicyTests.policies {
        let whole = try history.run(policy, restartsBy: nil)
        let cut = try history.run(policy, restartsBy: nil, isInPortions: true)
        for (found, expected) in zip(cut, whole) {
          let topics = Set(expected.map(\.topic)).union(found.map(\.topic)).subtracting(["journal"])
          for topic in topics {
            #expect(found.of(topic) == expected.of(topic), "seed \(seed), \(policy): \(topic)")
          }
        }
      }
    }
  }

  /// How a reader knows without a final snapshot: `schemas/README.md`, "How much is told". Where not every
  /// change is told nobody can know.
  @Test func whatIsFinalByTheReadersRuleNeverComesAgain() throws {
    var proven = 0
    for seed in 0..<60 as Range<UInt64> {
      let history = try PolicyHistory(seed: seed)
      let sessions = history.settings.sessions
      var latest: [String: EventTime] = [:]
      var due: [String: (type: String, at: EventTime)] = [:]
      var final: Set<String> = []
      for batch in try history.run(SnapshotPolicy(final: .never), restartsBy: nil) {
        for record in batch.of("sessions") {
          let told = try Told(record)
          #expect(!final.contains(told.id), "seed \(seed): \(record.text)")
          let newest = try #require(
            record.headers?.text("ce_time").flatMap { EventTime(iso8601: $0) })
          latest[told.type] = max(latest[told.type] ?? newest, newest)
          due[told.id] = nil
          guard let ended = told.ended, !told.isMerged else { continue }
          var bound = max(ended, newest) + sessions.allowedLateness
          if told.type == "conversation" { bound = max(bound, ended + sessions.conversationRetention) }
          due[told.id] = (told.type, bound + sessions.maxOutOfOrder)
        }
        for (id, bound) in due {
          if let shown = latest[bound.type], shown > bound.at { final.insert(id) }
        }
      }
      proven += final.count
    }
    #expect(proven > 200)
  }

  // MARK: - One session

  private static let minute: Int64 = 60_000
  private static let steps: [@Sendable (LaneHarness) -> [LaneHarness.Written]] = [
    { $0.web(LaneHarness.event("a", at: 0)) },
    { $0.web(LaneHarness.event("b", at: 1)) },
    { $0.reduce([], tick: 20 * minute + 1) },
    // Late, and within lateness.
    { $0.web(LaneHarness.event("c", at: 2)) },
    { $0.reduce([], tick: 20 * minute + 2) },
    { $0.reduce([], tick: 80 * minute + 2) },
  ]

  @Test(arguments: [
    (SnapshotPolicy(.changes), [1, 1, 1, 1, 1, 1]),
    (SnapshotPolicy(.changes, final: .withEnd), [1, 1, 0, 1, 0, 1]),
    (SnapshotPolicy(.changes, final: .never), [1, 1, 1, 1, 1, 0]),
    (SnapshotPolicy(.milestones), [1, 0, 1, 1, 1, 1]),
    (SnapshotPolicy(.milestones, final: .withEnd), [1, 0, 0, 1, 0, 1]),
    (SnapshotPolicy(.milestones, final: .never), [1, 0, 1, 1, 1, 0]),
    (SnapshotPolicy(.ends), [0, 0, 1, 0, 1, 1]),
    (SnapshotPolicy(.ends, final: .withEnd), [0, 0, 0, 0, 0, 1]),
    (SnapshotPolicy(.ends, final: .never), [0, 0, 1, 0, 1, 0]),
  ])
  func aSessionThatALateEventReopens(_ policy: SnapshotPolicy, _ expected: [Int]) throws {
    let lane = try LaneHarness(LaneHarness.settings { $0.snapshots = policy })
    #expect(SnapshotPolicyTests.steps.map { $0(lane).of("sessions").count } == expected)
    let last = try #require(lane.written.of("sessions").last)
    #expect(last.text.contains("\"eventCount\":3,"))
    #expect(last.text.contains("\"final\":\(policy.final != .never)"))
  }

  /// What ends and is final within one batch is told once, and says both, under every policy.
  @Test(arguments: policies)
  func anEndThatIsFinalAtOnce(_ policy: SnapshotPolicy) throws {
    let lane = try LaneHarness(LaneHarness.settings { $0.snapshots = policy })
    lane.web(LaneHarness.event("a", at: 0))
    let records = lane.reduce([], tick: 80 * SnapshotPolicyTests.minute).of("sessions")
    #expect(records.map { $0.text.contains("\"final\":true") } == [true])
    #expect(lane.reduce([], tick: 200 * SnapshotPolicyTests.minute).of("sessions").isEmpty)
  }

  /// A session that has ended is changed in what no snapshot shows: that tells no end before its time.
  @Test(arguments: policies)
  func whatIsNotShownTellsNoEnd(_ policy: SnapshotPolicy) throws {
    let lane = try LaneHarness(LaneHarness.settings { $0.snapshots = policy })
    lane.web(LaneHarness.event("a", at: 0))
    lane.reduce([], tick: 20 * SnapshotPolicyTests.minute + 1)
    let session = try #require(lane.machine.sessionizer.allSessions.first)
    #expect(session.lifecycle == .ended)
    for _ in 0..<2 {
      lane.machine.sessionizer.changed(person: session)
      #expect(lane.reduce([]).of("sessions").isEmpty)
    }
    let last = lane.reduce([], tick: 80 * SnapshotPolicyTests.minute + 2).of("sessions")
    #expect(last.map { $0.text.contains("\"final\":true") } == (policy.final == .never ? [] : [true]))
  }

  /// An end that a policy has left out, and the next one would not tell with the final snapshot, is told.
  @Test func anotherPolicyLosesNoEnd() throws {
    for (first, second) in [
      (SnapshotPolicy(final: .withEnd), SnapshotPolicy(final: .never)),
      (SnapshotPolicy(final: .withEnd), SnapshotPolicy(.milestones, final: .never)),
      (SnapshotPolicy(.ends, final: .withEnd), SnapshotPolicy(.ends, final: .never)),
      (SnapshotPolicy(.milestones, final: .withEnd), SnapshotPolicy(.ends)),
      (SnapshotPolicy(.ends), SnapshotPolicy(.changes, final: .withEnd)),
    ] {
      let scene = try LaneScene { $0.lanes.snapshots = first }
      let minute = SnapshotPolicyTests.minute
      try scene.batch([scene.event(at: 0)], at: 0)
      try scene.batch([], at: 20 * minute, tick: 20 * minute)
      try scene.takeOver { $0.lanes.snapshots = second }
      scene.machine = LaneMachine(
        lane: LaneScene.lane, settings: scene.settings.lanes, configuration: "decaf")
      scene.machine = try #require(try scene.restore().machine)
      try scene.batch([], at: 81 * minute, tick: 81 * minute)
      let last = String(decoding: try #require(scene.outputs.last), as: UTF8.self)
      #expect(last.contains("\"endedDate\""), "\(first), then \(second)")
      #expect(last.contains("\"final\":true"), "\(first), then \(second)")
    }
  }

  @Test func thePolicyIsPartOfWhatShapesBytes() {
    let digests = SnapshotPolicyTests.policies.map { policy in
      LaneHarness.settings { $0.snapshots = policy }.digest
    }
    #expect(Set(digests).count == 9)
    #expect(digests[0] == LaneHarness.settings().digest)
  }
}
