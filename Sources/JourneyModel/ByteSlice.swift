/// A range of bytes inside an `EventBatch` or a session's store, eight bytes wide.
public struct ByteSlice: Sendable, Hashable, BitwiseCopyable {
  /// First byte.
  public var offset: UInt32
  /// Length in bytes.
  public var length: UInt32

  /// Creates a slice.
  @inlinable
  public init(offset: Int, length: Int) {
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.length = UInt32(truncatingIfNeeded: length)
  }

  /// The slice without bytes.
  public static let empty = ByteSlice(offset: 0, length: 0)

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
