package import JourneyModel

/// Some of the lanes, by number.
package struct LaneSet: Sendable, Hashable, CustomStringConvertible {
  /// Lanes that a text may name.
  package static let range: ClosedRange<LaneNumber> = 0...65_535

  package private(set) var numbers: Set<LaneNumber>

  package init(_ numbers: some Sequence<LaneNumber>) { self.numbers = Set(numbers) }

  /// Reads numbers and ranges with commas between them, such as `0-3,8`; `nil` for what is none, or names a
  /// lane twice.
  package init?(_ text: String) {
    var numbers: Set<LaneNumber> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(LaneSet.number)
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last
      else { return nil }
      for lane in first...last {
        guard numbers.insert(lane).inserted else { return nil }
      }
    }
    self.numbers = numbers
  }

  private static func number(_ text: Substring) -> LaneNumber? {
    var digits = text
    while digits.first == " " { digits.removeFirst() }
    while digits.last == " " { digits.removeLast() }
    guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int32(digits).map({ LaneNumber($0) }), range.contains(number)
    else { return nil }
    return number
  }

  package func contains(_ lane: LaneNumber) -> Bool { numbers.contains(lane) }

  package func union(_ other: LaneSet) -> LaneSet { LaneSet(numbers.union(other.numbers)) }
  package func intersection(_ other: LaneSet) -> LaneSet { LaneSet(numbers.intersection(other.numbers)) }
  package func subtracting(_ other: LaneSet) -> LaneSet { LaneSet(numbers.subtracting(other.numbers)) }
  package var isEmpty: Bool { numbers.isEmpty }

  /// As it is read: `0-3,8`.
  package var description: String {
    var parts: [ClosedRange<LaneNumber>] = []
    for lane in numbers.sorted() {
      if let last = parts.last, last.upperBound.distance(to: lane) == 1 {
        parts[parts.count - 1] = last.lowerBound...lane
      } else {
        parts.append(lane...lane)
      }
    }
    return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
