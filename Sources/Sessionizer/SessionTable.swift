/// A lane's sessions by the digest of their key; those of one key are linked through `next`, and the table
/// holds the first.
///
/// Open addressing in one array, sixteen bytes a slot: `Dictionary` keeps keys and values apart, which is a
/// wait for memory more, and hashes what is a digest already.
struct SessionTable: ~Copyable {
  private struct Slot {
    var digest: UInt64
    var session: Session?
  }

  private static let fewest = 16

  private var slots: [Slot]
  private(set) var count = 0
  /// Digests are multiplied by it, and the highest bits of the product say where a session belongs. As with a
  /// dictionary it is another one in each process, for keys come from strangers: who does not know it cannot
  /// make them meet in one place. It decides nothing but the order of `heads`, in which another table should
  /// not be filled: they would all meet.
  private let multiplier: UInt64
  private var shift: UInt64

  init() {
    var seed = Hasher()
    seed.combine(0)
    multiplier = UInt64(bitPattern: Int64(seed.finalize())) | 1
    slots = Array(repeating: Slot(digest: 0, session: nil), count: SessionTable.fewest)
    shift = UInt64(64 - SessionTable.fewest.trailingZeroBitCount)
  }

  private func home(_ digest: UInt64) -> Int { Int(truncatingIfNeeded: (digest &* multiplier) >> shift) }

  /// Its slot, or the empty one where it would be.
  func slot(of digest: UInt64) -> Int {
    var index = home(digest)
    let mask = slots.count - 1
    while slots[index].session != nil, slots[index].digest != digest { index = (index + 1) & mask }
    return index
  }

  /// The first session of a key.
  subscript(digest: UInt64) -> Session? { slots[slot(of: digest)].session }

  /// Every key's first session, in no order.
  var heads: [Session] { slots.compactMap(\.session) }

  /// Sets the first session of its key.
  ///
  /// - Returns: the one before.
  mutating func update(_ session: Session, for digest: UInt64) -> Session? {
    // At three quarters full a search begins to take long.
    if (count + 1) * 4 > slots.count * 3 { grow() }
    let index = slot(of: digest)
    let before = slots[index].session
    if before == nil { count += 1 }
    slots[index] = Slot(digest: digest, session: session)
    return before
  }

  /// Forgets a key.
  mutating func remove(_ digest: UInt64) {
    let mask = slots.count - 1
    var hole = slot(of: digest)
    guard slots[hole].session != nil else { return }
    count -= 1
    slots[hole].session = nil
    // Those behind it move up, unless they are where they belong already: a search ends at the first empty
    // slot.
    var index = (hole + 1) & mask
    while slots[index].session != nil {
      if (index - home(slots[index].digest)) & mask >= (index - hole) & mask {
        slots.swapAt(index, hole)
        hole = index
      }
      index = (index + 1) & mask
    }
  }

  private mutating func grow() {
    var before = Array(repeating: Slot(digest: 0, session: nil), count: slots.count * 2)
    swap(&before, &slots)
    shift -= 1
    // Taken out, not copied: docs/design/hot-path.md.
    for index in before.indices {
      guard let session = before[index].session.take() else { continue }
      let digest = before[index].digest
      slots[slot(of: digest)] = Slot(digest: digest, session: session)
    }
  }
}

extension SessionTable {
  /// Reads the slot where a key's session belongs, for whoever asks for it soon.
  @inline(__always)
  func touch(_ digest: UInt64) -> Int { Int(truncatingIfNeeded: slots[home(digest)].digest) }

  /// What is read of the session in a slot; 0 without one. No reference to it is counted:
  /// docs/design/hot-path.md.
  @inline(__always)
  func touch(slot: Int, _ body: (borrowing Session) -> Int) -> Int {
    guard let session = slots[slot].session else { return 0 }
    return body(session)
  }
}
