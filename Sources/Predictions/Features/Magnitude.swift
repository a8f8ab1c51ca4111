package import Bytes

/// How large a number is: its sign, and the quarter of an octave that it is in.
package struct Magnitude: Sendable, Hashable, BitwiseCopyable {
  /// -1, 0 or 1.
  package let sign: Int8
  /// Four times its exponent of two, and which quarter behind that. 0 for zero.
  package let quarters: Int16

  /// The most bytes that a number is read from.
  private static let maxBytes = 64
  /// 2^(1/4), 2^(1/2), 2^(3/4).
  private static let borders: [Double] = [1.189207115002721, 1.4142135623730951, 1.681792830507429]

  /// The magnitude of a number; `nil` if it is not finite.
  package init?(_ value: Double) {
    guard value.isFinite else { return nil }
    guard value != 0 else {
      sign = 0
      quarters = 0
      return
    }
    sign = value < 0 ? -1 : 1
    let significand = value.magnitude.significand
    let quarter = Magnitude.borders.reduce(0) { significand >= $1 ? $0 + 1 : $0 }
    quarters = Int16(4 * Int(value.exponent) + quarter)
  }

  /// The magnitude of a number that a text writes, as JSON does; `nil` if it writes none.
  package init?(_ slice: ByteSlice, of bytes: borrowing [UInt8]) {
    guard slice.count <= Magnitude.maxBytes, slice.indices.upperBound <= bytes.count else { return nil }
    guard slice.indices.allSatisfy({ Magnitude.isOfNumber(bytes[$0]) }) else { return nil }
    guard let value = Double(String(decoding: bytes[slice.indices], as: UTF8.self)) else { return nil }
    self.init(value)
  }

  /// A magnitude as it was stored; `nil` if no number has it.
  package init?(sign: Int8, quarters: Int16) {
    guard (-1...1).contains(sign), (-4_300...4_100).contains(quarters), sign != 0 || quarters == 0 else {
      return nil
    }
    self.sign = sign
    self.quarters = quarters
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case ASCII.zero...ASCII.nine, ASCII.plus, ASCII.hyphen, ASCII.point, UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// Sign and octave in one number.
  var octaveCode: UInt32 { code(Int32(quarters) >> 2) }

  /// Sign and quarter octave in one number.
  var quarterCode: UInt32 { code(Int32(quarters)) }

  private func code(_ steps: Int32) -> UInt32 { UInt32(bitPattern: steps &* 4 &+ Int32(sign) &+ 1) }
}
