/// Something that a check found in a definition: where, what is there, and what was expected.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: String, Sendable, Hashable, CaseIterable {
    /// The set may not run.
    case error
    /// It may run, but says something that is not heeded.
    case warning
    /// It may run, and means what it says, which may surprise.
    case note
  }

  /// How bad it is.
  public var severity: Severity
  /// The file, or what else the document came from.
  public var file: String
  /// Where in the document.
  public var path: DefinitionPath
  /// What is there, shortened; `nil` if nothing is.
  public var value: String?
  /// What was expected there.
  public var expected: String

  /// Creates a finding.
  public init(severity: Severity, file: String, path: DefinitionPath, value: String?, expected: String) {
    self.severity = severity
    self.file = file
    self.path = path
    self.value = value
    self.expected = expected
  }

  /// `segments/a.json: error: $.color is 'red', expected #RRGGBB`.
  public var description: String {
    "\(file): \(severity.rawValue): \(path)\(value.map { " is \($0)" } ?? ""), expected \(expected)"
  }

  /// Longest value that is shown, in characters.
  static let maxShownCharacters = 80

  /// A value as messages show it: texts in single quotes, all else as JSON, and shortened.
  static func shown(_ value: DefinitionValue) -> String {
    switch value {
    case .string(let text): "'\(cut(text))'"
    case .array(let values) where values.isEmpty: "[]"
    case .array(let values): "an array of \(values.count)"
    case .object(let members): "an object of \(members.count)"
    default: cut(value.json)
    }
  }

  private static func cut(_ text: String) -> String {
    text.unicodeScalars.count > maxShownCharacters
      ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(maxShownCharacters))) + "…" : text
  }
}

/// The findings of one document, in the order in which they were made.
final class FindingCollector {
  let file: String
  private(set) var findings: [Finding] = []
  private(set) var errorCount = 0

  init(file: String) { self.file = file }

  func report(
    _ severity: Finding.Severity, _ path: DefinitionPath, _ value: DefinitionValue?, _ expected: String
  ) {
    if severity == .error { errorCount += 1 }
    findings.append(
      Finding(
        severity: severity, file: file, path: path, value: value.map { Finding.shown($0) }, expected: expected
      ))
  }

  func error(_ path: DefinitionPath, _ value: DefinitionValue?, _ expected: String) {
    report(.error, path, value, expected)
  }
}
