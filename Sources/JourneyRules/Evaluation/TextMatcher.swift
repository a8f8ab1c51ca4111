internal import JourneyModel

/// Finds every one of many texts in one pass over a value.
///
/// Each text is known by a few bytes of it, chosen to be shared with as few others as can be. A pass looks
/// each window of the value up in a bit filter, and compares texts only where it says that one may be there.
/// Not an automaton: its table of all texts' prefixes does not fit the near caches, and to follow it byte by
/// byte took five times as long.
///
/// A class, built once and then only read: docs/design/hot-path.md.
final class TextMatcher: Sendable {
  /// Most bytes of a window; shorter texts have windows of their own length.
  private static let maxWindow = 4

  /// A text by the window that it is known by.
  private struct Entry: Sendable {
    var window: UInt32
    var text: Int32
    /// How many bytes of the text are before the window's end.
    var offset: Int32
    var next: Int32
  }

  /// By window hash: a bit for "may be known", and the first entry of those with the same hash.
  private let filter: [UInt64]
  private let first: [Int32]
  private let shift: UInt32
  private let entries: [Entry]
  /// Lengths of windows that texts are known by, at most `maxWindow` of them.
  private let widths: [Int]
  /// By byte: which of the widths have a window that ends with it, a bit each. The second table is for values
  /// that are to be lowered: upper-case letters end what lower-case ones do, and what is no ASCII has a bit
  /// of its own.
  private let ends: [UInt8]
  private let endsLowering: [UInt8]
  private static let notASCII: UInt8 = 0x80
  private let texts: [ByteSlice]
  private let bytes: [UInt8]

  /// Takes distinct texts, none of them empty.
  init(_ texts: [[UInt8]]) {
    let windows = TextMatcher.windows(texts)
    var bits: UInt32 = 10
    while bits < 20, texts.count * 64 > 1 << bits { bits += 1 }
    shift = 32 - bits
    var filter = [UInt64](repeating: 0, count: 1 << Int(bits - 6))
    var first = [Int32](repeating: -1, count: 1 << Int(bits))
    var entries: [Entry] = []
    var bytes: [UInt8] = []
    var slices: [ByteSlice] = []
    for (number, text) in texts.enumerated() {
      slices.append(ByteSlice(offset: bytes.count, length: text.count))
      bytes += text
      let (window, offset) = windows[number]
      let place = Int(TextMatcher.hash(window, shift))
      filter[place >> 6] |= 1 << UInt64(place & 63)
      entries.append(
        Entry(window: window, text: Int32(number), offset: Int32(offset), next: first[place]))
      first[place] = Int32(number)
    }
    self.filter = filter
    self.first = first
    self.entries = entries
    self.bytes = bytes
    self.texts = slices
    let widths = Set(texts.map { min($0.count, TextMatcher.maxWindow) }).sorted()
    var ends = [UInt8](repeating: 0, count: 256)
    for (number, text) in texts.enumerated() {
      let width = widths.firstIndex(of: min(text.count, TextMatcher.maxWindow)) ?? 0
      ends[Int(windows[number].window & 0xff)] |= 1 << UInt8(width)
    }
    self.widths = widths
    self.ends = ends
    endsLowering = (0...255).map { $0 < 0x80 ? ends[Int(TextMatcher.lowered($0))] : TextMatcher.notASCII }
  }

  /// A matcher of its own, for the same texts. The tables that a scan holds on to are copied as well:
  /// docs/design/hot-path.md.
  init(copying other: TextMatcher) {
    filter = other.filter
    first = other.first
    shift = other.shift
    entries = other.entries
    widths = other.widths
    ends = other.ends.map { $0 }
    endsLowering = other.endsLowering.map { $0 }
    texts = other.texts
    bytes = other.bytes
  }

