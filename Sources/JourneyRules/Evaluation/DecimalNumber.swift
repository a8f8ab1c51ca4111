public import JourneyModel

/// A number as text writes it, in decimal: `-12.50`, `3e4`. Compared by value: `1.0` and `1` are equal.
///
/// Never binary floating point: 0.1 must be 0.1 on every machine. The first 38 significant digits count.
public struct DecimalNumber: Sendable, Hashable, Comparable {
  /// The largest power of ten that is written behind an `e`; text beyond it is no number.
  public static let maxExponent = 99_999

  private var isNegative: Bool
  /// Power of ten of the first significant digit; 0 for zero.
  private var exponent: Int
  /// The first 19 significant digits, left-aligned.
  private var high: UInt64
  /// The next 19.
  private var low: UInt64

  /// Reads `[+-]digits[.digits][e[+-]digits]`, and nothing else: no blanks, no separators, no infinity.
  ///
  /// - Parameter isMajorVersion: read no further than to the first point, as `106.0.5249` is no number and
  ///   106 is meant.
  /// - Returns: `nil` if the slice is no such number.
  public init?(_ slice: ByteSlice, of bytes: borrowing [UInt8], isMajorVersion: Bool = false) {
    var at = Int(slice.offset)
    let end = at + slice.count
    guard end <= bytes.count, at < end else { return nil }
    isNegative = false
    exponent = 0
    high = 0
    low = 0
    if bytes[at] == ASCII.plus || bytes[at] == ASCII.hyphen {
      isNegative = bytes[at] == ASCII.hyphen
      at += 1
    }
    var significant = 0
    var hasDigit = false
    while at < end, let digit = DecimalNumber.digit(bytes[at]) {
      hasDigit = true
      if significant > 0 { exponent += 1 }
      append(digit, &significant)
      at += 1
    }
    guard hasDigit else { return nil }
    if at < end, bytes[at] == ASCII.point {
      if isMajorVersion {
        at = end
      } else {
        at += 1
        let fraction = at
        while at < end, let digit = DecimalNumber.digit(bytes[at]) {
          if significant == 0, digit > 0 { exponent = fraction - at - 1 }
          append(digit, &significant)
          at += 1
        }
        guard at > fraction else { return nil }
      }
    }
    if at < end {
      guard bytes[at] == UInt8(ascii: "e") || bytes[at] == UInt8(ascii: "E"),
        let written = DecimalNumber.exponent(at + 1, end, bytes)
      else { return nil }
      exponent += written
    }
    if significant == 0 {
      isNegative = false
      exponent = 0
    }
    while significant < 38 {
      significant += 1
      if significant <= 19 { high *= 10 } else { low *= 10 }
    }
  }

  /// The number that a text writes.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(ByteSlice(offset: 0, length: bytes.count), of: bytes)
  }

  private mutating func append(_ digit: UInt64, _ significant: inout Int) {
    if significant == 0, digit == 0 { return }
    if significant < 38 {
      if significant < 19 { high = high * 10 + digit } else { low = low * 10 + digit }
    }
    significant += 1
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    byte >= ASCII.zero && byte <= ASCII.nine ? UInt64(byte - ASCII.zero) : nil
  }

  private static func exponent(_ start: Int, _ end: Int, _ bytes: borrowing [UInt8]) -> Int? {
    var at = start
    var isNegative = false
    if at < end, bytes[at] == ASCII.plus || bytes[at] == ASCII.hyphen {
      isNegative = bytes[at] == ASCII.hyphen
      at += 1
    }
    guard at < end else { return nil }
    var value = 0
    while at < end {
      guard let digit = digit(bytes[at]) else { return nil }
      value = value * 10 + Int(digit)
      guard value <= maxExponent else { return nil }
      at += 1
    }
    return isNegative ? -value : value
  }

  private var isZero: Bool { high == 0 }

  /// Whether it has no fraction.
  public var isInteger: Bool {
    if isZero { return true }
    if exponent >= 37 { return true }
    if exponent < 0 { return false }
    // Digits behind the point must all be zero.
    let behind = 37 - exponent
    return DecimalNumber.endsWithZeros(low, min(behind, 19))
      && (behind <= 19 || DecimalNumber.endsWithZeros(high, behind - 19))
  }

  /// Its digits, if it is an Integer: a number without a fraction, however it is written (`10`, `10.0`,
  /// `1e1`), of 38 digits at most.
  public var integerText: String? {
    if isZero { return "0" }
    guard isInteger, exponent <= 37 else { return nil }
    func digits(_ value: UInt64) -> String {
      let text = "\(value)"
      return String(repeating: "0", count: 19 - text.utf8.count) + text
    }
    return (isNegative ? "-" : "") + (digits(high) + digits(low)).prefix(exponent + 1)
  }

  private static func endsWithZeros(_ value: UInt64, _ count: Int) -> Bool {
    var rest = value
    for _ in 0..<count {
      if rest % 10 != 0 { return false }
      rest /= 10
    }
    return true
  }

  /// Orders by value.
  public static func < (left: Self, right: Self) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative ? right.isSmaller(than: left) : left.isSmaller(than: right)
  }

  /// Orders by distance from zero.
  private func isSmaller(than other: Self) -> Bool {
    if isZero || other.isZero { return isZero && !other.isZero }
    if exponent != other.exponent { return exponent < other.exponent }
    if high != other.high { return high < other.high }
    return low < other.low
  }
}
