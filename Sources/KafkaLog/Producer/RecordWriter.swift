import CRdKafka
import EventLog

/// Hands batches to a producer client.
///
/// One call per record: handing over whole batches saves 0.15 µs of 3.6 µs a record, cannot carry headers,
/// and needs care to keep the order when the queue is full.
final class RecordWriter {
  private let client: Client
  private let topics: TopicHandles
  /// What the client itself takes, in bytes.
  private let maxRecordBytes: Int

  init(client: Client, settings: ClientSettings) {
    self.client = client
    maxRecordBytes = settings["message.max.bytes"].flatMap { Int($0) } ?? 1_000_000
    topics = TopicHandles(client: client)
  }

  /// Queues the records of a batch; waits for room in the bounded queue.
  ///
  /// Returns the failure of the first record that was not taken, if any; the ones before it were.
  func write(_ batch: OutputBatch, until deadline: Deadline) throws(LogError) -> Failure? {
    var handles: [OpaquePointer] = []
    for topic in batch.topics { handles.append(try topics.handle(topic)) }
    let failure = batch.bytes.withUnsafeBytes { bytes -> Failure? in
      for entry in batch.entries {
        let headers = entry.headers.flatMap { range in
          HeaderConversion.makeList(UnsafeRawBufferPointer(rebasing: bytes[range.indices]))
        }
        if let failure = write(entry, to: handles[entry.topic], bytes, headers, until: deadline) {
          if let headers { rd_kafka_headers_destroy(headers) }
          return failure
        }
      }
      return nil
    }
    // Serves delivery reports, so that finished records leave the queue's count.
    rd_kafka_poll(client.raw, 0)
    return failure
  }

  private func write(
    _ entry: OutputBatch.Entry, to topic: OpaquePointer, _ bytes: UnsafeRawBufferPointer,
    _ headers: OpaquePointer?, until deadline: Deadline
  ) -> Failure? {
    // librdkafka takes a null pointer for a null key or a tombstone, so an empty one needs some address.
    withUnsafePointer(to: UInt8(0)) { something in
      let key = entry.key.map {
        $0.count == 0 ? UnsafeRawPointer(something) : bytes.baseAddress! + Int($0.offset)
      }
      let value = entry.value.map {
        $0.count == 0 ? UnsafeRawPointer(something) : bytes.baseAddress! + Int($0.offset)
      }
      while true {
        let code = crdkafka_produce(
          client.raw, topic, entry.partition < 0 ? RD_KAFKA_PARTITION_UA : entry.partition, key,
          entry.key?.count ?? 0, value, entry.value?.count ?? 0, headers)
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return nil }
        guard code == RD_KAFKA_RESP_ERR__QUEUE_FULL, !deadline.hasPassed else {
          if code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE {
            return Failure(
              code,
              "a record of \(entry.value?.count ?? 0) bytes to \(String(cString: rd_kafka_topic_name(topic)))"
                + "[\(entry.partition)] is larger than the client takes, \(maxRecordBytes) (message.max.bytes)"
            )
          }
          return Failure(
            code,
            "a record of \(entry.value?.count ?? 0) bytes to \(String(cString: rd_kafka_topic_name(topic)))"
              + "[\(entry.partition)] was not taken: \(String(cString: rd_kafka_err2str(code)))")
        }
        rd_kafka_poll(client.raw, 10)
      }
    }
  }

  /// Waits until every record is delivered or has failed; `false` if time ran out.
  func flush(until deadline: Deadline) -> Bool {
    rd_kafka_flush(client.raw, deadline.milliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR
  }

  /// Records that are neither delivered nor failed.
  var pending: Int { Int(rd_kafka_outq_len(client.raw)) }
}
