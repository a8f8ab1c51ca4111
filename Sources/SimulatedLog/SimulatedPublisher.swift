internal import EventLog

/// A plain producer on a simulated log.
final class SimulatedPublisher: Publisher {
  private let log: SimulatedLog
  private var spread: UInt32 = 0
  private var isClosed = false
  /// Whether the last `send` took effect although it threw `retry`; the repetition must not write again.
  private var hasUnconfirmedBatch = false

  init(log: SimulatedLog) { self.log = log }

  func send(_ batch: OutputBatch) throws {
    if isClosed { throw LogError(.fatal, code: "closed", "the publisher is closed") }
    var isWritten = hasUnconfirmedBatch
    do {
      try log.perform(.publish, by: "publisher") { cluster in
        if !isWritten { try cluster.append(batch, transaction: nil, spread: &spread) }
        isWritten = true
      }
    } catch {
      hasUnconfirmedBatch = isWritten && (error as? LogError)?.reaction == .retry
      throw error
    }
    hasUnconfirmedBatch = false
  }

  func close() { isClosed = true }
}
