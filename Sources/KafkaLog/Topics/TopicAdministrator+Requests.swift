import CRdKafka
import EventLog
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

  /// The settings of existing topics. A broker that does not tell them is no reason to stop.
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

  private static func entries(of resource: OpaquePointer) -> [String: String] {
    var count = 0
    let entries = rd_kafka_ConfigResource_configs(resource, &count)
    var settings: [String: String] = [:]
    for index in 0..<count {
      guard let entry = entries?[index], let name = rd_kafka_ConfigEntry_name(entry),
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
