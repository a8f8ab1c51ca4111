internal import EventLog

/// A plain producer on a simulated log.
final class SimulatedPublisher: Publisher {
  private let log: SimulatedLog
  private var spread: UInt32 = 0
  private var isClosed = false
  /// What the last `send` wrote, if it took effect although it threw `retry`: the repetition must not write
  /// again.
  private var unconfirmed: [TopicPartition: NextOffset]?

  init(log: SimulatedLog) { self.log = log }

  func send(_ batch: OutputBatch) throws -> [TopicPartition: NextOffset] {
    if isClosed { throw LogError(.fatal, code: "closed", "the publisher is closed") }
    var written = unconfirmed
    do {
      try log.perform(.publish, by: "publisher") { cluster in
        if written == nil { written = try cluster.append(batch, transaction: nil, spread: &spread) }
      }
    } catch {
      unconfirmed = (error as? LogError)?.reaction == .retry ? written : nil
      throw error
    }
    unconfirmed = nil
    return written ?? [:]
  }

  func close() { isClosed = true }
}
