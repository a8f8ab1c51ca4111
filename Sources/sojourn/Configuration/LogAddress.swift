import EmbeddedLog
import EventLog
import Foundation
import KafkaLog
import Logging

/// Where the log is: `embedded://PATH` or `kafka://HOST:PORT[,HOST:PORT…]`.
enum LogAddress: Equatable, CustomStringConvertible {
  case embedded(String)
  case kafka(String)

  init?(_ text: String) {
    if text.hasPrefix("embedded://"), text.count > 11 {
      self = .embedded(LogAddress.plain(String(text.dropFirst(11))))
    } else if text.hasPrefix("kafka://"), text.count > 8 {
      self = .kafka(String(text.dropFirst(8)))
    } else {
      return nil
    }
  }

  /// A path without what says nothing: local files go by it, and `./a.db` is `a.db`.
  private static func plain(_ path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty, !path.hasSuffix("/") else { return path }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  var description: String {
    switch self {
    case .embedded(let path): "embedded://\(path)"
    case .kafka(let brokers): "kafka://\(brokers)"
    }
  }

  /// What kind of log it is, for labels.
  var kind: String {
    switch self {
    case .embedded: "embedded"
    case .kafka: "kafka"
    }
  }

  /// Whether it is a file that is not there yet, or has nothing in it. A broker's topics are another matter.
  var isMissing: Bool {
    guard case .embedded(let path) = self else { return false }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return ((attributes?[.size] as? NSNumber)?.int64Value ?? 0) == 0
  }

  /// Opens the log.
  func open(
    kafka: [String: String], embedded: EmbeddedLog.Configuration, logger: Logger
  ) throws -> any EventLog {
    switch self {
    case .embedded(let path): try EmbeddedLog(path: path, configuration: embedded)
    case .kafka(let brokers): try KafkaLog(brokers: brokers, properties: kafka, logger: logger)
    }
  }
}
