/// Offset of one record inside its partition.
public struct RecordOffset: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Offset, from 0.
  public var value: Int64

  /// Creates an offset.
  @inlinable
  public init(_ value: Int64) { self.value = value }

  /// The number alone.
  public var description: String { "\(value)" }

  /// Orders by offset.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// The offset that is to be read next: one past the last record that was taken.
///
/// Distinct from `RecordOffset` because committing a record's own offset instead of the next one re-reads it.
public struct NextOffset: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Offset, from 0.
  public var value: Int64

  /// Creates a position.
  @inlinable
  public init(_ value: Int64) { self.value = value }

  /// The position after a record.
  @inlinable
  public init(after offset: RecordOffset) { self.value = offset.value + 1 }

  /// The number alone.
  public var description: String { "\(value)" }

  /// Orders by offset.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
