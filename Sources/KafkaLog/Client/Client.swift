import CRdKafka
import EventLog

/// Owns one `rd_kafka_t`: the only place that creates and destroys them.
final class Client {
  /// What a client is for.
  enum Kind {
    case consumer, member
    /// Writes in transactions.
    case producer
    /// Writes without, and says where its records lie.
    case publisher

    var isProducer: Bool { self == .producer || self == .publisher }
  }

  /// The C handle; valid as long as this object is.
  let raw: OpaquePointer
  /// What librdkafka calls back into. Kept alive longer than the handle.
  let events: ClientEvents
  private let kind: Kind

  /// Creates a client. It connects in the background.
  init(_ kind: Kind, _ settings: ClientSettings, events: ClientEvents) throws(LogError) {
    let configuration = ConfigurationHandle()
    for entry in settings.entries { try configuration.set(entry.key, entry.value) }
    events.register(on: configuration.raw, kind: kind)
    var text = [CChar](repeating: 0, count: 512)
    let type = kind.isProducer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
    guard let raw = rd_kafka_new(type, configuration.raw, &text, text.count) else {
      let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw LogError(.fatal, code: "client", "librdkafka cannot start with these properties: \(reason)")
    }
    configuration.release()
    self.raw = raw
    self.events = events
    self.kind = kind
    // All events in one queue, so that one thread serves them in order.
    if kind == .member { rd_kafka_poll_set_consumer(raw) }
  }

  // Blocks until librdkafka's threads have ended. Messages, queues and topics taken from the client are freed
  // by their owners before they release it. A member has closed its group membership by then: destroying may
  // not wait for callbacks that nobody serves any more.
  deinit {
    rd_kafka_destroy_flags(raw, kind == .member ? RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE : 0)
    withExtendedLifetime(events) {}
  }

  /// The error that made this client unusable, if there is one.
  var fatalFailure: Failure? {
    var text = [CChar](repeating: 0, count: 512)
    let code = rd_kafka_fatal_error(raw, &text, text.count)
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    let words = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var failure = Failure(code, words)
    failure.isFatal = true
    return failure
  }
}
