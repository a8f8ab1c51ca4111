/// Numbers of variable length, LEB128: seven bits a byte, the lowest first, small values short.
public enum Varint {
  /// Why there is no number.
  public enum Failure: Error, CustomStringConvertible {
    case endsTooEarly
    case tooLong

    /// For a person.
    public var description: String {
      switch self {
      case .endsTooEarly: "ends too early"
      case .tooLong: "a number is too long"
      }
    }
  }

  /// Appends a number.
  @inlinable
  public static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    // Room for the longest one at once.
    bytes.append(addingCapacity: 10) { room in
      var rest = value
      while rest >= 0x80 {
        room.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      room.append(UInt8(truncatingIfNeeded: rest))
    }
  }

  /// Reads the number at a place and moves behind it.
  ///
  /// - Parameters:
  ///   - end: where the bytes that may be read end.
  ///   - bits: most bits that the number may take, 63 where it is not negative.
  @inlinable
  public static func read(
    _ bytes: borrowing [UInt8], at place: inout Int, end: Int, bits: UInt64 = 64
  ) throws(Failure) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard place < end else { throw .endsTooEarly }
      let next = bytes[place]
      place += 1
      guard shift < bits else { throw .tooLong }
      value |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }
}
