/// The number of a lane, from 0. It is the number of the lane's partition in every topic as well.
///
/// A type of its own, because offsets, counts and sequences are numbers as well. How many lanes there are is
/// a count, and stays an integer.
public struct LaneNumber: Sendable, Hashable, Strideable, CustomStringConvertible,
  ExpressibleByIntegerLiteral
{
  /// The number.
  public var value: Int32

  /// Creates a number.
  @inlinable
  public init(_ value: Int32) { self.value = value }

  /// A number that is written in the source.
  @inlinable
  public init(integerLiteral value: Int32) { self.value = value }

  /// All lanes, by number.
  @inlinable
  public static func all(of count: some BinaryInteger) -> Range<Self> { Self(0)..<Self(Int32(count)) }

  /// Where the lane's element is in an array that has one for each lane.
  @inlinable
  public var index: Int { Int(value) }

  /// The number alone.
  public var description: String { "\(value)" }

  /// Orders by number.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

  /// How many lanes further the other one is.
  @inlinable
  public func distance(to other: Self) -> Int { other.index - index }

  /// The lane so many further.
  @inlinable
  public func advanced(by count: Int) -> Self { Self(value + Int32(count)) }
}
