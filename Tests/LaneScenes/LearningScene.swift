package import EventLog
package import JourneyModel
package import JourneyRules
package import Learning
package import Predictions
internal import SeededGenerator
package import SimulatedLog
internal import WireFormat

/// A simulated log with topics of examples and models, and examples of shop visits to put there.
package struct LearningScene {
  package static let start = EventTime(milliseconds: LaneHarness.start)

  package let log: SimulatedLog
  package let settings: LearningSettings
  package let outcomes: [PredictedOutcome]
  package let definitions: CompiledBundle

  package init(partitions: Int32 = 1, _ change: (inout LearningSettings) -> Void = { _ in }) throws {
    log = SimulatedLog(seed: 3, configuration: .init(waitsInRealTime: true))
    var settings = LearningSettings(
      TopicNames(), partitions: partitions, pace: TrainingPace(), patience: .seconds(2))
    change(&settings)
    self.settings = settings
    try log.create([
      TopicSpecification(name: settings.examples, partitions: partitions),
      TopicSpecification(name: settings.models, partitions: 1),
    ])
    definitions = try PredictionScene.definitions()
    outcomes = definitions.bundle.predictedOutcomes
  }

  /// What so many visits give.
  package func examples(
    _ count: Int, from first: Int = 0, seed: UInt64 = 1, lanes: Int32 = 1, cutBy cuts: UInt64? = nil
  ) throws -> [LaneHarness.Written] {
    var generator = SeededGenerator(seed: seed)
    let visits = ShopVisits(count, from: first, &generator)
    return try ExampleScene.records(
      visits.events.map(\.json) + visits.closers, lanes: lanes, cutBy: cuts, definitions)
  }

  /// Examples that say nothing, one a record, each a second after the one before.
  package func publishPlain(_ count: Int, from first: Int = 0, to partition: Int32 = 0) throws {
    var batch = OutputBatch()
    for number in first..<first + count {
      let time = LearningScene.start + .seconds(Int64(number))
      let record = ExampleRecord(
        outcomes: outcomes,
        examples: [Example(startedAt: time, closedAt: time, achievedAt: [0], sets: TokenSets())])
      batch.append(
        settings.examples, partition: partition, key: nil, value: Compression.compress(record.bytes))
    }
    try send(batch)
  }

  package func publish(_ records: [LaneHarness.Written]) throws {
    var batch = OutputBatch()
    for record in records {
      batch.append(settings.examples, partition: record.partition, key: nil, value: record.value)
    }
    try send(batch)
  }

  package func send(_ batch: OutputBatch) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(batch)
  }

  package func desk() throws -> TrainingDesk { try TrainingDesk(settings, log: log) }

  package func ledger() throws -> ModelLedger {
    var ledger = ModelLedger(topic: settings.models, reader: try log.makeReader(), patience: .seconds(1))
    try ledger.refresh()
    return ledger
  }

  /// The keys of the topic of models, in order.
  package func keys() throws -> [String] {
    let partition = TopicPartition(settings.models, 0)
    let reader = try log.makeReader()
    defer { reader.close() }
    var keys: [String] = []
    guard let bounds = try reader.bounds([partition])[partition] else { return [] }
    try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: .seconds(1)) { chunk in
      for entry in chunk.entries {
        let name = String(decoding: chunk.copy(entry.key) ?? [], as: UTF8.self)
        keys.append(entry.value == nil ? "-" + name : name)
      }
      return true
    }
    return keys
  }
}
