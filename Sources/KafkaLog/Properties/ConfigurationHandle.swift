import CRdKafka
import EventLog

/// Owns one `rd_kafka_conf_t` until a client takes it over.
final class ConfigurationHandle {
  /// The C handle; `nil` once a client owns it.
  private(set) var raw: OpaquePointer?

  init() { raw = rd_kafka_conf_new() }

  deinit { if let raw { rd_kafka_conf_destroy(raw) } }

  /// Sets one property, or says why librdkafka refuses it.
  func set(_ key: String, _ value: String) throws(LogError) {
    var text = [CChar](repeating: 0, count: 512)
    let result = rd_kafka_conf_set(raw, key, value, &text, text.count)
    guard result != RD_KAFKA_CONF_OK else { return }
    var reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var shown = value
    // An unknown name may be a misspelt secret, and its value explains nothing.
    if UserProperties.isSecret(key) || result == RD_KAFKA_CONF_UNKNOWN {
      // librdkafka quotes the value in some of its messages.
      shown = "(hidden)"
      if !value.isEmpty { reason = reason.split(separator: value).joined(separator: "(hidden)") }
    }
    throw LogError(.fatal, code: "property", "kafka property '\(key)' = '\(shown)' is refused: \(reason)")
  }

  /// Gives the handle away: librdkafka frees it from now on.
  func release() { raw = nil }
}
