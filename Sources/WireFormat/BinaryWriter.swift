package import JourneyModel

/// Appends little-endian and variable-length values: the alphabet of the state codec.
package struct BinaryWriter {
  package var bytes: [UInt8] = []

  package init() {}

  package mutating func byte(_ value: UInt8) { bytes.append(value) }

  /// LEB128: seven bits a byte, small values short.
  package mutating func number(_ value: Int) {
    var rest = UInt64(bitPattern: Int64(value))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  package mutating func fixed(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func text(_ value: some Collection<UInt8>) {
    number(value.count)
    bytes.append(contentsOf: value)
  }

  package mutating func text(_ slice: ByteSlice, of source: borrowing [UInt8]) {
    number(slice.count)
    bytes.append(slice, of: source)
  }

  /// Writes a tagged, length-prefixed section, so that an older reader can skip what it does not know.
  package mutating func section(_ tag: UInt8, _ body: (inout BinaryWriter) -> Void) {
    byte(tag)
    // Four bytes are kept for the length: it is only known afterwards, and moving the body would cost more.
    let lengthAt = bytes.count
    bytes.append(contentsOf: [0, 0, 0, 0])
    body(&self)
    let length = UInt32(truncatingIfNeeded: bytes.count - lengthAt - 4)
    for place in 0..<4 { bytes[lengthAt + place] = UInt8(truncatingIfNeeded: length >> UInt32(8 * place)) }
  }
}
