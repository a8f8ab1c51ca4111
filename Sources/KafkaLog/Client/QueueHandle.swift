import CRdKafka

/// Owns one reference to an `rd_kafka_queue_t`, and keeps its client alive.
final class QueueHandle {
  /// The C queue; valid as long as this object is.
  let raw: OpaquePointer
  private let client: Client

  /// The queue that carries a group member's records, errors and rebalances; `nil` without a group.
  init?(consumerOf client: Client) {
    guard let raw = rd_kafka_queue_get_consumer(client.raw) else { return nil }
    self.raw = raw
    self.client = client
  }

  /// A new queue.
  init(newIn client: Client) {
    raw = rd_kafka_queue_new(client.raw)
    self.client = client
  }

  deinit { rd_kafka_queue_destroy(raw) }
}
