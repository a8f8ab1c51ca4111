internal import EventLog
internal import JourneyModel
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// A process's producer; the mutations of a commit happen here.
final class ProcessProducer: TransactionalProducer {
  private var inner: (any TransactionalProducer)?
  private let view: ProcessView
  private var sent: [TopicPartition: NextOffset] = [:]
  /// The models of each lane's newest batch, for the mutation that names them late.
  private var named: [LaneNumber: String] = [:]

  init(_ inner: any TransactionalProducer, view: ProcessView) {
    self.inner = inner
    self.view = view
  }

  func initialize() throws { try view.request(.initialize) { try open().initialize() } }

  func begin() throws { try view.request(.begin) { try open().begin() } }

  func produce(_ batch: OutputBatch) throws {
    let batch = try mutated(batch)
    try view.request(.produce) { try open().produce(batch) }
  }

  private func mutated(_ batch: OutputBatch) throws -> OutputBatch {
    let topics = TopicNames()
    switch view.mutation {
    case .publishesSnapshots:
      let publisher = try view.log.makePublisher()
      defer { publisher.close() }
      let snapshots = batch.rewritten { $0.filter { $0.topic == topics.sessions } }
      if !snapshots.isEmpty { try publisher.send(snapshots) }
      return batch.rewritten { $0.filter { $0.topic != topics.sessions } }
    case .publishesRuns:
      let publisher = try view.log.makePublisher()
      defer { publisher.close() }
      let runs = batch.rewritten { $0.filter { $0.topic == topics[.models] } }
      if !runs.isEmpty { try publisher.send(runs) }
      return batch.rewritten { $0.filter { $0.topic != topics[.models] } }
    case .namesModelsLate, .forgetsModels:
      return try batch.rewritten { records in
        try records.map { record in
          guard record.topic == topics.journal, let value = record.value else { return record }
          var (record, journal) = (record, try JournalRecord(decoding: value))
          guard let models = journal.models else { return record }
          journal.models = view.mutation == .forgetsModels ? nil : named[journal.lane] ?? models
          named[journal.lane] = models
          record.value = journal.encoded()
          return record
        }
      }
    case .losesMessages where view.scheduler.random.chance(oneIn: 4):
      return batch.rewritten { records in
        var records = records
        if let first = records.firstIndex(where: \.isMessage) { records.remove(at: first) }
        return records
      }
    case .swapsMessages:
      return batch.rewritten { records in
        var records = records
        let messages = records.indices.filter { records[$0].isMessage }
        for (first, second) in zip(messages, messages.dropFirst())
        where records[first].partition == records[second].partition {
          records.swapAt(first, second)
          break
        }
        return records
      }
    default: return batch
    }
  }

  func flush() throws {
    guard view.mutation != .skipsFlush else { return }
    try view.request(.flush) { try open().flush() }
  }

  func sendOffsets(_ positions: [TopicPartition: NextOffset], group: any GroupMetadata) throws {
    switch view.mutation {
    case .commitsOffsetsOutside:
      try view.request(.sendOffsets) { view.log.commitOffsets(positions, group: Simulation.group) }
    case .leavesPositionsOutOfTicks where positions == sent:
      // Nothing was read since the last transaction: a tick.
      return
    default:
      try view.request(.sendOffsets) { try open().sendOffsets(positions, group: group) }
      sent = positions
    }
  }

  func commit() throws { try view.request(.commit) { try open().commit() } }

  func abort() throws { try view.request(.abort) { try open().abort() } }

  /// A dead process aborts nothing.
  func close() {
    if view.process.isAlive { inner?.close() }
    inner = nil
  }

  private func open() throws -> any TransactionalProducer {
    guard let inner else { throw LogError(.fatal, code: "closed", "the producer is closed") }
    return inner
  }
}
