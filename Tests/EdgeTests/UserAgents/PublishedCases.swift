import Foundation

/// The cases that `uap-core` publishes beside its rules. Their files use little of YAML, and are large: read
/// line by line.
struct PublishedCases {
  /// One user agent and what the rules say of it, by member; empty where nothing is expected.
  typealias Case = [String: String]

  static let folder = "/usr/share/uap-core/"

  let cases: [Case]

  init(_ file: String) throws {
    let text = try String(contentsOfFile: PublishedCases.folder + file, encoding: .utf8)
    var cases: [Case] = []
    for line in text.split(separator: "\n") {
      var rest = line.drop { $0 == " " }
      let isFirst = rest.hasPrefix("- ")
      if isFirst { rest = rest.dropFirst(2).drop { $0 == " " } }
      guard !rest.hasPrefix("#"), let colon = rest.firstIndex(of: ":") else { continue }
      let name = String(rest[..<colon])
      guard name != "test_cases" else { continue }
      if isFirst { cases.append([:]) }
      guard !cases.isEmpty else { continue }
      let value = rest[rest.index(after: colon)...]
      cases[cases.count - 1][name] = PublishedCases.scalar(String(value))
    }
    self.cases = cases
  }

  /// A scalar of YAML on one line.
  private static func scalar(_ text: String) -> String {
    let text = text.trimmingCharacters(in: .whitespaces)
    if text.hasPrefix("'"), let end = text.dropFirst().lastIndex(of: "'") {
      return text[text.index(after: text.startIndex)..<end].replacingOccurrences(of: "''", with: "'")
    }
    if text.hasPrefix("\""), let end = text.dropFirst().lastIndex(of: "\"") {
      return text[text.index(after: text.startIndex)..<end].replacingOccurrences(of: "\\\"", with: "\"")
        .replacingOccurrences(of: "\\\\", with: "\\")
    }
    let plain = text.range(of: " #").map { String(text[..<$0.lowerBound]) } ?? text
    return ["null", "~"].contains(plain) ? "" : plain.trimmingCharacters(in: .whitespaces)
  }
}
