internal import JourneyModel

/// Writing of JSON text into byte arrays.
package enum JSONText {
  /// Appends a quoted, escaped string.
  package static func append(_ text: some Collection<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(0x22)
    appendEscaped(text, to: &bytes)
    bytes.append(0x22)
  }

  /// Appends a slice of an array as a quoted, escaped string.
  static func append(_ slice: ByteSlice, of source: borrowing [UInt8], to bytes: inout [UInt8]) {
    guard isPlain(source.span.extracting(slice.indices).bytes) else {
      return append(source[slice.indices], to: &bytes)
    }
    bytes.append(0x22)
    bytes.append(slice, of: source)
    bytes.append(0x22)
  }

  /// Appends a quoted, escaped string.
  package static func append(_ text: String, to bytes: inout [UInt8]) { append(text.utf8, to: &bytes) }

  /// Appends a string without its quotes, escaped.
  package static func appendEscaped(_ text: some Collection<UInt8>, to bytes: inout [UInt8]) {
    // Most texts need no escapes and lie in one piece: they are looked through and copied whole.
    let isCopied = text.withContiguousStorageIfAvailable { buffer in
      guard isPlain(buffer.span.bytes) else { return false }
      bytes.append(contentsOf: buffer)
      return true
    }
    if isCopied == true { return }
    for byte in text {
      switch byte {
      case 0x22: bytes.append(contentsOf: [0x5c, 0x22])
      case 0x5c: bytes.append(contentsOf: [0x5c, 0x5c])
      case 0x0a: bytes.append(contentsOf: [0x5c, 0x6e])
      case 0x0d: bytes.append(contentsOf: [0x5c, 0x72])
      case 0x09: bytes.append(contentsOf: [0x5c, 0x74])
      case 0..<0x20:
        bytes.append(contentsOf: [0x5c, 0x75, 0x30, 0x30, (byte >> 4) + 48])
        let low = byte & 0xf
        bytes.append(low < 10 ? low + 48 : low + 87)
      default: bytes.append(byte)
      }
    }
  }

  /// Whether a text stands in JSON as it is.
  private static func isPlain(_ text: RawSpan) -> Bool {
    var at = 0
    while at + 8 <= text.byteCount {
      if needsEscape(eight: text.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)) { return false }
      at += 8
    }
    while at < text.byteCount {
      if needsEscape(text.unsafeLoad(fromByteOffset: at, as: UInt8.self)) { return false }
      at += 1
    }
    return true
  }

  private static func needsEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5c }

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// Whether one of eight bytes needs an escape.
  static func needsEscape(eight word: UInt64) -> Bool {
    // A byte below 0x20 borrows from its own top bit; one that had it set already is no such byte.
    let isControl = (word &- ones &* 0x20) & ~word & tops != 0
    return isControl || hasZero(word ^ (ones &* 0x22)) || hasZero(word ^ (ones &* 0x5c))
  }

  /// Whether one of eight bytes is 0.
  static func hasZero(_ word: UInt64) -> Bool { zeros(word) != 0 }

  /// The top bit of each byte that is 0. Only the lowest one is sure: a byte above it that is 1 may have it as well.
  static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

  /// Appends a decimal number.
  package static func append(_ number: Int, to bytes: inout [UInt8]) {
    if number < 0 {
      bytes.append(0x2d)
      // The most negative number has no positive counterpart, hence the magnitude.
      append(magnitude: number.magnitude, to: &bytes)
    } else {
      append(magnitude: number.magnitude, to: &bytes)
    }
  }

  private static func append(magnitude: UInt, to bytes: inout [UInt8]) {
    if magnitude >= 10 { append(magnitude: magnitude / 10, to: &bytes) }
    bytes.append(UInt8(truncatingIfNeeded: 48 + magnitude % 10))
  }
}