  /// The window that each text is known by, and how many of its bytes are before the window's end: of all its
  /// windows the one that the fewest texts have, of those the last.
  private static func windows(_ texts: [[UInt8]]) -> [(window: UInt32, offset: Int)] {
    var owners: [UInt32: Int] = [:]
    for text in texts {
      for window in Set(all(text).map(\.window)) { owners[window, default: 0] += 1 }
    }
    return texts.map { text in
      var best = (window: UInt32(0), offset: 0, owners: Int.max)
      for (window, offset) in all(text) {
        let count = owners[window] ?? 0
        if count <= best.owners { best = (window, offset, count) }
      }
      return (best.window, best.offset)
    }
  }

  private static func all(_ text: [UInt8]) -> [(window: UInt32, offset: Int)] {
    let width = min(text.count, maxWindow)
    var window: UInt32 = 0
    var windows: [(UInt32, Int)] = []
    for (index, byte) in text.enumerated() {
      window = window << 8 | UInt32(byte)
      if index + 1 >= width { windows.append((masked(window, width), index + 1)) }
    }
    return windows
  }

  /// The last bytes of a window. What two widths have in common only costs a comparison.
  @inline(__always)
  private static func masked(_ window: UInt32, _ width: Int) -> UInt32 {
    width == maxWindow ? window : window & (1 << UInt32(8 * width) - 1)
  }

  @inline(__always)
  private static func hash(_ window: UInt32, _ shift: UInt32) -> UInt32 {
    (window &* 0x9e37_79b1) >> shift
  }

  /// Calls for every place at which a text is: the text's number, and how many bytes of the value are before
  /// its end.
  ///
  /// - Parameter lowers: whether upper-case letters count as lower-case ones; then the texts have to be
  ///   lower-case.
  /// - Returns: whether the value was looked at to its end: one that is to be lowered may be nothing but
  ///   ASCII.
  @inline(__always)
  func scan(
    _ value: ByteSlice, of source: borrowing [UInt8], lowers: Bool, _ found: (_ text: Int, _ end: Int) -> Void
  ) -> Bool {
    let table = lowers ? endsLowering : ends
    let start = Int(value.offset)
    let end = value.indices.upperBound
    var next = start
    while true {
      let index = TextMatcher.firstEnd(table, source, next, end)
      guard index < end else { return true }
      next = index + 1
      let mask = table[Int(source[index])]
      if mask & TextMatcher.notASCII != 0 { return false }
      for number in widths.indices where mask & (1 << UInt8(number)) != 0 {
        let width = widths[number]
        let first = index + 1 - width
        guard first >= start else { continue }
        var window: UInt32 = 0
        for place in first...index {
          window = window << 8 | UInt32(lowers ? TextMatcher.lowered(source[place]) : source[place])
        }
        let place = Int(TextMatcher.hash(window, shift))
        guard filter[place >> 6] & (1 << UInt64(place & 63)) != 0 else { continue }
        var at = self.first[place]
        while at >= 0 {
          let entry = entries[Int(at)]
          at = entry.next
          let text = texts[Int(entry.text)]
          let begin = index + 1 - Int(entry.offset)
          guard entry.window == window, min(text.count, TextMatcher.maxWindow) == width,
            begin >= start, begin + text.count <= end, matches(text, source, begin, lowers)
          else { continue }
          found(Int(entry.text), begin + text.count - start)
        }
      }
    }
  }

  /// The next byte that ends a window; most do not. By itself, so that the loop is a tight one.
  @inline(never)
  private static func firstEnd(
    _ table: borrowing [UInt8], _ source: borrowing [UInt8], _ start: Int, _ end: Int
  ) -> Int {
    precondition(table.count == 256 && start >= 0 && end <= source.count)
    let (table, source) = (table.span, source.span)
    var index = start
    while index < end, table[Int(source[index])] == 0 { index += 1 }
    return index
  }

  private func matches(_ text: ByteSlice, _ source: borrowing [UInt8], _ start: Int, _ lowers: Bool) -> Bool {
    var at = start
    for index in text.indices {
      if bytes[index] != (lowers ? TextMatcher.lowered(source[at]) : source[at]) { return false }
      at += 1
    }
    return true
  }

  @inline(__always)
  private static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
