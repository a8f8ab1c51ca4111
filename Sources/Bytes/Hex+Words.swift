/// All digits of one number at once.
extension Hex {
  /// The eight digits of a number as text, the first one in the highest byte.
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
}
