package import Bytes

/// The path of a page as models see it: the first three segments, and what looks like an id is `#`.
package struct PagePath: Sendable, Hashable {
  /// Most prefixes of a path.
  package static let maxPrefixes = 3
  /// Longer segments count as ids, in bytes.
  package static let maxSegmentBytes = 32

  /// How many prefixes it has, at least one.
  package private(set) var count = 0
  // Not an array: a path is made for every event.
  private var first: UInt32 = 0
  private var second: UInt32 = 0
  private var third: UInt32 = 0

  /// Digests of its first segment, of its first two, of its first three.
  package var prefixes: [UInt32] { (0..<count).map { self[$0] } }

  /// The digest of its first segments, one more than `index`.
  package subscript(index: Int) -> UInt32 {
    precondition(index < count)
    return index == 0 ? first : index == 1 ? second : third
  }

  /// Reads a path, or the path of a URL: a scheme with its host is left out, and so are query and fragment.
  package init(_ slice: ByteSlice, of bytes: borrowing [UInt8]) {
    var at = PagePath.start(slice, of: bytes)
    let end = slice.indices.upperBound
    var digest = FNV1a()
    while count < PagePath.maxPrefixes {
      while at < end, bytes[at] == ASCII.slash { at += 1 }
      let start = at
      digest.add(ASCII.slash)
      var text = digest
      var digits = 0
      while at < end {
        let byte = bytes[at]
        if PagePath.isEnd(byte) { break }
        if PagePath.isDigit(byte) { digits += 1 }
        text.add(byte)
        at += 1
      }
      guard at > start else { break }
      if PagePath.isID(digits: digits, of: at - start) {
        digest.add(UInt8(ascii: "#"))
      } else {
        digest = text
      }
      append(Mixing.digest(digest))
      if at < end, bytes[at] != ASCII.slash { break }
    }
    // The page at the root.
    if count == 0 { append(Mixing.digest("/")) }
  }

  private mutating func append(_ prefix: UInt32) {
    switch count {
    case 0: first = prefix
    case 1: second = prefix
    default: third = prefix
    }
    count += 1
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
      let digits = bytes[start..<at].count { PagePath.isDigit($0) }
      let isID = PagePath.isID(digits: digits, of: at - start)
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
  private static func isID(digits: Int, of length: Int) -> Bool {
    length > maxSegmentBytes || digits * 2 >= length
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= ASCII.zero && byte <= ASCII.nine }

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
