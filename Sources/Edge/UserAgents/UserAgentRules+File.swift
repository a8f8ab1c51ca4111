internal import Foundation
internal import Yams

extension UserAgentRules {
  private static let setting = "edge.userAgents"

  /// Reads a file of rules.
  ///
  /// - Throws: `EdgeGap` if there is no such file, or it cannot be read.
  static func text(path: String, limits: EdgeLimits) throws(EdgeGap) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else {
      if path == EdgeSettings.installedRules {
        throw EdgeGap.package("uap-core", UserAgentRules.setting, seen: "no \(path)")
      }
      throw UserAgentRules.gap(path, "cannot be opened")
    }
    defer { try? file.close() }
    let data: Data
    do { data = try file.read(upToCount: limits.ruleFileBytes + 1) ?? Data() } catch {
      throw UserAgentRules.gap(path, "cannot be read")
    }
    guard data.count <= limits.ruleFileBytes else {
      throw UserAgentRules.gap(path, "has more than \(limits.ruleFileBytes) bytes")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Compiles rules. A single one that is wrong is left out.
  ///
  /// - Throws: `EdgeGap` if there are none.
  /// - Parameter path: what the text is called where it is wrong.
  init(yaml: String, path: String, limits: EdgeLimits) throws(EdgeGap) {
    let root: Node.Mapping?
    do { root = try Yams.compose(yaml: yaml)?.mapping } catch {
      throw UserAgentRules.gap(path, "is no YAML")
    }
    for list in List.allCases {
      guard let entries = root?[Node(list.rawValue)]?.sequence, !entries.isEmpty else {
        throw UserAgentRules.gap(path, "has no list \(list.rawValue)")
      }
      guard entries.count <= limits.rules else {
        throw UserAgentRules.gap(path, "has more than \(limits.rules) rules in \(list.rawValue)")
      }
      var rules: [Rule] = []
      for (index, entry) in entries.enumerated() {
        do throws(Pattern.Flaw) { rules.append(try UserAgentRules.rule(entry, list)) } catch {
          notes.append("\(path): \(list.rawValue)[\(index)] is left out: \(error.reason)")
        }
      }
      switch list {
      case .browsers: browsers = rules
      case .systems: systems = rules
      case .devices: devices = rules
      }
    }
  }

  private static func rule(_ entry: Node, _ list: List) throws(Pattern.Flaw) -> Rule {
    func member(_ name: String) -> String? { entry.mapping?[Node(name)]?.scalar?.string }
    guard let regex = member("regex") else { throw Pattern.Flaw(reason: "no regex") }
    return Rule(
      pattern: try Pattern(regex, ignoresCase: member("regex_flag") == "i"),
      replacements: list.parts.map { member($0.member).map(Replacement.init) },
      groups: list.parts.map(\.group))
  }

  private static func gap(_ path: String, _ reason: String) -> EdgeGap {
    EdgeGap(
      setting: setting, reason: "\(path) \(reason)", remedy: "name a file of uap-core's rules, or none")
  }
}
