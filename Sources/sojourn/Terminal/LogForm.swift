import Logging

/// How lines of a running processor look.
enum LogForm: String, Sendable, CaseIterable {
  /// Time, level, text and what belongs to it, for eyes and `grep`.
  case text
  /// A JSON object a line, for collectors.
  case json
}

/// What is logged, and how.
struct LogSettings: Sendable, Equatable {
  var form = LogForm.text
  /// The lowest level that is written.
  var level = Logger.Level.info
}
