internal import JourneyModel

/// The values of a key's pivot criteria, all matched in one pass: of rules that wait for one text each, only
/// those whose text is there cost anything.
///
/// A class, built once and then only read: docs/design/hot-path.md.
final class KeyMatcher: Sendable {
  /// A criterion that has a text among its values.
  private struct Use: Sendable {
    var criterion: Int32
    var comparison: CompiledCriterion.Comparison
    /// Length of the text in bytes.
    var length: Int32
    /// Whether nothing remains to be compared where it is found.
    var isDecisive: Bool
  }

  /// Whether it looks at folded values: one criterion that ignores case makes all be found that way, as a
  /// second pass would cost more than to compare what the others are found in once more.
  let isFolded: Bool
  private let matcher: TextMatcher
  private let uses: [Use]
  /// Ranges of `uses`, by text.
  private let usesOfText: [Range<Int32>]

  /// A criterion with its values.
  struct Entry {
    var criterion: Int32
    var comparison: CompiledCriterion.Comparison
    var ignoresCase: Bool
    /// Folded if it ignores case.
    var values: [[UInt8]]
  }

  init(_ given: [Entry], _ folding: CaseFolding) {
    let isFolded = given.contains(where: \.ignoresCase)
    let entries = given.map { isFolded ? KeyMatcher.folded($0, folding) : $0 }
    var owners: [[UInt8]: Int] = [:]
    for entry in entries { for value in Set(entry.values) { owners[value, default: 0] += 1 } }
    var texts: [[UInt8]] = []
    var numbers: [[UInt8]: Int] = [:]
    var usesOf: [[Use]] = []
    for entry in entries {
      for value in entry.comparison == .containsAll ? KeyMatcher.rarest(entry.values, owners) : entry.values {
        let number = numbers[value] ?? texts.count
        if number == texts.count {
          numbers[value] = number
          texts.append(value)
          usesOf.append([])
        }
        let use = Use(
          criterion: entry.criterion, comparison: entry.comparison, length: Int32(value.count),
          isDecisive: entry.comparison != .containsAll && entry.ignoresCase == isFolded)
        usesOf[number].append(use)
      }
    }
    matcher = TextMatcher(texts)
    self.isFolded = isFolded
    var flat: [Use] = []
    usesOfText = usesOf.map { uses in
      flat += uses
      return Int32(flat.count - uses.count)..<Int32(flat.count)
    }
    uses = flat
  }

  /// A matcher of its own, for the same texts.
  init(copying other: KeyMatcher) {
    isFolded = other.isFolded
    matcher = TextMatcher(copying: other.matcher)
    uses = other.uses
    usesOfText = other.usesOfText
  }

  private static func folded(_ entry: Entry, _ folding: CaseFolding) -> Entry {
    var entry = entry
    entry.values = entry.values.map { value in
      var folded: [UInt8] = []
      folding.append(ByteSlice(offset: 0, length: value.count), of: value, to: &folded)
      return folded
    }
    return entry
  }

  /// Of several texts that all have to be there the one that the fewest criteria ask for; the others are
  /// compared when it is there.
  private static func rarest(_ values: [[UInt8]], _ owners: [[UInt8]: Int]) -> [[UInt8]] {
    let rarest = values.min { left, right in
      let (first, second) = (owners[left] ?? 0, owners[right] ?? 0)
      return first == second ? left.count > right.count : first < second
    }
    return rarest.map { [$0] } ?? []
  }

  /// A criterion that a value may satisfy.
  struct Hit: BitwiseCopyable {
    var criterion: Int32
    /// Whether it does; else that has to be compared still.
    var holds: Bool
  }

  /// Appends every criterion that the value may satisfy, some more than once.
  func scan(_ value: ByteSlice, of bytes: borrowing [UInt8], into hits: inout ScratchList<Hit>) {
    _ = matcher.scan(value, of: bytes, lowers: false) { note($0, $1, value.count, &hits) }
  }

  /// As `scan` of the folded value, without a folded copy.
  ///
  /// - Returns: whether it could: of a value that is more than ASCII nothing is appended.
  func scanLowering(
    _ value: ByteSlice, of bytes: borrowing [UInt8], into hits: inout ScratchList<Hit>
  ) -> Bool {
    let known = hits.count
    if matcher.scan(value, of: bytes, lowers: true, { note($0, $1, value.count, &hits) }) { return true }
    hits.truncate(to: known)
    return false
  }

  private func note(_ text: Int, _ end: Int, _ count: Int, _ hits: inout ScratchList<Hit>) {
    for index in usesOfText[text] {
      let use = uses[Int(index)]
      let isInPlace =
        switch use.comparison {
        case .equal: end == count && end == Int(use.length)
        case .startsWith: end == Int(use.length)
        case .endsWith: end == count
        default: true
        }
      if isInPlace { hits.append(Hit(criterion: use.criterion, holds: use.isDecisive)) }
    }
  }
}
