internal import Bytes
internal import JourneyModel

/// A run of raw bytes that C writes into and that becomes one array when a batch is complete: normally that
/// array's own memory, lent for the time of the batch; if a batch outgrows it, memory of its own.
///
/// Raw memory, because the field picker (C++) writes straight into it; whoever decodes reads it through
/// `base`.
struct ScratchArena: ~Copyable {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  var count = 0
  private var isOwner = true

  /// How many bytes are in the memory that was lent; 0 if they have outgrown it.
  var lentCount: Int { isOwner ? 0 : count }

  init() {
    capacity = 4_096
    base = .allocate(capacity: capacity)
  }

  deinit { if isOwner { base.deallocate() } }

  /// Starts anew in memory that is lent.
  mutating func lend(_ memory: UnsafeMutableBufferPointer<UInt8>) {
    guard let start = memory.baseAddress else { return }
    if isOwner { base.deallocate() }
    isOwner = false
    base = start
    capacity = memory.count
    count = 0
  }

  /// Ends the loan.
  ///
  /// - Returns: the bytes, if they have outgrown the memory that was lent; `nil` if they are there.
  mutating func giveBack() -> [UInt8]? {
    let bytes = isOwner ? Array(UnsafeBufferPointer(start: base, count: count)) : nil
    if isOwner { base.deallocate() }
    isOwner = true
    capacity = 4_096
    base = .allocate(capacity: capacity)
    count = 0
    return bytes
  }

  /// Most of the time there is room, and then it takes no call to find out.
  @inline(__always)
  mutating func reserve(_ extra: Int) {
    if count + extra > capacity { grow(extra) }
  }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    let grown = max(capacity * 2, count + extra)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
    moved.update(from: base, count: count)
    if isOwner { base.deallocate() }
    isOwner = true
    base = moved
    capacity = grown
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  /// Appends literal text: where its length is known a few stores, not a call.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    reserve(text.utf8CodeUnitCount)
    (base + count).update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    count += text.utf8CodeUnitCount
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).update(from: start, count: bytes.count)
    count += bytes.count
  }

  /// Appends a number as sixteen hexadecimal digits.
  mutating func append(hexadecimal number: UInt64) {
    reserve(16)
    let place = UnsafeMutableRawPointer(base + count)
    let (high, low) = (UInt32(truncatingIfNeeded: number >> 32), UInt32(truncatingIfNeeded: number))
    place.storeBytes(of: Hex.digits(high).bigEndian, as: UInt64.self)
    place.storeBytes(of: Hex.digits(low).bigEndian, toByteOffset: 8, as: UInt64.self)
    count += 16
  }

  /// Appends a time in the form that we write.
  mutating func append(_ time: EventTime) {
    reserve(EventTime.iso8601Length)
    var text = MutableSpan(_unsafeStart: base + count, count: EventTime.iso8601Length)
    time.writeISO8601(at: 0, in: &text)
    count += EventTime.iso8601Length
  }

  /// Appends bytes that already stand in the arena.
  @inline(__always)
  mutating func appendOwn(_ offset: Int, _ length: Int) {
    reserve(length)
    (base + count).update(from: base + offset, count: length)
    count += length
  }

  /// Appends text of the arena as the inside of a JSON string.
  mutating func appendEscapedOwn(_ offset: Int, _ length: Int) {
    reserve(length * 6)
    var index = offset
    let end = offset + length
    while index < end {
      // Most texts need no escape: eight bytes at a time, as long as there are eight without one.
      if end - index >= 8 {
        let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
        if !JSONText.needsEscape(eight: word) {
          UnsafeMutableRawPointer(base + count).storeBytes(of: word, as: UInt64.self)
          index += 8
          count += 8
          continue
        }
      }
      let byte = base[index]
      index += 1
      if byte >= 0x20, byte != 0x22, byte != 0x5c {
        base[count] = byte
        count += 1
      } else {
        appendEscape(byte)
      }
    }
  }

  /// Whether one of these bytes is 0.
  func hasNUL(_ offset: Int, _ length: Int) -> Bool {
    var index = offset
    let end = offset + length
    while end - index >= 8 {
      let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
      if JSONText.hasZero(word) { return true }
      index += 8
    }
    while index < end {
      if base[index] == 0 { return true }
      index += 1
    }
    return false
  }

  private mutating func appendEscape(_ byte: UInt8) {
    append(ASCII.backslash)
    if let letter = JSONText.escape(of: byte) { return append(letter) }
    append("u00")
    append(Hex.digit(byte >> 4))
    append(Hex.digit(byte))
  }
}
