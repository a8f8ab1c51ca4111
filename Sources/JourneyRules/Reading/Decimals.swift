internal import Bytes

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
    if bytes.first == ASCII.hyphen { bytes = bytes.dropFirst() }
    guard digits() else { return false }
    if bytes.first == ASCII.point {
      bytes = bytes.dropFirst()
      guard digits() else { return false }
    }
    if bytes.first == UInt8(ascii: "e") || bytes.first == UInt8(ascii: "E") {
      bytes = bytes.dropFirst()
      if bytes.first == ASCII.hyphen || bytes.first == ASCII.plus { bytes = bytes.dropFirst() }
      guard digits() else { return false }
    }
    return bytes.isEmpty
  }

  /// A bound as messages show it: without a fraction of zero.
  static func text(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : "\(number)"
  }
}
