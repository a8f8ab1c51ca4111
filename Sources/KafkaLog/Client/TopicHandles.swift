import CRdKafka
import EventLog

/// Owns the `rd_kafka_topic_t` handles of one client, so that a record is addressed without looking up a
/// name.
final class TopicHandles {
  private let client: Client
  private var handles: [String: OpaquePointer] = [:]

  init(client: Client) { self.client = client }

  // Before the client: `client` is released after this.
  deinit { for handle in handles.values { rd_kafka_topic_destroy(handle) } }

  /// The handle of a topic, made on first use.
  func handle(_ topic: String) throws(LogError) -> OpaquePointer {
    if let handle = handles[topic] { return handle }
    guard let handle = rd_kafka_topic_new(client.raw, topic, nil) else {
      throw Failure(rd_kafka_last_error()).error(during: .administer, "opening topic '\(topic)'")
    }
    handles[topic] = handle
    return handle
  }
}
