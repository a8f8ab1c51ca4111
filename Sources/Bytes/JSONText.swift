/// Writing of JSON text into byte arrays.
public enum JSONText {
  /// Appends a quoted, escaped string.
  @inlinable
  public static func append(_ text: some Collection<UInt8>, to bytes: inout some ByteTarget & ~Copyable) {
    bytes.append(ASCII.quote)
    appendEscaped(text, to: &bytes)
    bytes.append(ASCII.quote)
  }

  /// Appends a slice of an array as a quoted, escaped string.
  @inlinable
  public static func append(
    _ slice: ByteSlice, of source: borrowing [UInt8], to bytes: inout some ByteTarget & ~Copyable
  ) {
    guard isPlain(source.span.extracting(slice.indices).bytes) else {
      return append(source[slice.indices], to: &bytes)
    }
    bytes.append(ASCII.quote)
    source.withUnsafeBufferPointer { bytes.append(block: UnsafeBufferPointer(rebasing: $0[slice.indices])) }
    bytes.append(ASCII.quote)
  }

  /// Appends a quoted, escaped string.
  @inlinable
  public static func append(_ text: String, to bytes: inout some ByteTarget & ~Copyable) {
    append(text.utf8, to: &bytes)
  }

  /// Appends a string without its quotes, escaped.
  @inlinable
  public static func appendEscaped(
    _ text: some Collection<UInt8>, to bytes: inout some ByteTarget & ~Copyable
  ) {
    // Most texts need no escapes and lie in one piece: they are looked through and copied whole.
    let isCopied = text.withContiguousStorageIfAvailable { buffer in
      guard isPlain(buffer.span.bytes) else { return false }
      bytes.append(block: buffer)
      return true
    }
    if isCopied == true { return }
    for byte in text {
      if let letter = escape(of: byte) {
        bytes.append(ASCII.backslash)
        bytes.append(letter)
      } else if byte < ASCII.space {
        bytes.append(ASCII.backslash)
        bytes.append(UInt8(ascii: "u"))
        bytes.append(ASCII.zero)
        bytes.append(ASCII.zero)
        Hex.append(byte, to: &bytes)
      } else {
        bytes.append(byte)
      }
    }
  }

  /// What is behind a backslash for a byte that is escaped so; `nil` for any other.
  @inlinable
  public static func escape(of byte: UInt8) -> UInt8? {
    switch byte {
    case ASCII.quote, ASCII.backslash: byte
    case ASCII.newline: UInt8(ascii: "n")
    case ASCII.carriageReturn: UInt8(ascii: "r")
    case ASCII.tab: UInt8(ascii: "t")
    default: nil
    }
  }

  /// The byte that a letter behind a backslash means; `nil` where it means itself, and for `u`.
  @inlinable
  public static func byte(escapedAs letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0c
    case UInt8(ascii: "n"): ASCII.newline
    case UInt8(ascii: "r"): ASCII.carriageReturn
    case UInt8(ascii: "t"): ASCII.tab
    default: nil
    }
  }

  /// Whether a text is in JSON as it is.
  @inlinable
  static func isPlain(_ text: RawSpan) -> Bool {
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

  @inlinable
  static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == ASCII.quote || byte == ASCII.backslash
  }

  /// The lowest bit of each byte.
  @inlinable static var ones: UInt64 { 0x0101_0101_0101_0101 }
  /// The highest bit of each byte.
  @inlinable static var tops: UInt64 { 0x8080_8080_8080_8080 }

  /// Whether one of eight bytes needs an escape.
  @inlinable
  public static func needsEscape(eight word: UInt64) -> Bool {
    // A byte below 0x20 borrows from its own top bit; one that had it set already is no such byte.
    let isControl = (word &- ones &* 0x20) & ~word & tops != 0
    return isControl || hasZero(word ^ (ones &* UInt64(ASCII.quote)))
      || hasZero(word ^ (ones &* UInt64(ASCII.backslash)))
  }

  /// The highest bit of the first quote or backslash of eight bytes, the first byte lowest; 0 if they have
  /// none. Higher bits mean nothing.
  @inlinable
  public static func ends(_ bytes: UInt64) -> UInt64 {
    let word = UInt64(littleEndian: bytes)
    let quotes = word ^ (ones &* UInt64(ASCII.quote))
    let escapes = word ^ (ones &* UInt64(ASCII.backslash))
    return ((quotes &- ones) & ~quotes | (escapes &- ones) & ~escapes) & tops
  }

  /// Whether one of eight bytes is 0.
  @inlinable
  public static func hasZero(_ word: UInt64) -> Bool { zeros(word) != 0 }

  /// The top bit of each byte that is 0. Only the lowest one is sure: a byte above it that is 1 may have it
  /// as well.
  @inlinable
  public static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

  /// Appends a decimal number.
  @inlinable
  public static func append(_ number: Int, to bytes: inout some ByteTarget & ~Copyable) {
    if number < 0 {
      bytes.append(ASCII.hyphen)
      // The most negative number has no positive counterpart, hence the magnitude.
      append(magnitude: number.magnitude, to: &bytes)
    } else {
      append(magnitude: number.magnitude, to: &bytes)
    }
  }

  @inlinable
  static func append(magnitude: UInt, to bytes: inout some ByteTarget & ~Copyable) {
    if magnitude >= 10 { append(magnitude: magnitude / 10, to: &bytes) }
    bytes.append(UInt8(truncatingIfNeeded: 48 + magnitude % 10))
  }
}

extension [UInt8] {
  /// Appends literal text.
  @inlinable
  public mutating func append(_ text: StaticString) {
    // The literal's own bytes; a StaticString offers them by pointer only.
    append(block: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
