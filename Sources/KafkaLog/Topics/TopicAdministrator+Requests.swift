import CRdKafka
import EventLog
import Foundation
import Logging

extension TopicAdministrator {
  /// Asks the controller to create topics; one that exists already is no error.
  func request(_ topics: [TopicSpecification]) throws(LogError) {
    var requests: [OpaquePointer?] = []
    defer { rd_kafka_NewTopic_destroy_array(&requests, requests.count) }
    for topic in topics {
      var text = [CChar](repeating: 0, count: 512)
      // Replication −1: the broker's default.
      guard let new = rd_kafka_NewTopic_new(topic.name, topic.partitions, -1, &text, text.count) else {
        let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw LogError(.fatal, code: "topic", "topic '\(topic.name)' cannot be created: \(reason)")
      }
      requests.append(new)
      for (key, value) in topic.settings.sorted(by: { $0.key < $1.key }) {
        rd_kafka_NewTopic_set_config(new, key, value)
      }
    }
    let event = try send("creating topics", RD_KAFKA_ADMIN_OP_CREATETOPICS) { options, queue in
      rd_kafka_CreateTopics(client.raw, &requests, requests.count, options, queue)
    }
    defer { rd_kafka_event_destroy(event) }
    var count = 0
    let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
    for index in 0..<count {
      guard let result = results?[index] else { continue }
      let code = rd_kafka_topic_result_error(result)
      if code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { continue }
      let words = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
      let name = rd_kafka_topic_result_name(result).map { String(cString: $0) } ?? "?"
      throw Failure(code, words).error(during: .administer, "creating topic '\(name)'")
    }
  }

