import ArgumentParser

/// A configuration that cannot run: what was given where, and what was expected.
struct ConfigurationProblem: Error, CustomStringConvertible {
  var key: String
  var value: String?
  var expected: String
  /// `sojourn.yaml:12`, `environment SOJOURN_GROUP`, `--set`.
  var origin: String

  var description: String {
    let given = value.map { " is '\($0)'" } ?? ""
    return "\(origin): \(key)\(given), expected \(expected)"
  }

  /// Names whose values never appear in a message.
  static func isSecret(_ key: String) -> Bool {
    let name = key.lowercased()
    return ["password", "secret", "token", "credential", "private", "key.pem", "jaas"].contains {
      name.contains($0)
    }
  }

  /// The value as it may be printed.
  static func printable(_ key: String, _ value: String) -> String { isSecret(key) ? "…" : value }
}
