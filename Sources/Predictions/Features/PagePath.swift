package import Bytes

/// The path of a page as models see it: the first three segments, and what looks like an id is `#`.
package struct PagePath: Sendable, Hashable {
  /// Most prefixes of a path.
  package static let maxPrefixes = 3
  /// Longer segments count as ids, in bytes.
  package static let maxSegmentBytes = 32

  /// Digests of its first segment, of its first two, of its first three.
  package private(set) var prefixes: [UInt32] = []

  /// Reads a path, or the path of a URL: a scheme with its host is left out, and so are query and fragment.
  package init(_ slice: ByteSlice, of bytes: borrowing [UInt8]) {
    var at = PagePath.start(slice, of: bytes)
    let end = slice.indices.upperBound
    var digest = FNV1a()
    while prefixes.count < PagePath.maxPrefixes {
      while at < end, bytes[at] == ASCII.slash { at += 1 }
      let start = at
      while at < end, !PagePath.isEnd(bytes[at]) { at += 1 }
      guard at > start else { break }
      digest.add(ASCII.slash)
      if PagePath.isID(bytes, start..<at) {
        digest.add(UInt8(ascii: "#"))
      } else {
        digest.add(ByteSlice(offset: start, length: at - start), of: bytes)
      }
      prefixes.append(Mixing.digest(digest))
      if at < end, bytes[at] != ASCII.slash { break }
    }
    // The page at the root.
    if prefixes.isEmpty { prefixes = [Mixing.digest("/")] }
  }

  /// What the prefixes are digests of: `/shop`, `/shop/#`.
  static func texts(_ slice: ByteSlice, of bytes: borrowing [UInt8]) -> [String] {
    var texts: [String] = []
    var at = PagePath.start(slice, of: bytes)
    let end = slice.indices.upperBound
    while texts.count < PagePath.maxPrefixes {
      while at < end, bytes[at] == ASCII.slash { at += 1 }
      let start = at
      while at < end, !PagePath.isEnd(bytes[at]) { at += 1 }
      guard at > start else { break }
      let isID = PagePath.isID(bytes, start..<at)
      texts.append(
        (texts.last ?? "") + "/" + (isID ? "#" : String(decoding: bytes[start..<at], as: UTF8.self)))
      if at < end, bytes[at] != ASCII.slash { break }
    }
    return texts.isEmpty ? ["/"] : texts
  }

  private static func isEnd(_ byte: UInt8) -> Bool {
    byte == ASCII.slash || byte == ASCII.question || byte == UInt8(ascii: "#")
  }

  /// Whether a segment is too long, or half of it or more are digits.
  private static func isID(_ bytes: borrowing [UInt8], _ segment: Range<Int>) -> Bool {
    guard segment.count <= maxSegmentBytes else { return true }
    var digits = 0
    for at in segment where bytes[at] >= ASCII.zero && bytes[at] <= ASCII.nine { digits += 1 }
    return digits * 2 >= segment.count
  }

  /// Where the path begins: behind `scheme://host`, if there is one.
  private static func start(_ slice: ByteSlice, of bytes: borrowing [UInt8]) -> Int {
    var at = Int(slice.offset)
    let end = slice.indices.upperBound
    while at < end, !isEnd(bytes[at]), bytes[at] != ASCII.colon { at += 1 }
    guard at + 2 < end, bytes[at] == ASCII.colon, bytes[at + 1] == ASCII.slash, bytes[at + 2] == ASCII.slash
    else { return Int(slice.offset) }
    at += 3
    while at < end, !isEnd(bytes[at]) { at += 1 }
    return at
  }
}
