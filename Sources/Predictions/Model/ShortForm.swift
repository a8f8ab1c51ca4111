internal import Bytes

/// Bytes of a bounded number, put together on the stack and appended as one block: byte by byte an array asks
/// each time whether it has room.
struct ShortForm: ~Copyable {
  /// The longest is that of a `FeatureState` at its bounds.
  static let maxBytes = 640

  private var bytes = InlineArray<640, UInt8>(repeating: 0)
  private(set) var count = 0

  mutating func append(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  /// A number of variable length, as `Varint` writes it.
  mutating func append(number: Int) {
    var rest = UInt64(number)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// A number of so many bytes, little endian.
  mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(fixed number: Number) {
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    raw.storeBytes(of: number.littleEndian, toByteOffset: count, as: Number.self)
    count += MemoryLayout<Number>.size
  }

  func write(to target: inout [UInt8]) { target.append(bytes.span.extracting(0..<count)) }
}
