internal import CRdKafka
internal import EventLog

/// What the port has no calls for and the tests need: asked of librdkafka directly. One thread at a time uses
/// it.
final class BrokerAdministrator {
  private static let roundTrip: Int32 = 20_000
  private let client: OpaquePointer

  /// - Parameter group: whose offsets can be asked for; the client does not join it.
  init(group: String = "sojourn-test-observer") throws {
    let configuration = rd_kafka_conf_new()
    rd_kafka_conf_set_log_cb(configuration, nil)
    for (key, value) in [("bootstrap.servers", Broker.addresses ?? ""), ("group.id", group)] {
      rd_kafka_conf_set(configuration, key, value, nil, 0)
    }
    guard let client = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, nil, 0) else {
      throw BrokerRefusal(description: "librdkafka makes no client")
    }
    self.client = client
  }

  deinit { rd_kafka_destroy(client) }

  /// The number of members that the broker counts in a group.
  func memberCount(of group: String) throws -> Int {
    var list: UnsafePointer<rd_kafka_group_list>?
    try check(rd_kafka_list_groups(client, group, &list, Self.roundTrip), "listing groups")
    defer { rd_kafka_group_list_destroy(list) }
    guard let list, list.pointee.group_cnt > 0, let found = list.pointee.groups else { return 0 }
    return Int(found[0].member_cnt)
  }

  /// The stable offsets of the client's group; a partition without one is absent.
  func committed(_ partitions: [TopicPartition]) throws -> [TopicPartition: NextOffset] {
    let list = makeList(partitions.map { ($0, NextOffset(0)) })
    defer { rd_kafka_topic_partition_list_destroy(list) }
    try check(rd_kafka_committed(client, list, Self.roundTrip), "reading offsets")
    var found: [TopicPartition: NextOffset] = [:]
    for (index, partition) in partitions.enumerated() {
      let element = list.pointee.elems[index]
      try check(element.err, "reading the offset of \(partition)")
      if element.offset >= 0 { found[partition] = NextOffset(element.offset) }
    }
    return found
  }

  /// Removes every record below the positions.
  func removeRecords(before positions: [TopicPartition: NextOffset]) throws {
    let list = makeList(positions.map { ($0.key, $0.value) })
    defer { rd_kafka_topic_partition_list_destroy(list) }
    var request = rd_kafka_DeleteRecords_new(list)
    defer { rd_kafka_DeleteRecords_destroy(request) }
    let event = try answer("removing records") { rd_kafka_DeleteRecords(client, &request, 1, nil, $0) }
    defer { rd_kafka_event_destroy(event) }
    let offsets = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))
    guard let offsets else { throw BrokerRefusal(description: "no answer to the removal of records") }
    for index in 0..<Int(offsets.pointee.cnt) {
      try check(offsets.pointee.elems[index].err, "removing records")
    }
  }

  /// Deletes the topics whose names begin with this, so that runs leave nothing behind.
  func deleteTopics(prefix: String) throws {
    var metadata: UnsafePointer<rd_kafka_metadata>?
    try check(rd_kafka_metadata(client, 1, nil, &metadata, Self.roundTrip), "listing topics")
    defer { rd_kafka_metadata_destroy(metadata) }
    guard let metadata else { return }
    var requests: [OpaquePointer?] = []
    defer { rd_kafka_DeleteTopic_destroy_array(&requests, requests.count) }
    for index in 0..<Int(metadata.pointee.topic_cnt) {
      let name = String(cString: metadata.pointee.topics[index].topic)
      if name.hasPrefix(prefix) { requests.append(rd_kafka_DeleteTopic_new(name)) }
    }
    if requests.isEmpty { return }
    let event = try answer("deleting topics") {
      rd_kafka_DeleteTopics(client, &requests, requests.count, nil, $0)
    }
    rd_kafka_event_destroy(event)
  }

  private func makeList(
    _ positions: [(TopicPartition, NextOffset)]
  ) -> UnsafeMutablePointer<rd_kafka_topic_partition_list_t> {
    // Never fails: librdkafka ends the process when it gets no memory.
    let list = rd_kafka_topic_partition_list_new(Int32(positions.count))!
    for (partition, position) in positions {
      rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition).pointee.offset =
        position.value
    }
    return list
  }

  /// Sends one request and waits for its event, which the caller destroys.
  private func answer(_ attempt: String, _ send: (OpaquePointer?) -> Void) throws -> OpaquePointer {
    let queue = rd_kafka_queue_new(client)
    defer { rd_kafka_queue_destroy(queue) }
    send(queue)
    guard let event = rd_kafka_queue_poll(queue, 2 * Self.roundTrip) else {
      throw BrokerRefusal(description: "\(attempt): no answer")
    }
    let code = rd_kafka_event_error(event)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      rd_kafka_event_destroy(event)
      throw BrokerRefusal(description: "\(attempt): \(String(cString: rd_kafka_err2str(code)))")
    }
    return event
  }

  private func check(_ code: rd_kafka_resp_err_t, _ attempt: String) throws {
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    throw BrokerRefusal(description: "\(attempt): \(String(cString: rd_kafka_err2str(code)))")
  }
}

/// The broker did not do what a test asked for.
struct BrokerRefusal: Error, CustomStringConvertible {
  var description: String
}
