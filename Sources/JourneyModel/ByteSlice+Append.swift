extension [UInt8] {
  /// Appends a slice of another array as one block.
  ///
  /// The one place in the core with a buffer pointer: `source[range]` would count a reference to the arena, which all
  /// lanes share, and two cores counting in one place cost 8 % of a replay. The pointer does not leave the closure,
  /// and the range is checked.
  @inlinable
  public mutating func append(_ slice: ByteSlice, of source: borrowing [UInt8]) {
    let range = slice.indices
    source.withUnsafeBufferPointer { bytes in
      precondition(range.upperBound <= bytes.count)
      append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range]))
    }
  }

  /// Appends a whole array as one block, without counting a reference to it.
  @inlinable
  public mutating func append(all source: borrowing [UInt8]) {
    source.withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
