internal import JourneyModel

/// What the newest values of session facts came to: which keys they have and which criteria hold.
///
/// A hit compares the bytes, not only the digest, so that what is remembered never changes what is
/// found. Flat arrays: docs/design/hot-path.md.
struct ContextMemory {
  struct Slot {
    var digest: UInt64 = 0
    var value = ByteSlice.empty
    /// Ranges of `numbers`.
    var keys: Range<Int> = 0..<0
    var criteria: Range<Int> = 0..<0
    var isFilled = false
  }

  /// Values that are remembered of one fact; a newer one takes the place of an older one with the same low
  /// digest bits.
  static let slotsOfARoot = 64
  /// Longer values are compared anew each time.
  static let maxValueBytes = 1_024
  /// With more than this, all is forgotten.
  static let maxBytes = 262_144

  var slots: [Slot]
  var bytes: [UInt8] = []
  var numbers: [Int32] = []

  init(roots: Int) { slots = Array(repeating: Slot(), count: roots * ContextMemory.slotsOfARoot) }

  /// Where a value of a root is remembered if it is.
  static func place(_ root: Int32, _ digest: UInt64) -> Int {
    Int(root) * slotsOfARoot + Int(truncatingIfNeeded: digest & UInt64(slotsOfARoot - 1))
  }

  func holds(_ place: Int, _ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8]) -> Bool {
    slots[place].isFilled && slots[place].digest == digest
      && ByteSearch.equals(value, of: source, slots[place].value, of: bytes)
  }

  mutating func forget() {
    for index in slots.indices { slots[index].isFilled = false }
    bytes.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
  }
}

extension RuleEvaluator {
  /// Applies what is remembered of a value.
  ///
  /// - Returns: whether anything is.
  func recall(_ root: Int32, _ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8]) -> Bool {
    let place = ContextMemory.place(root, digest)
    guard memory.holds(place, digest, value, of: source) else { return false }
    let slot = memory.slots[place]
    for index in slot.keys { present[Int(memory.numbers[index])] = stamp }
    for index in slot.criteria { hold(memory.numbers[index]) }
    return true
  }

  /// Remembers what the value that was just compared came to.
  func remember(_ root: Int32, _ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8]) {
    guard value.count <= ContextMemory.maxValueBytes else { return }
    let size = memory.bytes.count + value.count + memory.numbers.count * 4
    if size > ContextMemory.maxBytes { memory.forget() }
    var slot = ContextMemory.Slot(digest: digest, isFilled: true)
    slot.value = ByteSlice(offset: memory.bytes.count, length: value.count)
    memory.bytes.append(value, of: source)
    let firstKey = memory.numbers.count
    for key in rules.roots[Int(root)].keys where present[Int(key)] == stamp { memory.numbers.append(key) }
    slot.keys = firstKey..<memory.numbers.count
    for key in rules.roots[Int(root)].keys where present[Int(key)] == stamp {
      for criterion in rules.keys[Int(key)].criteria where holding[Int(criterion)] == stamp {
        memory.numbers.append(criterion)
      }
    }
    slot.criteria = slot.keys.upperBound..<memory.numbers.count
    memory.slots[ContextMemory.place(root, digest)] = slot
  }
}
