import CRdKafka
import EventLog
import Logging

/// Writes records outside of transactions, for ingest. One thread at a time uses it.
final class RecordPublisher: Publisher {
  // Longer than `message.timeout.ms`, after which librdkafka itself gives a record up; so this bounds only
  // the case that an operator raised that.
  private static let patience: Duration = .seconds(120)

  private var parts: (client: Client, writer: RecordWriter)?

  init(settings: ClientSettings, logger: Logger) throws(LogError) {
    let client = try Client(.publisher, settings, events: ClientEvents(logger: logger))
    parts = (client, RecordWriter(client: client, settings: settings))
  }

  func send(_ batch: OutputBatch) throws -> [TopicPartition: NextOffset] {
    guard let (client, writer) = parts else {
      throw LogError(.fatal, code: "closed", "the publisher was closed")
    }
    client.events.clearDeliveries()
    let deadline = Deadline(after: Self.patience)
    let refused = try writer.write(batch, until: deadline)
    let isComplete = writer.flush(until: deadline)
    if let failure = client.fatalFailure { throw failure.error(during: .publish, "publishing") }
    if let refused { throw refused.error(during: .publish, "publishing \(batch.entries.count) records") }
    if let failure = client.events.firstFailure {
      throw failure.error(
        during: .publish, "\(client.events.failedDeliveries) of \(batch.entries.count) records")
    }
    if !isComplete {
      let failure = Failure(RD_KAFKA_RESP_ERR__TIMED_OUT, "\(writer.pending) records are not confirmed")
      throw failure.error(during: .publish, "publishing \(batch.entries.count) records")
    }
    return client.events.ends
  }

  func close() { parts = nil }
}
