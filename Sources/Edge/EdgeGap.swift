/// Something that was asked for and is not there, and what to do.
package struct EdgeGap: Error, Sendable, Hashable, CustomStringConvertible {
  /// The setting that asks for it, with its section.
  package var setting: String
  /// What is missing.
  package var reason: String
  /// What the operator does about it.
  package var remedy: String

  package var description: String { "\(setting): \(reason): \(remedy)" }

  static func package(_ name: String, _ setting: String, seen: String) -> EdgeGap {
    EdgeGap(
      setting: setting, reason: "package \(name) is not installed (\(seen))", remedy: "apt install \(name)")
  }

  static func notBuilt(_ setting: String) -> EdgeGap {
    EdgeGap(
      setting: setting, reason: "this build has none of the edge libraries",
      remedy: "build with the package trait EdgeLibraries, or switch the setting off")
  }
}

/// All that is required and missing.
package struct EdgeIncomplete: Error, Sendable, Hashable, CustomStringConvertible {
  package var gaps: [EdgeGap]

  package var description: String { gaps.map(\.description).joined(separator: "\n") }
}
