extension [UInt8] {
  /// Appends bytes as one block. Not inlined, as it is called from a hundred places; who writes many pieces
  /// takes a `ByteWriter`.
  public mutating func append(block: UnsafeBufferPointer<UInt8>) {
    append(addingCapacity: block.count) { room in
      room.withUnsafeMutableBufferPointer { memory, count in
        guard let to = memory.baseAddress, let from = block.baseAddress else { return }
        to.initialize(from: from, count: block.count)
        count = block.count
      }
    }
  }

  /// Appends a slice of another array as one block.
  ///
  /// By buffer pointers: `source[range]` would count a reference to the arena, which all lanes share
  /// (docs/design/hot-path.md). The pointers do not leave the closures, and the ranges are checked.
  @inlinable
  public mutating func append(_ slice: ByteSlice, of source: borrowing [UInt8]) {
    let range = slice.indices
    source.withUnsafeBufferPointer { bytes in
      precondition(range.upperBound <= bytes.count)
      append(block: UnsafeBufferPointer(rebasing: bytes[range]))
    }
  }

  /// Appends eight bytes, the lowest one first.
  public mutating func append(littleEndian word: UInt64) {
    append(addingCapacity: 8) { room in
      room.withUnsafeMutableBufferPointer { memory, count in
        UnsafeMutableRawBufferPointer(memory).storeBytes(of: word.littleEndian, as: UInt64.self)
        count = 8
      }
    }
  }

  /// Appends borrowed bytes as one block.
  @inlinable
  public mutating func append(_ block: borrowing Span<UInt8>) {
    block.withUnsafeBufferPointer { append(block: $0) }
  }

  /// Writes a slice of another array over the bytes from `start` on, as one block; see `append(_:of:)` for
  /// the pointers.
  @inlinable
  public mutating func overwrite(from start: Int, with slice: ByteSlice, of source: borrowing [UInt8]) {
    let range = slice.indices
    source.withUnsafeBufferPointer { bytes in
      withUnsafeMutableBufferPointer { own in
        precondition(range.upperBound <= bytes.count && start >= 0 && start + range.count <= own.count)
        guard let to = own.baseAddress, let from = bytes.baseAddress else { return }
        (to + start).update(from: from + range.lowerBound, count: range.count)
      }
    }
  }

  /// Appends a whole array as one block, without counting a reference to it.
  @inlinable
  public mutating func append(all source: borrowing [UInt8]) {
    source.withUnsafeBufferPointer { append(block: $0) }
  }
}
