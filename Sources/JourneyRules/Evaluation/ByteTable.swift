internal import JourneyModel

/// Numbers by text, found by bytes: no string is made for an event.
///
/// Not copyable, since all lanes ask the same table with every event: docs/design/hot-path.md.
struct ByteTable: ~Copyable, Sendable {
  private struct Slot: Sendable {
    var name: ByteSlice
    var hash: UInt32
    var value: Int32
  }

  private var bytes: [UInt8] = []
  private var slots: [Slot?] = []
  private var count = 0

  var isEmpty: Bool { count == 0 }

  /// The same names in a table of their own.
  func copy() -> ByteTable {
    var table = ByteTable()
    table.bytes = bytes
    table.slots = slots
    table.count = count
    return table
  }

  /// The number of a name; -1 for an unknown one.
  func value(_ slice: ByteSlice, of source: borrowing [UInt8]) -> Int32 {
    guard count > 0 else { return -1 }
    let hash = ByteTable.hash(slice, of: source)
    var at = Int(hash) & (slots.count - 1)
    while let slot = slots[at] {
      if slot.hash == hash, ByteSearch.equals(slice, of: source, slot.name, of: bytes) { return slot.value }
      at = (at + 1) & (slots.count - 1)
    }
    return -1
  }

  /// The number of a name; the next free one for a new name.
  mutating func intern(_ name: [UInt8]) -> Int32 {
    let whole = ByteSlice(offset: 0, length: name.count)
    let known = value(whole, of: name)
    if known >= 0 { return known }
    if (count + 1) * 2 > slots.count { grow() }
    let kept = ByteSlice(offset: bytes.count, length: name.count)
    bytes.append(contentsOf: name)
    insert(Slot(name: kept, hash: ByteTable.hash(whole, of: name), value: Int32(count)))
    count += 1
    return Int32(count - 1)
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: nil, count: max(16, old.count * 2))
    for slot in old { if let slot { insert(slot) } }
  }

  private mutating func insert(_ slot: Slot) {
    var at = Int(slot.hash) & (slots.count - 1)
    while slots[at] != nil { at = (at + 1) & (slots.count - 1) }
    slots[at] = slot
  }

  /// FNV-1a. Where a name lands shows in no output, so no seed is needed; whose names are in it, the
  /// administrator says.
  private static func hash(_ slice: ByteSlice, of bytes: borrowing [UInt8]) -> UInt32 {
    let digest = FNV1a(of: slice, in: bytes).value
    return UInt32(truncatingIfNeeded: digest ^ digest >> 32)
  }
}
