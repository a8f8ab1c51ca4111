package import Bytes

extension HeaderBlock {
  /// Where the first value of a name is in an arena, without a copy of anything; `nil` if there is none, if
  /// it is null, or behind damage.
  package static func find(_ name: [UInt8], in bytes: borrowing [UInt8], _ headers: ByteSlice) -> Range<Int>?
  {
    var at = headers.indices.lowerBound
    let end = headers.indices.upperBound
    while at + 2 <= end {
      let length = Int(bytes[at]) | Int(bytes[at + 1]) << 8
      let start = at + 2
      let sizeAt = start + length
      guard sizeAt + 4 <= end else { return nil }
      var size: UInt32 = 0
      for index in 0..<4 { size |= UInt32(bytes[sizeAt + index]) << (8 * UInt32(index)) }
      let valueAt = sizeAt + 4
      let valueLength = max(0, Int(Int32(bitPattern: size)))
      guard valueLength <= end - valueAt else { return nil }
      if length == name.count, isEqual(bytes, start, name) {
        return Int32(bitPattern: size) < 0 ? nil : valueAt..<valueAt + valueLength
      }
      at = valueAt + valueLength
    }
    return nil
  }

  private static func isEqual(_ bytes: borrowing [UInt8], _ start: Int, _ name: [UInt8]) -> Bool {
    for index in name.indices where bytes[start + index] != name[index] { return false }
    return true
  }
}
