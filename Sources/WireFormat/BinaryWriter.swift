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

  package mutating func fixed(_ value: UInt64) {
    // As bytes of a type: raw ones are appended by a path that asks for each.
    let word = InlineArray<1, UInt64>(repeating: value.littleEndian)
    word.span.withUnsafeBytes { raw in
      raw.withMemoryRebound(to: UInt8.self) { bytes.append(contentsOf: $0) }
    }
  }

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
