/// Classes of ASCII characters.
enum Letters {
  /// Letters, digits and underscore.
  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f: true
    default: false
    }
  }

  /// Space, tabulator, line ends.
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  /// `0` to `9`.
  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// ASCII letters in lower case, all other characters as they are.
  static func lowercased(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x41...0x5a).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
  }

  /// Whether it has no other characters than blanks: ASCII ones and the no-break space.
  static func isBlank(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar.value == 0xa0 || (scalar.isASCII && isBlank(UInt8(truncatingIfNeeded: scalar.value)))
    }
  }
}
