import CRdKafka
import EventLog
import KafkaLog
import Logging

/// librdkafka's mock brokers on loopback ports.
///
/// They answer the protocol and inject errors; they do not fence, isolate or store transactional offsets, so
/// nothing here says anything about those.
///
/// Unchecked: librdkafka guards the cluster with its own lock.
final class MockCluster: @unchecked Sendable {
  /// Protocol requests that errors are injected into, by their numbers.
  enum Request: Int16 {
    case produce = 0
    case fetch = 1
    case listOffsets = 2
    case initProducerId = 22
    case addPartitionsToTransaction = 24
    case addOffsetsToTransaction = 25
    case endTransaction = 26
    case transactionOffsetCommit = 28
  }

  /// Where the brokers listen.
  let brokers: String
  private let client: OpaquePointer
  private let cluster: OpaquePointer

  init?(brokerCount: Int32 = 1) {
    let configuration = rd_kafka_conf_new()
    rd_kafka_conf_set_log_cb(configuration, nil)
    guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else { return nil }
    guard let cluster = rd_kafka_mock_cluster_new(client, brokerCount) else {
      rd_kafka_destroy(client)
      return nil
    }
    self.client = client
    self.cluster = cluster
    brokers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
  }

  deinit {
    rd_kafka_mock_cluster_destroy(cluster)
    rd_kafka_destroy(client)
  }

  /// The next requests of a kind fail with these codes.
  func fail(_ request: Request, with codes: [rd_kafka_resp_err_t]) {
    rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, codes.count, codes)
  }

  /// Creates a topic; the mock does not offer this over the protocol.
  func makeTopic(_ name: String, partitions: Int32) {
    rd_kafka_mock_topic_create(cluster, name, partitions, 1)
  }

  /// Moves the coordinator of a transactional id.
  func moveTransactionCoordinator(of id: String, to broker: Int32) {
    rd_kafka_mock_coordinator_set(cluster, "transaction", id, broker)
  }

  /// A log on this cluster that keeps quiet.
  func makeLog(_ properties: [String: String] = [:]) throws -> KafkaLog {
    try KafkaLog(
      brokers: brokers, properties: properties,
      logger: Logger(label: "kafka", factory: { _ in SwiftLogNoOpLogHandler() }))
  }
}

/// Bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension RecordChunk {
  /// The values as text; tombstones as `-`.
  var values: [String] {
    entries.map { copy($0.value).map { String(decoding: $0, as: UTF8.self) } ?? "-" }
  }

  /// The offsets.
  var offsets: [Int64] { entries.map(\.offset.value) }
}
