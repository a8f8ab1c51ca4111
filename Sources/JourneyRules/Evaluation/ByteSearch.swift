internal import JourneyModel

/// Comparisons of bytes in two arrays. No Unicode normalization: equal text is equal bytes.
enum ByteSearch {
  static func equals(
    _ slice: ByteSlice, of bytes: borrowing [UInt8], _ other: ByteSlice, of others: borrowing [UInt8]
  ) -> Bool {
    guard slice.length == other.length else { return false }
    return matches(bytes, Int(slice.offset), others, other.indices)
  }

  static func hasPrefix(
    _ slice: ByteSlice, of bytes: borrowing [UInt8], _ prefix: ByteSlice, of others: borrowing [UInt8]
  ) -> Bool {
    guard slice.length >= prefix.length else { return false }
    return matches(bytes, Int(slice.offset), others, prefix.indices)
  }

  static func hasSuffix(
    _ slice: ByteSlice, of bytes: borrowing [UInt8], _ suffix: ByteSlice, of others: borrowing [UInt8]
  ) -> Bool {
    guard slice.length >= suffix.length else { return false }
    return matches(bytes, slice.indices.upperBound - suffix.count, others, suffix.indices)
  }

  static func contains(
    _ slice: ByteSlice, of bytes: borrowing [UInt8], _ part: ByteSlice, of others: borrowing [UInt8]
  ) -> Bool {
    guard part.count > 0 else { return true }
    guard slice.length >= part.length else { return false }
    let first = others[Int(part.offset)]
    let rest = Int(part.offset) + 1..<part.indices.upperBound
    var at = Int(slice.offset)
    let last = slice.indices.upperBound - part.count
    while at <= last {
      if bytes[at] == first, matches(bytes, at + 1, others, rest) { return true }
      at += 1
    }
    return false
  }

  /// Whether the bytes from `start` on are those of the range.
  private static func matches(
    _ bytes: borrowing [UInt8], _ start: Int, _ others: borrowing [UInt8], _ range: Range<Int>
  ) -> Bool {
    ByteSlice(offset: range.lowerBound, length: range.count).equals(others, bytes, at: start)
  }
}
