package import EventLog

/// Counts faults by what they demanded and by code.
package struct FaultCounts: Sendable, Hashable {
  /// A kind of fault.
  package struct Kind: Sendable, Hashable, Comparable {
    /// What the caller had to do.
    package var reaction: LogError.Reaction
    /// The error's short code.
    package var code: String

    /// Orders by reaction, then code.
    package static func < (left: Self, right: Self) -> Bool {
      left.reaction == right.reaction
        ? left.code.utf8.lexicographicallyPrecedes(right.code.utf8)
        : left.reaction.rawValue.utf8.lexicographicallyPrecedes(right.reaction.rawValue.utf8)
    }
  }

  /// Most codes that are kept apart; further ones count as `other`, so that no log can flood a metrics store.
  package static let maxKinds = 64

  private var counts: [Kind: Int] = [:]

  /// Creates zeros.
  package init() {}

  /// The counts in order.
  package var sorted: [(kind: Kind, count: Int)] {
    counts.sorted { $0.key < $1.key }.map { (kind: $0.key, count: $0.value) }
  }

  /// Counts one.
  mutating func note(_ error: LogError) {
    var kind = Kind(reaction: error.reaction, code: error.code)
    if counts[kind] == nil, counts.count >= FaultCounts.maxKinds { kind.code = "other" }
    counts[kind, default: 0] += 1
  }
}
