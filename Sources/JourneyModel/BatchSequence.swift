/// The number of a batch within its lane, from 1; 0 is before the first.
///
/// A type of its own, because offsets, counts and lanes are numbers as well.
public struct BatchSequence: Sendable, Hashable, Strideable, CustomStringConvertible,
  ExpressibleByIntegerLiteral
{
  /// The number.
  public var value: Int

  /// Creates a number.
  @inlinable
  public init(_ value: Int) { self.value = value }

  /// A number that is written in the source.
  @inlinable
  public init(integerLiteral value: Int) { self.value = value }

  /// The number alone.
  public var description: String { "\(value)" }

  /// Orders by number.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

  /// How many batches further the other one is.
  @inlinable
  public func distance(to other: Self) -> Int { other.value - value }

  /// The batch so many further.
  @inlinable
  public func advanced(by count: Int) -> Self { Self(value + count) }

  /// The batch so many further.
  @inlinable
  public static func + (sequence: Self, count: Int) -> Self { sequence.advanced(by: count) }

  /// The batch so many before.
  @inlinable
  public static func - (sequence: Self, count: Int) -> Self { sequence.advanced(by: -count) }

  /// Moves so many further.
  @inlinable
  public static func += (sequence: inout Self, count: Int) { sequence = sequence + count }
}
