/// The rules of `uap-core`: three lists, in each of which the first rule that matches says what it is.
struct UserAgentRules: Sendable {
  /// One rule: a pattern, and for each part of the answer what replaces its group.
  struct Rule: Sendable {
    var pattern: Pattern
    /// By the part's place in the answer; `nil` where the group itself is the part.
    var replacements: [Replacement?]
    /// The group that is the part, if nothing replaces it; 0 for none.
    var groups: [Int]
  }

  /// One of the file's lists.
  enum List: String, CaseIterable {
    case browsers = "user_agent_parsers"
    case systems = "os_parsers"
    case devices = "device_parsers"

    /// Members that replace a part, in the order of the parts, and the groups of those parts.
    var parts: [(member: String, group: Int)] {
      switch self {
      case .browsers:
        [
          ("family_replacement", 1), ("v1_replacement", 2), ("v2_replacement", 3), ("v3_replacement", 4),
          ("v4_replacement", 5),
        ]
      case .systems:
        [
          ("os_replacement", 1), ("os_v1_replacement", 2), ("os_v2_replacement", 3), ("os_v3_replacement", 4),
          ("os_v4_replacement", 5),
        ]
      // A manufacturer stands in no group.
      case .devices: [("device_replacement", 1), ("brand_replacement", 0), ("model_replacement", 1)]
      }
    }
  }

  var browsers: [Rule] = []
  var systems: [Rule] = []
  var devices: [Rule] = []
  /// Rules that were left out, and why.
  var notes: [String] = []

  /// What the first matching rule of a list says: its parts, the first of them the family.
  ///
  /// - Returns: `nil` if no rule matches.
  static func parts(_ subject: MatchSubject, by rules: [Rule]) -> [String?]? {
    for rule in rules {
      guard let groups = rule.pattern.firstMatch(in: subject) else { continue }
      return rule.groups.indices.map { part in
        if let replacement = rule.replacements[part] { return replacement.expanded(groups, of: subject) }
        guard rule.groups[part] > 0 else { return nil }
        return subject.text(groups[rule.groups[part]]).flatMap(Replacement.trimmed)
      }
    }
    return nil
  }
}
