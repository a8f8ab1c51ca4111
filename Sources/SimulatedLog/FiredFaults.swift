/// The faults that really struck, counted: a simulation in which a class of fault never fired proves nothing
/// about it.
package struct FiredFaults: Sendable, Hashable {
  /// A class of faults.
  package struct Key: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The request that was hit.
    package var kind: FaultRequest.Kind
    /// The error's reaction, or `crash`.
    package var fault: String
    /// Before or after the effect.
    package var moment: FaultMoment

    /// Creates a key.
    package init(kind: FaultRequest.Kind, fault: String, moment: FaultMoment) {
      self.kind = kind
      self.fault = fault
      self.moment = moment
    }

    /// `commit/crash/afterEffect`, for example.
    package var description: String { "\(kind.rawValue)/\(fault)/\(moment.rawValue)" }

    /// Orders by description.
    package static func < (left: Self, right: Self) -> Bool {
      left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
  }

  private var counts: [Key: Int] = [:]

  /// Creates an empty count.
  package init() {}

  /// All faults.
  package var total: Int { counts.values.reduce(0, +) }

  /// Every class with its count, in a fixed order.
  package var all: [(key: Key, count: Int)] {
    counts.sorted { $0.key < $1.key }.map { (key: $0.key, count: $0.value) }
  }

  /// How many faults hit requests of this kind.
  package func count(_ kind: FaultRequest.Kind) -> Int {
    counts.reduce(0) { $1.key.kind == kind ? $0 + $1.value : $0 }
  }

  /// How many faults of one class struck.
  package func count(_ key: Key) -> Int { counts[key] ?? 0 }

  /// Counts one.
  mutating func record(_ key: Key) { counts[key, default: 0] += 1 }
}
