/// The faults that really struck, counted: a simulation in which a class of fault never fired proves nothing
/// about it.
public struct FiredFaults: Sendable, Hashable {
  /// A class of faults.
  public struct Key: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The request that was hit.
    public var kind: FaultRequest.Kind
    /// The error's reaction, or `crash`.
    public var fault: String
    /// Before or after the effect.
    public var moment: FaultMoment

    /// Creates a key.
    public init(kind: FaultRequest.Kind, fault: String, moment: FaultMoment) {
      self.kind = kind
      self.fault = fault
      self.moment = moment
    }

    /// `commit/crash/afterEffect`, for example.
    public var description: String { "\(kind.rawValue)/\(fault)/\(moment.rawValue)" }

    /// Orders by description.
    public static func < (left: Self, right: Self) -> Bool {
      left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
  }

  private var counts: [Key: Int] = [:]

  /// Creates an empty count.
  public init() {}

  /// All faults.
  public var total: Int { counts.values.reduce(0, +) }

  /// Every class with its count, in a fixed order.
  public var all: [(key: Key, count: Int)] {
    counts.sorted { $0.key < $1.key }.map { (key: $0.key, count: $0.value) }
  }

  /// How many faults hit requests of this kind.
  public func count(_ kind: FaultRequest.Kind) -> Int {
    counts.reduce(0) { $1.key.kind == kind ? $0 + $1.value : $0 }
  }

  /// How many faults of one class struck.
  public func count(_ key: Key) -> Int { counts[key] ?? 0 }

  /// Counts one.
  mutating func record(_ key: Key) { counts[key, default: 0] += 1 }
}
