package import JourneyModel

/// Appends little-endian and variable-length values: the alphabet of the state codec.
package struct BinaryWriter {
  package var bytes: [UInt8] = []

  package init() {}

  /// One with room.
  package init(capacity: Int) { bytes.reserveCapacity(capacity) }

  package mutating func byte(_ value: UInt8) { bytes.append(value) }

  /// A number of variable length; a negative one takes ten bytes.
  package mutating func number(_ value: Int) {
    Varint.append(UInt64(bitPattern: Int64(value)), to: &bytes)
  }

  package mutating func fixed(_ value: UInt64) { bytes.append(littleEndian: value) }

  package mutating func text(_ value: some Collection<UInt8>) {
    number(value.count)
    bytes.append(contentsOf: value)
  }

  package mutating func text(_ slice: ByteSlice, of source: borrowing [UInt8]) {
    number(slice.count)
    bytes.append(slice, of: source)
  }

  /// Writes a whole array with its length.
  package mutating func text(all source: borrowing [UInt8]) {
    number(source.count)
    bytes.append(all: source)
  }

  /// Writes a tagged, length-prefixed section, so that an older reader can skip what it does not know.
  package mutating func section(_ tag: UInt8, _ body: (inout BinaryWriter) -> Void) {
    let start = beginSection(tag)
    body(&self)
    endSection(start)
  }

  /// Begins a section whose body is written next.
  ///
  /// - Returns: where its length is, for `endSection`.
  package mutating func beginSection(_ tag: UInt8) -> Int {
    byte(tag)
    // Four bytes are kept for the length: it is only known afterwards, and moving the body would cost more.
    bytes.append(InlineArray<4, UInt8>(repeating: 0).span)
    return bytes.count - 4
  }

  /// Ends the section that began last.
  package mutating func endSection(_ lengthAt: Int) {
    let length = UInt32(truncatingIfNeeded: bytes.count - lengthAt - 4)
    var text = bytes.mutableSpan
    var block = text.mutableBytes
    block.storeBytes(of: length.littleEndian, toByteOffset: lengthAt, as: UInt32.self)
  }
}

/// The same alphabet for who writes many pieces at a time.
extension ByteWriter {
  mutating func byte(_ value: UInt8) { append(value) }

  mutating func number(_ value: Int) { append(varint: UInt64(bitPattern: Int64(value))) }

  mutating func fixed(_ value: UInt64) { append(littleEndian: value) }

  mutating func text(_ slice: ByteSlice, of source: borrowing [UInt8]) {
    number(slice.count)
    append(slice, of: source)
  }

  /// See `BinaryWriter.beginSection`.
  mutating func beginSection(_ tag: UInt8) -> Int {
    append(tag)
    for _ in 0..<4 { append(0) }
    return count - 4
  }

  mutating func endSection(_ lengthAt: Int) {
    overwrite(at: lengthAt, littleEndian: UInt32(truncatingIfNeeded: count - lengthAt - 4))
  }
}
