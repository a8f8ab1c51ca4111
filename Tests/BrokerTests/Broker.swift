internal import Foundation
internal import KafkaLog
internal import Logging
internal import Testing

/// The real broker that these tests run on, if one is given:
///
///     SOJOURN_TEST_BROKERS=127.0.0.1:9092 swift test --filter BrokerTests
///
/// A broker of one node will do. Topics, groups and transactional ids get names of their own in every run;
/// the topics are deleted again.
enum Broker {
  /// Addresses, `host:port`, separated by commas.
  static let addresses = ProcessInfo.processInfo.environment["SOJOURN_TEST_BROKERS"]

  /// Whether the tests can run.
  static var isGiven: Bool { addresses.map { !$0.isEmpty } ?? false }

  /// What a skipped suite says.
  static let hint: Comment = "needs a Kafka broker: set SOJOURN_TEST_BROKERS=host:port"

  /// A prefix that no other test and no other run has.
  static func freshPrefix() -> String {
    "sojourn-test-\(String(UInt64.random(in: 1 << 60...UInt64.max), radix: 16))-"
  }

  /// A log on the broker that keeps quiet.
  static func makeLog(_ properties: [String: String] = [:]) throws -> KafkaLog {
    try KafkaLog(
      brokers: addresses ?? "", properties: properties,
      logger: Logger(label: "kafka", factory: { _ in SwiftLogNoOpLogHandler() }))
  }
}
