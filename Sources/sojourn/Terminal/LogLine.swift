import Foundation
import JourneyModel
import Logging
import Presentation
import WireFormat

/// Writes log lines to standard error, in one form whoever has something to say: the processor, librdkafka,
/// the HTTP server.
struct LogLine: LogHandler {
  let label: String
  let form: LogForm
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  init(label: String, settings: LogSettings) {
    self.label = label
    form = settings.form
    logLevel = settings.level
  }

  /// A logger that writes such lines.
  ///
  /// - Parameter least: the lowest level of this one, if the settings ask for more.
  static func logger(_ label: String, _ settings: LogSettings, least: Logger.Level = .trace) -> Logger {
    var settings = settings
    settings.level = max(settings.level, least)
    return Logger(label: label) { LogLine(label: $0, settings: settings) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
    if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
    let time = EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let values = all.map { ($0.key, "\($0.value)") }.filter { !$0.1.isEmpty }.sorted { $0.0 < $1.0 }
    StandardError.print(
      LogLine.text(form, time: time, level: event.level, label: label, "\(event.message)", values))
  }

  /// One line without its end.
  static func text(
    _ form: LogForm, time: EventTime, level: Logger.Level, label: String, _ message: String,
    _ values: [(name: String, value: String)]
  ) -> String {
    switch form {
    case .text:
      // What comes from elsewhere may not steer a terminal or begin a line of its own.
      let head = "\(time.iso8601) \(DisplayText.fit(level.rawValue, to: 8)) "
      return head
        + DisplayText(([message] + values.map { "\($0.name)=\($0.value)" }).joined(separator: " ")).text
    case .json:
      var line: [UInt8] = Array(
        "{\"time\":\"\(time.iso8601)\",\"level\":\"\(level.rawValue)\",\"logger\":".utf8)
      JSONText.append(label, to: &line)
      line.append(contentsOf: ",\"message\":".utf8)
      JSONText.append(message, to: &line)
      for (name, value) in values where !["time", "level", "logger", "message"].contains(name) {
        line.append(ASCII.comma)
        JSONText.append(name, to: &line)
        line.append(ASCII.colon)
        JSONText.append(value, to: &line)
      }
      line.append(ASCII.closeBrace)
      return String(decoding: line, as: UTF8.self)
    }
  }
}
