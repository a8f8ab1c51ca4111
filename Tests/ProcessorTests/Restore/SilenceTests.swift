import EventLog
import JourneyModel
import LaneScenes
import LaneStorage
import LogTools
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// What a restart needs outlives any retention, and what a broker takes is stated.
@Suite struct SilenceTests {
  private static let minute: Int64 = 60_000

  private func scene(batches: Int, checkpointAge: EventTime.Span = .minutes(5)) throws -> LaneScene {
    let scene = try LaneScene { $0.lanes.checkpointAge = checkpointAge }
    for number in 0..<batches {
      let now = Int64(number) * SilenceTests.minute
      try scene.batch([scene.event(at: now, of: number % 3)], at: now)
    }
    return scene
  }

  private func partition(_ topic: String) -> TopicPartition { TopicPartition(topic, lane: LaneScene.lane) }

  private func needs(_ scene: LaneScene) throws -> [TopicPartition: NextOffset] {
    let inputs = scene.settings.lanes.topics.consumed.map { partition($0) }
    let committed = try scene.log.committedOffsets(group: scene.settings.lanes.group, of: inputs)
    let reader = try scene.log.makeReader()
    return try RestartNeeds(settings: scene.settings, reader: reader, includesInputs: true)
      .positions(LaneScene.lane, committed: committed)
  }

