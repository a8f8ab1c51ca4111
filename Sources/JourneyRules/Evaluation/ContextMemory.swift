internal import JourneyModel

/// What the newest values of one fact came to: which keys they have and which criteria hold.
///
/// A hit compares the bytes, not only the digest, so that what is remembered never changes what is found.
struct ContextMemory {
  struct Slot {
    var digest: UInt64
    var value: [UInt8]
    var keys: [Int32]
    var criteria: [Int32]
  }

  /// Values that are remembered of one fact; a newer one takes the place of an older one with the same low digest bits.
  static let slotCount = 64
  /// Longer values are compared anew each time.
  static let maxValueBytes = 1_024

  var slots: [Slot?] = []

  /// The slot of a value; -1 if it is not remembered.
  func slot(_ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8]) -> Int {
    guard !slots.isEmpty else { return -1 }
    let at = Int(truncatingIfNeeded: digest) & (ContextMemory.slotCount - 1)
    guard let slot = slots[at], slot.digest == digest, slot.value.count == value.count,
      ByteSearch.equals(value, of: source, ByteSlice(offset: 0, length: slot.value.count), of: slot.value)
    else { return -1 }
    return at
  }
}

extension RuleEvaluator {
  /// Applies what is remembered of a value.
  ///
  /// - Returns: whether anything is.
  func recall(_ root: Int32, _ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8]) -> Bool {
    let at = memory[Int(root)].slot(digest, value, of: source)
    guard at >= 0, let slot = memory[Int(root)].slots[at] else { return false }
    for key in slot.keys { present[Int(key)] = stamp }
    for criterion in slot.criteria { hold(criterion) }
    return true
  }

  /// Remembers what the value that was just compared came to.
  func remember(_ root: Int32, _ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8]) {
    guard value.count <= ContextMemory.maxValueBytes else { return }
    if memory[Int(root)].slots.isEmpty {
      memory[Int(root)].slots = Array(repeating: nil, count: ContextMemory.slotCount)
    }
    var bytes: [UInt8] = []
    bytes.append(value, of: source)
    var keys: [Int32] = []
    var criteria: [Int32] = []
    for key in rules.roots[Int(root)].keys where present[Int(key)] == stamp {
      keys.append(key)
      for criterion in rules.keys[Int(key)].criteria where holding[Int(criterion)] == stamp {
        criteria.append(criterion)
      }
    }
    let at = Int(truncatingIfNeeded: digest) & (ContextMemory.slotCount - 1)
    memory[Int(root)].slots[at] = ContextMemory.Slot(digest: digest, value: bytes, keys: keys, criteria: criteria)
  }
}
