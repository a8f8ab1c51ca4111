import CRdKafka
import EventLog

/// Which versions of librdkafka keep the promises this log makes.
enum ClientVersion {
  /// The reason not to run with this version (`0xMMmmrrpp`), or `nil`.
  static func refusal(of version: UInt32) -> LogError? {
    let release = version >> 8
    let reason: String? =
      switch release {
      // Transactions could hang and lose messages.
      case ..<0x01_09_00: "its transactional producer can hang and lose records; use 2.0.2 or 2.5.0 and newer"
      // A fetch that lands during offset validation is delivered twice; fixed in 2.1.1.
      case 0x02_01_00: "it delivers fetched records twice; use 2.1.1 or 2.5.0 and newer"
      // Large idempotent batches are not rebuilt identically on retry, so the broker stores them twice.
      case 0x02_02_00..<0x02_05_00: "it duplicates retried batches; use 2.1.1 or 2.5.0 and newer"
      default: nil
      }
    guard let reason else { return nil }
    let name = "\(release >> 16).\(release >> 8 & 0xff).\(release & 0xff)"
    return LogError(.fatal, code: "clientVersion", "librdkafka \(name) is refused: \(reason)")
  }

  /// The reason not to run with the version that is linked, or `nil`.
  static func refusal() -> LogError? { refusal(of: UInt32(bitPattern: rd_kafka_version())) }
}
