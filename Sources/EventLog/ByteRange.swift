/// A half-open range of bytes inside some arena, eight bytes wide so that millions of them stay cheap.
///
/// Arenas are bounded to 2 GiB by `FetchLimits.maxBytes`; a range never outlives its arena.
public struct ByteRange: Sendable, Hashable {
  /// First byte, relative to the arena's start.
  public var offset: UInt32
  /// Length in bytes.
  public var length: UInt32

  /// Creates a range.
  @inlinable
  public init(offset: Int, length: Int) {
    self.offset = UInt32(offset)
    self.length = UInt32(length)
  }

  /// The range as array indices.
  @inlinable
  public var indices: Range<Int> { Int(offset)..<Int(offset) + Int(length) }

  /// Length in bytes, as `Int`.
  @inlinable
  public var count: Int { Int(length) }
}
