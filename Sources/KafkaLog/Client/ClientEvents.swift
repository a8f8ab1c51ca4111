import CRdKafka
import EventLog
import Logging

/// What librdkafka calls back into; one per client, because a client has a single opaque pointer.
///
/// Unchecked: `logger` is immutable and is all that librdkafka's own threads touch. Everything else is called
/// on the thread that polls the client, which is the only thread that uses it.
final class ClientEvents: @unchecked Sendable {
  /// Where librdkafka's lines go.
  let logger: Logger
  /// Called when the group hands partitions out or takes them back.
  var rebalanced: ((rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> Void)?
  /// Records whose delivery failed since the count was last cleared; purged ones are not failures.
  private(set) var failedDeliveries = 0
  /// The first of them.
  private(set) var firstFailure: Failure?
  /// The ends of the partitions that a publisher's records went to since the count was last cleared.
  private(set) var ends: [TopicPartition: NextOffset] = [:]

  init(logger: Logger) { self.logger = logger }

  /// Starts counting anew.
  func clearDeliveries() {
    failedDeliveries = 0
    firstFailure = nil
    ends = [:]
  }

  /// Registers the callbacks of a kind of client.
  func register(on configuration: OpaquePointer?, kind: Client.Kind) {
    rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
    rd_kafka_conf_set_log_cb(configuration) { client, level, facility, line in
      ClientEvents.of(client)?.log(level: level, facility: facility, line: line)
    }
    rd_kafka_conf_set_error_cb(configuration) { _, code, reason, opaque in
      guard let opaque, let reason else { return }
      let events = Unmanaged<ClientEvents>.fromOpaque(opaque).takeUnretainedValue()
      events.report(Failure(rd_kafka_resp_err_t(code), String(cString: reason)))
    }
    switch kind {
    case .consumer: break
    case .member:
      rd_kafka_conf_set_rebalance_cb(configuration) { _, code, partitions, opaque in
        guard let opaque else { return }
        Unmanaged<ClientEvents>.fromOpaque(opaque).takeUnretainedValue().rebalanced?(code, partitions)
      }
    case .producer:
      // The callback, not events: with events the flush inside a commit waits for somebody else to serve
      // them.
      rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
        guard let opaque, let message, message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        Unmanaged<ClientEvents>.fromOpaque(opaque).takeUnretainedValue().deliveryFailed(message)
      }
    case .publisher:
      rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
        guard let opaque, let message else { return }
        let events = Unmanaged<ClientEvents>.fromOpaque(opaque).takeUnretainedValue()
        if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
          events.delivered(message)
        } else {
          events.deliveryFailed(message)
        }
      }
    }
  }

  private static func of(_ client: OpaquePointer?) -> ClientEvents? {
    guard let client, let opaque = rd_kafka_opaque(client) else { return nil }
    return Unmanaged<ClientEvents>.fromOpaque(opaque).takeUnretainedValue()
  }

  private func delivered(_ message: UnsafePointer<rd_kafka_message_t>) {
    guard let topic = message.pointee.rkt, message.pointee.offset >= 0 else { return }
    let partition = TopicPartition(String(cString: rd_kafka_topic_name(topic)), message.pointee.partition)
    let end = NextOffset(after: RecordOffset(message.pointee.offset))
    ends[partition] = max(ends[partition] ?? end, end)
  }

  private func deliveryFailed(_ message: UnsafePointer<rd_kafka_message_t>) {
    let code = message.pointee.err
    // An abort purges what was not sent; that is no news.
    if code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT { return }
    failedDeliveries += 1
    guard firstFailure == nil else { return }
    let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "?"
    let words = String(cString: rd_kafka_err2str(code))
    firstFailure = Failure(
      code,
      "a record of \(message.pointee.len) bytes to \(topic)[\(message.pointee.partition)] failed: \(words)")
  }

  private func report(_ failure: Failure) {
    let level: Logger.Level = failure.code == RD_KAFKA_RESP_ERR__FATAL ? .error : .info
    logger.log(level: level, "\(failure.message)", metadata: ["code": "\(failure.name)"])
  }

  private func log(level: Int32, facility: UnsafePointer<CChar>?, line: UnsafePointer<CChar>?) {
    guard let line else { return }
    let text = String(cString: line)
    let name = facility.map { String(cString: $0) } ?? ""
    var mapped: Logger.Level =
      switch level {
      case ...2: .critical
      case 3: .error
      case 4: .warning
      case 5: .notice
      case 6: .info
      default: .debug
      }
    // One set of properties serves consumers and producers; each complains about the other's.
    if name == "CONFWARN" && text.contains("will be ignored by this") { mapped = .debug }
    logger.log(level: mapped, "\(text)", metadata: ["facility": "\(name)"])
  }
}