  @Test(arguments: [1, 2, 7, 40, 300]) func aRestartNeedsNothingBelow(batches: Int) throws {
    let scene = try scene(batches: batches)
    let whole = LaneView(scene.machine)
    let needs = try needs(scene)
    #expect(
      needs.keys.map(\.topic).sorted() == [
        "app", "conversation", "custom", "journal", "redo", "routed", "web",
      ])
    #expect(needs[partition("web")] == NextOffset(Int64(batches)))
    try scene.log.removeRecords(before: needs)
    let restored = try scene.restore()
    #expect(restored.source == .log && restored.lost.isEmpty)
    #expect(LaneView(try #require(restored.machine)) == whole)
  }

  @Test(arguments: ["journal", "redo"]) func oneMoreIsTooMuch(topic: String) throws {
    let scene = try scene(batches: 20)
    var needs = try needs(scene)
    needs[partition(topic)] = try behindFirstNeeded(topic, scene)
    try scene.log.removeRecords(before: needs)
    let error = #expect(throws: LogError.self) { try scene.restore() }
    #expect(error?.code == (topic == "journal" ? "journalMissing" : "redoNotRetained"))
    #expect(error?.message.contains("sojourn recover") == true)
  }

  /// One past the first record that a restart reads: the journal's newest, or the redo record of `redoFrom`.
  private func behindFirstNeeded(_ topic: String, _ scene: LaneScene) throws -> NextOffset {
    let tail = try #require(scene.newest)
    let reader = try scene.log.makeReader()
    let bounds = try #require(try reader.bounds([partition(topic)])[partition(topic)])
    var found: RecordOffset?
    try reader.read(partition(topic), from: bounds.earliest, to: bounds.end, patience: .zero) { chunk in
      for entry in chunk.entries {
        guard let value = chunk.copy(entry.value) else { continue }
        let sequence =
          topic == "journal"
          ? try JournalRecord(decoding: value).sequence : try LaneMachine.redoSequence(of: value)
        if found == nil, sequence == (topic == "journal" ? tail.sequence : tail.redoFrom) {
          found = entry.offset
        }
      }
      return found == nil
    }
    return NextOffset(after: try #require(found))
  }

  /// What a transaction under way has written may be what the next restart needs.
  @Test func anOpenTransactionIsNotPassed() throws {
    let scene = try scene(batches: 3, checkpointAge: .minutes(0))
    let producer = try scene.log.makeTransactionalProducer(id: "other")
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    batch.append("redo", partition: LaneScene.lane.partition, key: nil, value: [1, 2, 3])
    try producer.produce(batch)
    try producer.flush()
    var settings = scene.settings
    settings.restorePatience = .zero
    let reader = try scene.log.makeReader()
    func redo() throws -> NextOffset? {
      try RestartNeeds(settings: settings, reader: reader, includesInputs: false)
        .positions(LaneScene.lane, committed: [:])[partition("redo")]
    }
    // Nothing is said while it is open, and it is asked again.
    let error = #expect(throws: LogError.self) { try redo() }
    #expect(error?.reaction == .retry)
    let open = try scene.log.lastStableOffset(partition("redo"))
    try producer.abort()
    // Behind the end of the log nothing is needed, and yet no more is given up than up to the newest
    // committed record.
    #expect(try #require(try redo()) < open)
  }

  @Test(arguments: LostInput.Policy.allCases) func lostInputIsStated(_ policy: LostInput.Policy) throws {
    let scene = try scene(batches: 4)
    try WorkerScene.publishRaw(5, to: partition("web"), scene.log)
    // Of the five that wait, a broker takes three.
    try scene.log.removeRecords(before: [partition("web"): NextOffset(7)])
    scene.settings.lostInput = policy
    if policy == .stop {
      let error = #expect(throws: LogError.self) { try scene.restore() }
      #expect(error?.code == LogError.inputLost)
      #expect(error?.message.contains("web[1]: 3 records, offsets 4 to 6") == true)
    } else {
      let restored = try scene.restore()
      #expect(restored.lost == ["web": 4..<7])
      #expect(restored.positions[partition("web")] == NextOffset(7))
    }
    let reader = try scene.log.makeReader()
    let restorer = LaneRestorer(settings: scene.settings, configuration: "", reader: reader, log: "")
    let inputs = scene.settings.lanes.topics.consumed.map { partition($0) }
    let committed = try scene.log.committedOffsets(group: scene.settings.lanes.group, of: inputs)
    let lost = try restorer.lostInputs([LaneScene.lane], committed: committed)
    #expect(lost.count == 1 && lost.first?.count == 3 && lost.first?.isFirstRead == false)
    #expect(lost.first?.since == EventTime(milliseconds: LaneScene.start + 3 * SilenceTests.minute))
    #expect(lost.first?.until != nil)
  }

  @Test(arguments: ["journal", "redo"]) func recoveryKeepsWhatIsThere(topic: String) throws {
    // Everything has reached `state` but the last batches.
    let scene = try scene(batches: 60)
    let before = LaneView(scene.machine)
    let end = try #require(try scene.log.makeReader().bounds([partition(topic)])[partition(topic)]).end
    try scene.log.removeRecords(before: [partition(topic): end])
    let refusal = #expect(throws: LogError.self) { try scene.restore() }
    let run = RecoveryRun(
      settings: scene.settings, log: scene.log, local: LocalStorage(), patience: .seconds(1))
    let plan = try #require(try run.plan().first { $0.lane == LaneScene.lane })
    #expect(plan.reason == refusal?.message && plan.source == .log)
    #expect(plan.sessions == before.sessions.count)
    #expect(!plan.losses.isEmpty)
    #expect(plan.positions[partition("web")] == NextOffset(60))
    // The scene's own member is gone, as a process is that was stopped.
    scene.log.evict(group: scene.settings.lanes.group, instance: scene.settings.instance)
    let done = try run.run(clock: WorkerScene.clock)
    #expect(done.contains { $0.lane == LaneScene.lane })
    #expect(try run.plan().isEmpty)
    try scene.takeOver()
    let restored = try scene.restore()
    #expect(restored.tail?.isRecovered == true)
    #expect(try #require(restored.tail).sequence > before.sequence)
    #expect(try #require(restored.tail).redoFrom == restored.tail.map { $0.sequence + 1 })
    let after = LaneView(try #require(restored.machine))
    #expect(Set(after.sessions.keys) == Set(before.sessions.keys))
    if topic == "journal" { #expect(after.sessions == before.sessions) }
  }

  @Test func journalOfALoss() throws {
    var record = JournalRecord(
      lane: 1, partitions: 4, sequence: 9, takenAt: EventTime(milliseconds: 1), configuration: "c")
    let plain = record.encoded()
    #expect(!String(decoding: plain, as: UTF8.self).contains("lost"))
    record.ranges = ["web": 7..<9, "app": 0..<0]
    record.lost = ["web": 4..<7]
    record.isRecovered = true
    let text = String(decoding: record.encoded(), as: UTF8.self)
    #expect(text.contains(#""ranges":{"app":[0,0],"web":[7,9]},"lost":{"web":[4,7]},"recovered":true"#))
    #expect(try JournalRecord(decoding: record.encoded()) == record)
  }
}
