internal import Bytes

/// What the newest pages came to: they repeat from visitor to visitor, and are read once.
///
/// A hit compares the bytes, not only the digest, so that what is remembered never changes what is found. Two
/// pages with the same low bits have a place each. In the place of another one a page is kept when it comes
/// for the second time: what never comes again costs no copy.
struct PageMemory {
  private struct Slot {
    var digest: UInt64 = 0
    /// Empty as long as the page is not kept.
    var value = ByteSlice.empty
    /// `nil` for a page that names no path.
    var path: PagePath?
  }

  /// Pages that are remembered; a newer one takes the place of the one of two that was asked for longer ago.
  static let maxPages = 2_048
  /// Longer ones are read each time, in bytes.
  static let maxPageBytes = 512
  /// With more than this, all are forgotten.
  static let maxBytes = 262_144

  private var slots: [Slot] = Array(repeating: Slot(), count: maxPages)
  private var bytes: [UInt8] = []

  /// The first of the two places of a page: that of the one of them that was asked for last.
  private static func place(_ digest: UInt64) -> Int {
    2 * Int(truncatingIfNeeded: digest & UInt64(maxPages / 2 - 1))
  }

  /// Whether a page is remembered: then `path` is what it came to.
  mutating func knows(_ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8]) -> Bool {
    let place = PageMemory.place(digest)
    if slots[place].digest != digest {
      guard slots[place + 1].digest == digest else { return false }
      slots.swapAt(place, place + 1)
    }
    return !value.isEmpty && slots[place].value.length == value.length
      && value.equals(source, bytes, at: Int(slots[place].value.offset))
  }

  /// The path of a page that is remembered, and was asked for just now.
  func path(_ digest: UInt64) -> PagePath? { slots[PageMemory.place(digest)].path }

  /// Notes what a page came to that is not remembered, after it was asked for. One without a digest never is.
  mutating func note(_ path: PagePath?, _ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8]) {
    guard digest != 0, value.count <= PageMemory.maxPageBytes else { return }
    let place = PageMemory.place(digest)
    if slots[place].digest != digest {
      slots.swapAt(place, place + 1)
      let isFree = slots[place].digest == 0
      slots[place] = Slot(digest: digest)
      guard isFree else { return }
    }
    if bytes.count + value.count > PageMemory.maxBytes { forget() }
    slots[place].path = path
    slots[place].value = ByteSlice(offset: bytes.count, length: value.count)
    bytes.append(value, of: source)
  }

  private mutating func forget() {
    for index in slots.indices { slots[index].value = .empty }
    bytes.removeAll(keepingCapacity: true)
  }
}