  /// The settings of existing topics. A broker that does not give them is no reason to stop.
  func settings(of topics: [String]) throws(LogError) -> [String: [String: String]] {
    if topics.isEmpty { return [:] }
    var requests: [OpaquePointer?] = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
    defer { rd_kafka_ConfigResource_destroy_array(&requests, requests.count) }
    let event: OpaquePointer
    do {
      event = try send("describing topics", RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS) { options, queue in
        rd_kafka_DescribeConfigs(client.raw, &requests, requests.count, options, queue)
      }
    } catch  where error.reaction == .fatal {
      logger.warning("the settings of topics are not known", metadata: ["reason": "\(error.message)"])
      return [:]
    }
    defer { rd_kafka_event_destroy(event) }
    var count = 0
    let resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event), &count)
    var found: [String: [String: String]] = [:]
    for index in 0..<count {
      guard let resource = resources?[index], let name = rd_kafka_ConfigResource_name(resource) else {
        continue
      }
      let code = rd_kafka_ConfigResource_error(resource)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        let reason = String(cString: rd_kafka_err2str(code))
        logger.warning(
          "the settings of a topic are not known",
          metadata: ["topic": "\(String(cString: name))", "reason": "\(reason)"])
        continue
      }
      found[String(cString: name)] = Self.entries(of: resource)
    }
    return found
  }

  /// Changes settings of a topic. The request replaces whatever is set for the topic, so that is sent again
  /// beside them.
  func alter(_ topic: String, _ settings: [String: String]) throws(LogError) {
    let wanted = try dynamicSettings(of: topic).merging(settings) { $1 }
    var requests: [OpaquePointer?] = [rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)]
    defer { rd_kafka_ConfigResource_destroy_array(&requests, requests.count) }
    for (name, value) in wanted.sorted(by: { $0.key < $1.key }) {
      rd_kafka_ConfigResource_set_config(requests[0], name, value)
    }
    let event = try send("changing topic '\(topic)'", RD_KAFKA_ADMIN_OP_ALTERCONFIGS) { options, queue in
      rd_kafka_AlterConfigs(client.raw, &requests, requests.count, options, queue)
    }
    defer { rd_kafka_event_destroy(event) }
    var count = 0
    let resources = rd_kafka_AlterConfigs_result_resources(
      rd_kafka_event_AlterConfigs_result(event), &count)
    for index in 0..<count {
      guard let resource = resources?[index] else { continue }
      let code = rd_kafka_ConfigResource_error(resource)
      if code == RD_KAFKA_RESP_ERR_NO_ERROR { continue }
      let words = rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) }
      throw Failure(code, words).error(during: .administer, "changing topic '\(topic)'")
    }
  }

  /// What is set for a topic itself, and not by a default.
  private func dynamicSettings(of topic: String) throws(LogError) -> [String: String] {
    var requests: [OpaquePointer?] = [rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)]
    defer { rd_kafka_ConfigResource_destroy_array(&requests, requests.count) }
    let event = try send("describing topics", RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS) { options, queue in
      rd_kafka_DescribeConfigs(client.raw, &requests, requests.count, options, queue)
    }
    defer { rd_kafka_event_destroy(event) }
    var count = 0
    let resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event), &count)
    guard count > 0, let resource = resources?[0] else { return [:] }
    let code = rd_kafka_ConfigResource_error(resource)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw Failure(code).error(during: .administer, "describing topic '\(topic)'")
    }
    return Self.entries(of: resource) {
      rd_kafka_ConfigEntry_source($0) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG
    }
  }

  /// Deletes what is below the positions and was written more than `age` ago.
  func deleteRecords(
    before positions: [TopicPartition: NextOffset], olderThan age: Duration
  ) throws(LogError) {
    let partitions = positions.keys.sorted()
    let now = Int64(Date().timeIntervalSince1970 * 1_000)
    let young = try client.offsets(of: partitions, since: now - age.components.seconds * 1_000)
    var ends: [(TopicPartition, Int64)] = []
    for partition in partitions {
      guard let position = positions[partition] else { continue }
      // Without a younger record all of them are old.
      let end = min(position.value, young[partition]?.value ?? position.value)
      if end > 0 { ends.append((partition, end)) }
    }
    if ends.isEmpty { return }
    var requests: [OpaquePointer?] = [PartitionList(ends).pass { rd_kafka_DeleteRecords_new($0) }]
    defer { rd_kafka_DeleteRecords_destroy_array(&requests, requests.count) }
    let event = try send("deleting old records", RD_KAFKA_ADMIN_OP_DELETERECORDS) { options, queue in
      rd_kafka_DeleteRecords(client.raw, &requests, requests.count, options, queue)
    }
    defer { rd_kafka_event_destroy(event) }
    let offsets = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))
    for element in PartitionList.elements(of: UnsafeMutablePointer(mutating: offsets)) {
      // A position that retention has passed already is where it was to be.
      if element.code == RD_KAFKA_RESP_ERR_NO_ERROR || element.code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE {
        continue
      }
      throw Failure(element.code).error(
        during: .administer, "deleting old records of \(element.partition)")
    }
  }

  private static func entries(
    of resource: OpaquePointer, where isWanted: (OpaquePointer) -> Bool = { _ in true }
  ) -> [String: String] {
    var count = 0
    let entries = rd_kafka_ConfigResource_configs(resource, &count)
    var settings: [String: String] = [:]
    for index in 0..<count {
      guard let entry = entries?[index], isWanted(entry), let name = rd_kafka_ConfigEntry_name(entry),
        let value = rd_kafka_ConfigEntry_value(entry)
      else { continue }
      settings[String(cString: name)] = String(cString: value)
    }
    return settings
  }

  /// Sends one request and waits for its event, which the caller destroys.
  private func send(
    _ attempt: String, _ operation: rd_kafka_admin_op_t,
    _ body: (_ options: OpaquePointer?, _ queue: OpaquePointer) -> Void
  ) throws(LogError) -> OpaquePointer {
    let queue = QueueHandle(newIn: client)
    let options = rd_kafka_AdminOptions_new(client.raw, operation)
    defer { rd_kafka_AdminOptions_destroy(options) }
    rd_kafka_AdminOptions_set_request_timeout(options, Self.roundTrip.milliseconds, nil, 0)
    body(options, queue.raw)
    let event = withExtendedLifetime(queue) {
      rd_kafka_queue_poll(queue.raw, 2 * Self.roundTrip.milliseconds)
    }
    guard let event else {
      throw Failure(RD_KAFKA_RESP_ERR__TIMED_OUT).error(during: .administer, attempt)
    }
    let code = rd_kafka_event_error(event)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      let failure = Failure(code, rd_kafka_event_error_string(event).map { String(cString: $0) })
      rd_kafka_event_destroy(event)
      throw failure.error(during: .administer, attempt)
    }
    return event
  }
}
