/// Hexadecimal digits. Written in lower case, read in either.
public enum Hex {
  /// The value of a digit; `nil` for any other byte.
  @inlinable
  public static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x37
    case 0x61...0x66: digit - 0x57
    default: nil
    }
  }

  /// The digit of a value's lowest four bits.
  @inlinable
  public static func digit(_ value: UInt8) -> UInt8 {
    let low = value & 0xf
    return low < 10 ? low + 0x30 : low + 0x57
  }

  /// The eight digits of a number, all at once: the first one in the highest byte.
  @inlinable
  @inline(__always)
  public static func digits(_ value: UInt32) -> UInt64 {
    var digits = UInt64(value)
    digits = (digits | digits << 16) & 0x0000_ffff_0000_ffff
    digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
    digits = (digits | digits << 4) & 0x0f0f_0f0f_0f0f_0f0f
    // 1 in the byte of each digit above nine: those are 39 behind the others.
    let letters = (digits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return digits + 0x3030_3030_3030_3030 + letters * 39
  }

  /// Sixteen digits.
  @inlinable
  public static func append(_ value: UInt64, to bytes: inout some ByteTarget & ~Copyable) {
    for shift in stride(from: 60, through: 0, by: -4) {
      bytes.append(digit(UInt8(truncatingIfNeeded: value >> UInt64(shift))))
    }
  }

  /// Two digits.
  @inlinable
  public static func append(_ byte: UInt8, to bytes: inout some ByteTarget & ~Copyable) {
    bytes.append(digit(byte >> 4))
    bytes.append(digit(byte))
  }
}
