internal import Bytes

/// Classes of ASCII characters.
enum Letters {
  /// Letters, digits and underscore.
  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case ASCII.digits, ASCII.capitals, ASCII.smallLetters, ASCII.underscore: true
    default: false
    }
  }

  /// Space, tabulator, line ends.
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == ASCII.space || (ASCII.tab...ASCII.carriageReturn).contains(byte)
  }

  /// `0` to `9`.
  static func isDigit(_ byte: UInt8) -> Bool { ASCII.digits.contains(byte) }

  /// ASCII letters in lower case, all other characters as they are.
  static func lowercased(_ text: String) -> String {
    String(decoding: text.utf8.map { ASCII.lowercased($0) }, as: UTF8.self)
  }

  /// Whether it has no other characters than blanks: ASCII ones and the no-break space.
  static func isBlank(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar.value == 0xa0 || (scalar.isASCII && isBlank(UInt8(truncatingIfNeeded: scalar.value)))
    }
  }
}
