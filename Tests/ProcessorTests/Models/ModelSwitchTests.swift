import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import LogTools
import Predictions
import Processor
import SeededGenerator
import SimulatedLog
import Testing
import WireFormat

/// Models that come into force while processors run: switched between two batches, named in the journal, and
/// every batch verified under those that it names.
@Suite struct ModelSwitchTests {
  private let scene: VerificationScene
  private let visits: ShopVisits
  private let definitions: CompiledBundle

  init() throws {
    scene = try VerificationScene { $0.maxBatchEvents = 400 }
    var generator = SeededGenerator(seed: 11)
    visits = ShopVisits(120, &generator)
    definitions = try PredictionScene.definitions([
      PredictionScene.map(
        "lost", "triggerWithOutcomeProbabilityConditions", #""maximumProbability":0.7,"probability":0.3"#)
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

  private func play(_ range: Range<Int>) async throws {
    var batch = OutputBatch()
    for event in visits.events[range] {
      batch.append("web", partition: -1, key: Array(event.customer.utf8), value: Array(event.json.utf8))
    }
    try send(batch)
    scene.clock.set(LaneHarness.start + visits.events[range.upperBound - 1].time)
    try await scene.work()
  }

  private func records(_ topic: String) throws -> [String] {
    try LaneNumber.all(of: VerificationScene.partitions).flatMap { lane in
      try scene.records(TopicPartition(topic, lane: lane)).map {
        String(decoding: $0.value ?? [], as: UTF8.self)
      }
    }
  }

  @Test func eachBatchIsScoredUnderTheModelsThatItNames() async throws {
    let models = try PredictionScene.models(definitions)
    let middle = visits.events.count / 2
    try await play(0..<middle)
    #expect(try records(scene.topics.sessions).allSatisfy { !$0.contains("outcomeScores") })
    let current = ModelRecords.Current(set: models.name, revision: 1, trainedAt: scene.clock.now)
    try send(ModelRecords.records(models, as: current, topic: scene.topics[.models]))
    try await play(middle..<visits.events.count)
    let named = Set(
      try records(scene.topics.journal).compactMap { try JournalRecord(decoding: Array($0.utf8)).models })
    #expect(named == [models.name, ModelSet.empty.name])
    #expect(try records(scene.topics.sessions).count { $0.contains("\"outcomeScores\":[") } > 30)
    #expect(try records(scene.topics.actions).contains { $0.contains("\"lost\"") })
    var examples = 0
    for lane in LaneNumber.all(of: VerificationScene.partitions) {
      let result = try scene.verify(lane)
      #expect(result.mismatch == nil, "\(result.mismatch?.description ?? "")")
      #expect(result.unverifiable.isEmpty, "\(result.unverifiable)")
      examples += result.compared[scene.topics[.examples]]?.equal ?? 0
    }
    #expect(examples > 3)
    // Models that are gone: what was scored under them cannot be verified, and that is said.
    let partition = TopicPartition(scene.topics[.models], 0)
    let model = try #require(
      try scene.records(partition).first { String(decoding: $0.key ?? [], as: UTF8.self).hasPrefix("model/") }
    )
    try scene.log.altering(partition, at: model.offset, { _ in nil }) {
      let reasons = try LaneNumber.all(of: VerificationScene.partitions).flatMap {
        try scene.verify($0).unverifiable.map(\.reason)
      }
      #expect(reasons.contains { $0.contains(models.name) && $0.contains("gone") }, "\(reasons)")
    }
  }
}
