/// A growing run of raw bytes that C writes into and that becomes one array when a batch is complete.
///
/// Raw memory, because the field picker (C++) writes straight into it; nothing else in the decoder touches pointers.
struct ScratchArena: ~Copyable {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  var count = 0

  init(capacity: Int) {
    self.capacity = max(capacity, 4_096)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  mutating func reserve(_ extra: Int) {
    guard count + extra > capacity else { return }
    let grown = max(capacity * 2, count + extra)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = grown
  }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  mutating func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).update(from: start, count: bytes.count)
    count += bytes.count
  }

  /// Appends bytes that already stand in the arena.
  mutating func appendOwn(_ offset: Int, _ length: Int) {
    reserve(length)
    (base + count).update(from: base + offset, count: length)
    count += length
  }

  /// Appends text of the arena as the inside of a JSON string.
  mutating func appendEscapedOwn(_ offset: Int, _ length: Int) {
    reserve(length * 6)
    for index in offset..<offset + length {
      let byte = base[index]
      if byte >= 0x20, byte != 0x22, byte != 0x5c {
        base[count] = byte
        count += 1
      } else {
        appendEscape(byte)
      }
    }
  }

  private mutating func appendEscape(_ byte: UInt8) {
    switch byte {
    case 0x22: append("\\\"")
    case 0x5c: append("\\\\")
    case 0x0a: append("\\n")
    case 0x0d: append("\\r")
    case 0x09: append("\\t")
    default:
      append("\\u00")
      append((byte >> 4) + 48)
      let low = byte & 0xf
      append(low < 10 ? low + 48 : low + 87)
    }
  }

  /// The bytes so far as an array.
  func array() -> [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
