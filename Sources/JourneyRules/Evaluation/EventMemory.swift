internal import JourneyModel

/// Which texts that rules wait for the newest values of event facts have: pages repeat from visitor to
/// visitor, and are looked through once.
///
/// As in `ContextMemory` a hit compares the bytes, not only the digest, so that what is remembered never
/// changes what is found. A value is kept when it comes for the second time: what never comes again costs no
/// copy.
struct EventMemory {
  struct Slot: BitwiseCopyable {
    /// Of the value and its root.
    var digest: UInt64 = 0
    /// Empty as long as the value has come once.
    var value = ByteSlice.empty
    /// Range of `hits`.
    var firstHit: Int32 = 0
    var endHit: Int32 = 0
  }

  /// A text that the value of a key has.
  struct Hit: BitwiseCopyable {
    var key: Int32
    var criterion: Int32
    var holds: Bool
  }

  /// Values that are remembered; a newer one takes the place of an older one with the same low digest bits.
  static let maxValues = 4_096
  /// Longer values are looked through each time.
  static let maxValueBytes = 1_024
  /// With more than this, all is forgotten.
  static let maxBytes = 262_144

  /// By root: whether its values are remembered.
  private let roots: [Bool]
  private var slots: [Slot]
  private var bytes: [UInt8] = []
  private var hits: [Hit] = []

  /// What a value is to its memory.
  enum Sight {
    /// Range of the hits.
    case known(Range<Int32>)
    /// It has come before: worth remembering.
    case seenOnce
    case new
  }

  /// A memory of the roots for which it is of use.
  init(roots: [Bool]) {
    self.roots = roots
    slots = Array(repeating: Slot(), count: roots.contains(true) ? EventMemory.maxValues : 0)
  }

  /// Looks a value up, and notes that it came.
  mutating func look(
    _ root: Int32, _ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8]
  ) -> Sight {
    // Texts have no digest.
    guard roots[Int(root)], digest != 0, value.count <= EventMemory.maxValueBytes else { return .new }
    let digest = EventMemory.mixed(digest, root)
    let place = EventMemory.place(digest)
    let slot = slots[place]
    guard slot.digest == digest else {
      slots[place] = Slot(digest: digest)
      return .new
    }
    guard !slot.value.isEmpty else { return .seenOnce }
    guard ByteSearch.equals(value, of: source, slot.value, of: bytes) else { return .new }
    return .known(slot.firstHit..<slot.endHit)
  }

  /// Remembers a value that was seen once, and which texts it has.
  ///
  /// - Returns: the range of the hits; `nil` if there are too many.
  mutating func remember(
    _ root: Int32, _ digest: UInt64, _ value: ByteSlice, of source: borrowing [UInt8], hits new: [Hit]
  ) -> Range<Int32>? {
    let size = value.count + new.count * MemoryLayout<Hit>.stride
    guard roots[Int(root)], size <= EventMemory.maxBytes else { return nil }
    if bytes.count + hits.count * MemoryLayout<Hit>.stride + size > EventMemory.maxBytes { forget() }
    let digest = EventMemory.mixed(digest, root)
    var slot = Slot(digest: digest)
    slot.value = ByteSlice(offset: bytes.count, length: value.count)
    bytes.append(value, of: source)
    slot.firstHit = Int32(hits.count)
    hits.append(contentsOf: new)
    slot.endHit = Int32(hits.count)
    slots[EventMemory.place(digest)] = slot
    return slot.firstHit..<slot.endHit
  }

  /// How many values are remembered.
  var count: Int { slots.count { !$0.value.isEmpty } }

  subscript(_ hit: Int32) -> Hit { hits[Int(hit)] }

  /// Equal bytes under two roots are two values.
  private static func mixed(_ digest: UInt64, _ root: Int32) -> UInt64 {
    digest ^ UInt64(truncatingIfNeeded: root + 1) &* 0x9e37_79b9_7f4a_7c15
  }

  private static func place(_ digest: UInt64) -> Int {
    Int(truncatingIfNeeded: digest & UInt64(EventMemory.maxValues - 1))
  }

  private mutating func forget() {
    for index in slots.indices { slots[index].value = .empty }
    bytes.removeAll(keepingCapacity: true)
    hits.removeAll(keepingCapacity: true)
  }
}
