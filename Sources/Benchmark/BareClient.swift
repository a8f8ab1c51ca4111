import CRdKafka
import EventLog
import Foundation
import KafkaLog

/// Consumes, produces and commits with librdkafka and nothing else: the traffic of the processor without its
/// thinking.
///
/// Same client settings as the processor's, the very records that the processor wrote, as many with each
/// commit.
struct BareClient: Sendable {
  let brokers: String
  let input: String
  let partitions: Int32
  /// What its topics are called in front of the names that the traffic gives them.
  let prefix: String
  let group: String
  let events: Int
  let traffic: RecordedTraffic
  let eventsPerCommit: Double

  /// Events between two writes.
  let portion: Int
  /// Of 1, 500, 2,000, 8,000, 30,000 and a whole commit: fewer make small requests, with more reading and
  /// writing do not overlap.
  static let fastestPortion = 8_000

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  func run() throws -> BarePartCommand.Result {
    let consumer = try client(
      RD_KAFKA_CONSUMER,
      [
        "group.id": group, "enable.auto.commit": "false", "auto.offset.reset": "earliest",
        "isolation.level": "read_committed", "fetch.wait.max.ms": "10",
        "queued.min.messages": "1000000", "queued.max.messages.kbytes": "1048576",
        "fetch.max.bytes": "52428800",
      ])
    let producer = try client(
      RD_KAFKA_PRODUCER,
      [
        "transactional.id": group, "linger.ms": "5", "compression.type": "lz4",
        "queue.buffering.max.messages": "1000000", "queue.buffering.max.kbytes": "1048576",
        "message.max.bytes": "8388608",
      ])
    defer {
      rd_kafka_consumer_close(consumer)
      rd_kafka_destroy(consumer)
      rd_kafka_destroy(producer)
    }
    try check(rd_kafka_init_transactions(producer, 30_000))
    let topics = rd_kafka_topic_partition_list_new(1)
    rd_kafka_topic_partition_list_add(topics, input, -1)
    rd_kafka_subscribe(consumer, topics)
    rd_kafka_topic_partition_list_destroy(topics)
    let queue = rd_kafka_queue_get_consumer(consumer)
    defer { rd_kafka_queue_destroy(queue) }
    let outputs = traffic.topics.map { rd_kafka_topic_new(producer, prefix + $0, nil) }
    defer { for output in outputs { rd_kafka_topic_destroy(output) } }

    var messages = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: 4_096)
    var positions = [Int64](repeating: 0, count: Int(partitions))
    var read = 0
    var written = 0
    var sinceCommit = 0
    var isOpen = false
    var start: ContinuousClock.Instant?
    var cpu = 0.0
    while read < events {
      let count = rd_kafka_consume_batch_queue(queue, 100, &messages, messages.count)
      for index in 0..<max(Int(count), 0) {
        guard let message = messages[index] else { continue }
        defer { rd_kafka_message_destroy(message) }
        guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
        if start == nil {
          start = .now
          cpu = Measurement.cpuSeconds(.own)
        }
        if !isOpen {
          try check(rd_kafka_begin_transaction(producer))
          isOpen = true
        }
        read += 1
        sinceCommit += 1
        positions[Int(message.pointee.partition)] = message.pointee.offset + 1
        let isDue =
          sinceCommit.isMultiple(of: portion) || Double(sinceCommit) >= eventsPerCommit
          || read == events
        let owed = isDue ? traffic.records.count * read / events : written
        while written < owed {
          try produce(producer, outputs, traffic.records[written])
          written += 1
        }
      }
      if isOpen, Double(sinceCommit) >= eventsPerCommit || read >= events {
        try check(rd_kafka_flush(producer, 60_000))
        let offsets = rd_kafka_topic_partition_list_new(Int32(positions.count))
        defer { rd_kafka_topic_partition_list_destroy(offsets) }
        for (partition, position) in positions.enumerated() {
          rd_kafka_topic_partition_list_add(offsets, input, Int32(partition)).pointee.offset = position
        }
        let metadata = rd_kafka_consumer_group_metadata(consumer)
        defer { rd_kafka_consumer_group_metadata_destroy(metadata) }
        try check(rd_kafka_send_offsets_to_transaction(producer, offsets, metadata, 30_000))
        try check(rd_kafka_commit_transaction(producer, 30_000))
        isOpen = false
        sinceCommit = 0
      }
    }
    let elapsed = ContinuousClock.now - (start ?? .now)
    return BarePartCommand.Result(
      seconds: Measurement.seconds(elapsed), cpuSeconds: Measurement.cpuSeconds(.own) - cpu)
  }

  private func produce(
    _ producer: OpaquePointer?, _ outputs: [OpaquePointer?], _ record: RecordedTraffic.Record
  ) throws {
    try traffic.withBytes(of: record) { bytes in
      func part(_ range: ByteSlice?) -> UnsafeRawBufferPointer {
        range.map { UnsafeRawBufferPointer(rebasing: bytes[$0.indices]) } ?? .init(start: nil, count: 0)
      }
      let (key, value) = (part(record.entry.key), part(record.entry.value))
      let headers = record.entry.headers.flatMap { HeaderConversion.makeList(part($0)) }
      while true {
        let code = crdkafka_produce(
          producer, outputs[record.topic], record.partition, key.baseAddress, key.count, value.baseAddress,
          value.count, headers)
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
        guard code == RD_KAFKA_RESP_ERR__QUEUE_FULL else { return try check(code) }
        rd_kafka_poll(producer, 10)
      }
    }
  }

  private func client(_ type: rd_kafka_type_t, _ properties: [String: String]) throws -> OpaquePointer {
    let configuration = rd_kafka_conf_new()
    var text = [CChar](repeating: 0, count: 512)
    for (key, value) in properties.merging(
      ["bootstrap.servers": brokers], uniquingKeysWith: { first, _ in first })
    {
      guard rd_kafka_conf_set(configuration, key, value, &text, text.count) == RD_KAFKA_CONF_OK else {
        throw Failure(description: "\(key)=\(value)")
      }
    }
    guard let client = rd_kafka_new(type, configuration, &text, text.count) else {
      throw Failure(description: "a client cannot be made")
    }
    if type == RD_KAFKA_CONSUMER { rd_kafka_poll_set_consumer(client) }
    return client
  }

  private func check(_ error: OpaquePointer?) throws {
    guard let error else { return }
    defer { rd_kafka_error_destroy(error) }
    throw Failure(description: String(cString: rd_kafka_error_string(error)))
  }

  private func check(_ code: rd_kafka_resp_err_t) throws {
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw Failure(description: String(cString: rd_kafka_err2str(code)))
    }
  }
}
