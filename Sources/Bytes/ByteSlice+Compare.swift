extension ByteSlice {
  /// Whether the slice's bytes stand in another array from a place on; not if that ends before them.
  @inlinable
  public func equals(
    _ source: borrowing [UInt8], _ others: borrowing [UInt8], at start: Int
  ) -> Bool {
    let range = indices
    guard range.upperBound <= source.count, start >= 0, start + count <= others.count else { return false }
    let (left, right) = (source.span.bytes, others.span.bytes)
    var (at, other) = (range.lowerBound, start)
    // Eight at a time. Unsafe by name only: the loads check their bounds, and any eight bytes are a number.
    while at + 8 <= range.upperBound {
      let word = left.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      guard word == right.unsafeLoadUnaligned(fromByteOffset: other, as: UInt64.self) else { return false }
      at += 8
      other += 8
    }
    while at < range.upperBound {
      if source[at] != others[other] { return false }
      at += 1
      other += 1
    }
    return true
  }
}
