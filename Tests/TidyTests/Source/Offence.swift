/// One place that breaks a rule.
struct Offence: Equatable, CustomStringConvertible {
  /// Path from the repository's root.
  let path: String
  /// Line, from 1; 0 for the file as a whole.
  let line: Int
  /// What is wrong, and what to do instead.
  let message: String

  var description: String { line == 0 ? "\(path): \(message)" : "\(path):\(line): \(message)" }
}
