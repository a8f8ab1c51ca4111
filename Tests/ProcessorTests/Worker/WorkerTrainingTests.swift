import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Learning
import LogTools
import Predictions
import Processor
import SeededGenerator
import SimulatedLog
import Testing
import WireFormat

/// Models are learned while a worker runs, beside lane 0: written in the lane's transactions, by its owner
/// alone.
@Suite struct WorkerTrainingTests {
  private let scene: VerificationScene
  private let visits: ShopVisits

  init() throws {
    scene = try VerificationScene {
      $0.maxBatchEvents = 400
      $0.training.minimum = .seconds(30)
    }
    var generator = SeededGenerator(seed: 5)
    visits = ShopVisits(1_200, &generator)
    let definitions = try PredictionScene.definitions([
      PredictionScene.map(
        "likely", "triggerWithOutcomeProbabilityConditions", #""maximumProbability":0.5"#)
    ])
    let current = DefinitionRecords.Current(
      bundle: definitions.hash.description, revision: 2, appliedAt: scene.clock.now)
    try send(
      try DefinitionRecords.records(definitions.bundle, as: current, topic: scene.topics.definitions))
  }

  private func send(_ batch: OutputBatch) throws {
    let publisher = try scene.log.makePublisher()
    defer { publisher.close() }
    try publisher.send(batch)
  }

  /// Publishes the events of these visits; the clock goes along.
  private func publish(_ range: Range<Int>) throws {
    let (from, to) = (Int64(range.lowerBound) * 120_000, Int64(range.upperBound) * 120_000)
    var batch = OutputBatch()
    for event in visits.events where (from..<to).contains(event.time) {
      batch.append("web", partition: -1, key: Array(event.customer.utf8), value: Array(event.json.utf8))
    }
    try send(batch)
    scene.clock.set(max(scene.clock.now.milliseconds, LaneHarness.start + to))
  }

  /// A worker at work.
  private struct Running {
    let worker: Worker
    let task: Task<Void, any Error>

    func stop() async throws {
      worker.stop()
      try await task.value
    }
  }

  private func start(
    on log: any EventLog, instance: String = "sojourn-1", notes: WorkerNotes = WorkerNotes()
  ) -> Running {
    var settings = scene.settings
    settings.instance = instance
    let worker = Worker(settings: settings, log: log, clock: scene.clock) { notes.note($0) }
    return Running(worker: worker, task: Task { try await worker.run() })
  }

  /// Lets time go by until something holds.
  private func wait(_ what: String, until condition: () throws -> Bool) async throws {
    for _ in 0..<3_000 {
      if try condition() { return }
      scene.clock.set(scene.clock.now.milliseconds + 3_000)
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("it never came to it: \(what)")
  }

  private func ledger() throws -> ModelLedger {
    let reader = try scene.log.makeReader()
    defer { reader.close() }
    var ledger = ModelLedger(topic: scene.topics[.models], reader: reader, patience: .seconds(5))
    try ledger.refresh()
    return ledger
  }

  private func keys() throws -> [String] {
    try scene.records(TopicPartition(scene.topics[.models], 0)).map {
      String(decoding: $0.key ?? [], as: UTF8.self)
    }
  }

  private func records(_ topic: String) throws -> [String] {
    try LaneNumber.all(of: VerificationScene.partitions).flatMap { lane in
      try scene.records(TopicPartition(topic, lane: lane)).map {
        String(decoding: $0.value ?? [], as: UTF8.self)
      }
    }
  }

  /// Every batch and every run is as it would be again, and each run was written once.
  private func expectVerified(_ location: SourceLocation = #_sourceLocation) throws {
    for lane in LaneNumber.all(of: VerificationScene.partitions) {
      let result = try scene.verify(lane)
      #expect(result.mismatch == nil && result.unverifiable.isEmpty, "\(result)", sourceLocation: location)
    }
    let training = try Verification(settings: scene.settings.lanes, patience: .seconds(2))
      .verifyTraining(on: scene.log)
    #expect(training.runs > 0 && training.equal == training.runs, "\(training)", sourceLocation: location)
    #expect(training.mismatches.isEmpty && training.unverifiable.isEmpty, sourceLocation: location)
    let runs = try keys().filter { $0.hasPrefix("run/") }
    #expect(Set(runs).count == runs.count, "\(runs)", sourceLocation: location)
  }

  /// From nothing to a model in force, through as many runs as it takes, and to a map that triggers by it.
  @Test func aWorkerLearnsUntilAModelIsInForce() async throws {
    let notes = WorkerNotes()
    let running = start(on: scene.log, notes: notes)
    var published = 0
    while try ledger().current == nil, published < 900 {
      let before = try ledger().newestRun?.revision ?? 0
      try publish(published..<published + 150)
      published += 150
      try await wait("run \(before + 1)") { try ledger().newestRun?.revision ?? 0 > before }
    }
    let current = try #require(try ledger().current, "nothing was published")
    let first = try #require(try ledger().runs[current.revision])
    #expect(first.outcomes.map(\.decision) == [.published] && first.set == current.set)
    try await wait("the models are taken up") {
      notes.events.contains { if case .models(let report) = $0 { report.set == current.set } else { false } }
    }
    // Those that begin from now on are scored, and some are likely to buy.
    try publish(published..<published + 100)
    try await wait("a map triggers") {
      try records(scene.topics.actions).contains { $0.contains("\"likely\"") }
    }
    #expect(try records(scene.topics.sessions).contains { $0.contains("\"outcomeScores\":[") })
    try await running.stop()
    try expectVerified()
    #expect(
      notes.events.contains { if case .learning(let report) = $0 { report.examples > 50 } else { false } })
  }

  /// It goes on while lanes do, and whoever loses lane 0 meanwhile writes nothing of it.
  @Test func aTakeoverInTheMiddleOfARunLeavesOneInForce() async throws {
    let held = TrainingLog(scene.log, holdsTraining: true)
    let first = start(on: held, instance: "b")
    try publish(0..<400)
    try await wait("it trains") { held.isWaiting }
    let journalled = try records(scene.topics.journal).count
    try publish(400..<420)
    try await wait("lanes go on") { try records(scene.topics.journal).count > journalled + 3 }
    #expect(try keys().isEmpty)
    let notes = WorkerNotes()
    let second = start(on: scene.log, instance: "a", notes: notes)
    try await wait("the other one has lane 0") {
      notes.events.contains { if case .running(lane: 0, _) = $0 { true } else { false } }
    }
    try await wait("it has trained") { try ledger().newestRun != nil }
    held.letGo()
    try await wait("the first one has trained as well") { held.reads >= 3 && !held.isWaiting }
    let turns = try records(scene.topics.journal).count
    try publish(420..<440)
    try await wait("turns go by") { try records(scene.topics.journal).count > turns + 5 }
    try await first.stop()
    try await second.stop()
    try expectVerified()
    let all = try keys()
    #expect(all.count { $0 == "run/1" } == 1, "\(all)")
  }

  /// Whatever becomes of its transaction: a run is there whole and once, or not at all.
  @Test(arguments: TrainingLog.Fault.allCases)
  func aTransactionThatGoesWrongLeavesARunOrNone(_ fault: TrainingLog.Fault) async throws {
    let log = TrainingLog(scene.log, fault: fault)
    let first = start(on: log)
    try publish(0..<400)
    try await wait("the fault strikes") { log.hasStruck }
    switch fault {
    case .crashBefore, .crashAfter: await #expect(throws: SimulatedCrash.self) { try await first.task.value }
    case .abortBefore, .unknownAfter: break
    }
    let isDead = fault == .crashBefore || fault == .crashAfter
    let running = isDead ? start(on: scene.log) : first
    try await wait("there is a run") { try ledger().newestRun != nil }
    try publish(400..<800)
    try await wait("there is another one") { try ledger().newestRun?.revision ?? 0 > 1 }
    try await running.stop()
    try expectVerified()
    let runs = try ledger().runs
    #expect(runs.keys.sorted() == Array(1...runs.count))
    for (revision, run) in runs where revision > 1 { #expect(run.before == runs[revision - 1]?.set) }
  }

  @Test func withoutPredictorsNothingIsRead() async throws {
    try scene.applyDefinitions(revision: 3)
    let log = TrainingLog(scene.log)
    let running = start(on: log)
    try publish(0..<150)
    try await wait("it has worked") { try records(scene.topics.journal).count > 10 }
    try await running.stop()
    #expect(log.reads == 0)
    #expect(try keys().isEmpty)
  }
}
