internal import Processor

/// The values that a key had when it was asked for: the newest few different ones, and how often there was
/// none.
package struct SeenValues: Sendable, Hashable {
  /// Most different values that are kept.
  package static let maxKept = 5
  /// Most values of one moment, as of a list.
  package static let maxValues = 8
  /// Most characters of a value.
  package static let maxCharacters = 120

  /// What the key had at one moment or several.
  package struct Seen: Sendable, Hashable {
    /// Its values; several of a list.
    package var values: [String]
    /// Whether the criterion held for them when they were seen last.
    package var holds: Bool
    /// How often they were seen since they came up.
    package var count: Int
    /// When they were seen last.
    package var last: Hits.Moment
  }

  /// How often the key was asked for.
  package private(set) var asked = 0
  /// How often it had no value.
  package private(set) var missing = 0
  /// The newest different values, oldest first.
  package private(set) var kept: [Seen] = []
  /// How many different ones fell out.
  package private(set) var omitted = 0

  package init() {}

  mutating func add(_ values: [String], holds: Bool, at moment: Hits.Moment) {
    asked += 1
    guard !values.isEmpty else {
      missing += 1
      return
    }
    let shown = values.prefix(SeenValues.maxValues).map(SeenValues.cut)
    var seen = Seen(values: shown, holds: holds, count: 1, last: moment)
    if let index = kept.firstIndex(where: { $0.values == shown && $0.holds == holds }) {
      seen.count += kept.remove(at: index).count
    }
    kept.append(seen)
    trim()
  }

  mutating func merge(_ other: SeenValues) {
    asked += other.asked
    missing += other.missing
    omitted += other.omitted
    for seen in other.kept {
      if let index = kept.firstIndex(where: { $0.values == seen.values && $0.holds == seen.holds }) {
        kept[index].count += seen.count
        if kept[index].last.sequence < seen.last.sequence { kept[index].last = seen.last }
      } else {
        kept.append(seen)
      }
    }
    kept.sort { $0.last.sequence < $1.last.sequence }
    trim()
  }

  private mutating func trim() {
    while kept.count > SeenValues.maxKept {
      kept.removeFirst()
      omitted += 1
    }
  }

  private static func cut(_ text: String) -> String {
    text.count <= maxCharacters ? text : text.prefix(maxCharacters) + "…"
  }
}
