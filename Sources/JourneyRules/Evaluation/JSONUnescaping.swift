package import JourneyModel

/// Text of a JSON string whose escapes decoding has checked.
package enum JSONUnescaping {
  /// Appends what the bytes between the quotes say. A lone surrogate, which JSON allows and UTF-8 does not,
  /// becomes U+FFFD.
  package static func append(_ slice: ByteSlice, of bytes: borrowing [UInt8], to output: inout [UInt8]) {
    var at = Int(slice.offset)
    let end = slice.indices.upperBound
    while at < end {
      let byte = bytes[at]
      guard byte == ASCII.backslash, at + 1 < end else {
        output.append(byte)
        at += 1
        continue
      }
      at += 2
      switch bytes[at - 1] {
      case UInt8(ascii: "u"):
        var scalar = unit(at, end, bytes)
        at = min(at + 4, end)
        if scalar & 0xfc00 == 0xd800, at + 5 < end, bytes[at] == 0x5c, bytes[at + 1] == 0x75 {
          let low = unit(at + 2, end, bytes)
          if low & 0xfc00 == 0xdc00 {
            scalar = 0x10000 + (scalar & 0x3ff) << 10 + low & 0x3ff
            at += 6
          }
        }
        append(scalar, to: &output)
      case let letter: output.append(JSONText.byte(escapedAs: letter) ?? letter)
      }
    }
  }

  private static func unit(_ start: Int, _ end: Int, _ bytes: borrowing [UInt8]) -> UInt32 {
    guard start + 4 <= end else { return 0xfffd }
    var value: UInt32 = 0
    for index in start..<start + 4 {
      guard let digit = Hex.value(of: bytes[index]) else { return 0xfffd }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private static func append(_ scalar: UInt32, to output: inout [UInt8]) {
    for byte in String(Unicode.Scalar(scalar) ?? "\u{fffd}").utf8 { output.append(byte) }
  }
}
