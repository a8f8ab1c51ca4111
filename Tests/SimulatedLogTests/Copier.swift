internal import EventLog
internal import SimulatedLog

/// The smallest processor there is: copies `in` to `out`, partition by partition, each batch in one
/// transaction. It does what the reactions ask for and nothing more.
final class Copier {
  private let log: SimulatedLog
  private let instance: String
  private var consumer: (any GroupConsumer)?
  private var producer: (any TransactionalProducer)?
  private var isBusy = false
  /// Called between the requests of a transaction: what other processes do meanwhile.
  var meanwhile: () throws -> Void = {}

  init(log: SimulatedLog, instance: String) {
    self.log = log
    self.instance = instance
  }

  /// One poll and its transaction; does nothing inside a step of its own. A crash drops everything without
  /// closing it.
  func step() throws {
    guard !isBusy else { return }
    isBusy = true
    defer { isBusy = false }
    do {
      try attempt()
    } catch is SimulatedCrash {
      consumer = nil
      producer = nil
    } catch let error as LogError {
      switch error.reaction {
      case .retry, .abortAndRewind, .commitUnknown, .ownershipLost:
        // Repeating single requests is a matter of speed only: starting over is right after each of them.
        try quit()
      case .fatal:
        // A consumer that was replaced by another under the same instance stops for good.
        throw error
      }
    }
  }

  /// Closes both, as far as the faults let it.
  private func quit() throws {
    producer?.close()
    consumer?.close()
    producer = nil
    consumer = nil
  }

  private func attempt() throws {
    let consumer = try self.consumer ?? join()
    let producer = try self.producer ?? initialized()
    let limits = FetchLimits(maxRecords: 7, maxBytes: 1 << 20, timeout: .zero)
    let chunks = try consumer.poll(limits) { _ in }
    guard !chunks.isEmpty else { return }
    var outputs = OutputBatch()
    var positions: [TopicPartition: NextOffset] = [:]
    for chunk in chunks {
      for entry in chunk.entries {
        outputs.append("out", partition: chunk.source.partition, key: nil, value: chunk.copy(entry.value))
      }
      positions[chunk.source] = chunk.next
    }
    try producer.begin()
    try meanwhile()
    try repeating { try producer.produce(outputs) }
    try meanwhile()
    try repeating { try producer.flush() }
    try meanwhile()
    try repeating { try producer.sendOffsets(positions, group: try consumer.metadata()) }
    try meanwhile()
    try repeating { try producer.commit() }
  }

  /// Repeats a request as long as the log says that this is safe.
  private func repeating(_ body: () throws -> Void) throws {
    while true {
      do { return try body() } catch let error as LogError where error.reaction == .retry {}
    }
  }

  private func join() throws -> any GroupConsumer {
    let configuration = ConsumerConfiguration(group: "copiers", instance: instance, topics: ["in"])
    let consumer = try log.makeConsumer(configuration)
    self.consumer = consumer
    return consumer
  }

  private func initialized() throws -> any TransactionalProducer {
    let producer = try log.makeTransactionalProducer(id: instance)
    try producer.initialize()
    self.producer = producer
    return producer
  }
}
