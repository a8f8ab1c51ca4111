/// Numbers in texts.
enum Decimals {
  /// Whether a text is a decimal number: digits with an optional sign, fraction and exponent, as JSON writes
  /// it, but with leading zeros allowed.
  static func isNumber(_ text: String) -> Bool {
    var bytes = text.utf8[...]
    func digits() -> Bool {
      let count = bytes.prefix { Letters.isDigit($0) }.count
      bytes = bytes.dropFirst(count)
      return count > 0
    }
    if bytes.first == 0x2d { bytes = bytes.dropFirst() }
    guard digits() else { return false }
    if bytes.first == 0x2e {
      bytes = bytes.dropFirst()
      guard digits() else { return false }
    }
    if bytes.first == 0x65 || bytes.first == 0x45 {
      bytes = bytes.dropFirst()
      if bytes.first == 0x2d || bytes.first == 0x2b { bytes = bytes.dropFirst() }
      guard digits() else { return false }
    }
    return bytes.isEmpty
  }

  /// A bound as messages show it: without a fraction of zero.
  static func text(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : "\(number)"
  }
}
