/// Where bytes are appended: an array, or a `ByteWriter`.
public protocol ByteTarget: ~Copyable {
  /// Appends a byte.
  mutating func append(_ byte: UInt8)
  /// Appends bytes as one block.
  mutating func append(block: UnsafeBufferPointer<UInt8>)
}

extension [UInt8]: ByteTarget {}

/// Bytes that are written piece by piece, into room made ahead.
///
/// An array asks with each piece whether somebody else holds it and whether there is room: calls, eighty
/// instructions in all, for texts that are often shorter than that. Here a piece is a comparison and a copy.
/// What was written is then appended as one block to where it belongs.
public struct ByteWriter: ~Copyable, ByteTarget {
  @usableFromInline var start: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  @usableFromInline var written = 0

  /// How many bytes were written.
  @inlinable public var count: Int { written }

  /// Creates a writer with room for so many bytes, which grows if they do not suffice.
  public init(room: Int) {
    capacity = max(room, 64)
    start = .allocate(capacity: capacity)
  }

  deinit { start.deallocate() }

  /// Makes room for more bytes. Most of the time there is, and then it takes no call to find out.
  @inlinable
  @inline(__always)
  mutating func reserve(_ more: Int) {
    if count + more > capacity { grow(more) }
  }

  @usableFromInline
  @inline(never)
  mutating func grow(_ more: Int) {
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.initialize(from: start, count: count)
    start.deallocate()
    start = larger
  }

  /// Appends a byte.
  @inlinable
  @inline(__always)
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    written += 1
  }

  /// Appends eight bytes, the lowest one first.
  @inlinable
  @inline(__always)
  public mutating func append(littleEndian word: UInt64) {
    reserve(8)
    UnsafeMutableRawPointer(start + count).storeBytes(of: word.littleEndian, as: UInt64.self)
    written += 8
  }

  /// Appends a number of variable length; see `Varint`.
  @inlinable
  public mutating func append(varint number: UInt64) {
    reserve(10)
    var rest = number
    while rest >= 0x80 {
      start[count] = UInt8(truncatingIfNeeded: rest) | 0x80
      written += 1
      rest >>= 7
    }
    start[count] = UInt8(truncatingIfNeeded: rest)
    written += 1
  }

  /// Writes four bytes over those from a place on, the lowest one first.
  @inlinable
  public mutating func overwrite(at place: Int, littleEndian word: UInt32) {
    precondition(place >= 0 && place + 4 <= count)
    UnsafeMutableRawPointer(start + place).storeBytes(of: word.littleEndian, as: UInt32.self)
  }

  /// Appends bytes as one block.
  @inlinable
  @inline(__always)
  public mutating func append(block: UnsafeBufferPointer<UInt8>) {
    guard let from = block.baseAddress else { return }
    reserve(block.count)
    (start + count).initialize(from: from, count: block.count)
    written += block.count
  }

  /// Appends literal text: where its length is known a few stores, not a call.
  @inlinable
  @inline(__always)
  public mutating func append(_ text: StaticString) {
    append(block: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a slice of an array as one block; see `[UInt8].append(_:of:)`.
  @inlinable
  public mutating func append(_ slice: ByteSlice, of source: borrowing [UInt8]) {
    let range = slice.indices
    source.withUnsafeBufferPointer { bytes in
      precondition(range.upperBound <= bytes.count)
      append(block: UnsafeBufferPointer(rebasing: bytes[range]))
    }
  }

  /// Appends a whole array as one block, without counting a reference to it.
  @inlinable
  public mutating func append(all source: borrowing [UInt8]) {
    source.withUnsafeBufferPointer { append(block: $0) }
  }

  /// Appends any bytes.
  @inlinable
  public mutating func append(contentsOf bytes: some Collection<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ append(block: $0) }) != nil { return }
    for byte in bytes { append(byte) }
  }

  /// Appends as many bytes as `write` is to fill.
  @inlinable
  @inline(__always)
  public mutating func append(count more: Int, _ write: (inout MutableSpan<UInt8>) -> Void) {
    reserve(more)
    (start + count).initialize(repeating: 0, count: more)
    var room = MutableSpan(_unsafeStart: start + count, count: more)
    write(&room)
    written += more
  }

  /// Appends all that was written to an array.
  public borrowing func append(to bytes: inout [UInt8]) {
    bytes.append(block: UnsafeBufferPointer(start: start, count: count))
  }
}
