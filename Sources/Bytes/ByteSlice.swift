/// A range of bytes inside an arena: that of an `EventBatch`, a session's store, a chunk of records. Eight bytes wide, so that millions
/// of them stay cheap.
///
/// Arenas are bounded far below 4 GiB, those of records by `FetchLimits.maxBytes`; a slice never outlives its arena.
public struct ByteSlice: Sendable, Hashable, BitwiseCopyable {
  /// First byte.
  public var offset: UInt32
  /// Length in bytes.
  public var length: UInt32

  /// Creates a slice.
  @inlinable
  public init(offset: Int, length: Int) {
    assert(offset >= 0 && length >= 0 && offset + length <= Int(UInt32.max))
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.length = UInt32(truncatingIfNeeded: length)
  }

  /// The slice without bytes.
  @inlinable public static var empty: ByteSlice { ByteSlice(offset: 0, length: 0) }

  /// Whether there are no bytes.
  @inlinable
  public var isEmpty: Bool { length == 0 }

  /// Length in bytes.
  @inlinable
  public var count: Int { Int(length) }

  /// The slice as array indices.
  @inlinable
  public var indices: Range<Int> { Int(offset)..<Int(offset) + Int(length) }
}
