import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Predictions
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// Models as they come from the log: whole, by the names that journals have, and what cannot be read changes
/// nothing.
@Suite struct ModelFeedTests {
  private let scene: VerificationScene

  init() throws { scene = try VerificationScene() }

  private func feed() throws -> ModelFeed {
    ModelFeed(reader: try scene.log.makeReader(), topic: scene.topics[.models], patience: .seconds(1))
  }

  private func publish(_ set: ModelSet, revision: Int) throws {
    let current = ModelRecords.Current(set: set.name, revision: revision, trainedAt: scene.clock.now)
    try send(ModelRecords.records(set, as: current, topic: scene.topics[.models]))
  }

  private func send(_ batch: OutputBatch) throws {
    let publisher = try scene.log.makePublisher()
    defer { publisher.close() }
    try publisher.send(batch)
  }

  private func set(bias: Int32) throws -> ModelSet {
    try PredictionScene.models(PredictionScene.definitions(), bias: bias)
  }

  @Test func beforeAnythingWasTrainedThereAreNoModels() throws {
    let feed = try feed()
    #expect(try !feed.refresh())
    #expect(try feed.setInForce().name == ModelSet.empty.name)
    #expect(try feed.set(ModelSet.empty.name) != nil)
  }

  @Test func theNewestIsInForceAndOlderOnesAreFound() throws {
    let (first, second) = (try set(bias: 1), try set(bias: 2))
    let feed = try feed()
    try publish(first, revision: 1)
    #expect(try feed.refresh())
    #expect(try feed.setInForce().name == first.name)
    try publish(second, revision: 2)
    #expect(try feed.refresh())
    #expect(try !feed.refresh())
    #expect(try feed.setInForce().models == second.models)
    #expect(try feed.set(first.name)?.models == first.models)
    feed.keepOnlyCurrent()
    #expect(try feed.setInForce().name == second.name)
    #expect(try feed.set(first.name) == nil)
  }

  @Test func whatCannotBeReadLeavesTheModelsBeforeInForce() throws {
    let first = try set(bias: 1)
    let feed = try feed()
    try publish(first, revision: 1)
    try feed.refresh()
    var batch = OutputBatch()
    batch.append(scene.topics[.models], partition: 0, key: Array("current".utf8), value: Array("{}".utf8))
    try send(batch)
    #expect(throws: LogError.self) { try feed.refresh() }
    #expect(try feed.setInForce().name == first.name)
    let second = try set(bias: 2)
    try publish(second, revision: 2)
    #expect(try feed.refresh())
    #expect(try feed.setInForce().name == second.name)
  }

  @Test func aSetWithoutItsModelsIsAnError() throws {
    let first = try set(bias: 1)
    var batch = OutputBatch()
    let current = ModelRecords.Current(set: first.name, revision: 1, trainedAt: scene.clock.now)
    batch.append(scene.topics[.models], partition: 0, key: Array("current".utf8), value: current.encoded())
    batch.append(scene.topics[.models], partition: 0, key: Array("later/x".utf8), value: [1])
    try send(batch)
    let feed = try feed()
    #expect(try feed.refresh())
    #expect(throws: LogError.self) { try feed.setInForce() }
  }
}
