/// Permission to act once on an assignment: given to whoever asked first, for as long as the person is known.
package struct Grant: Keyed {
  /// The action map, at most 255 bytes.
  package let map: [UInt8]
  /// The assignment, at most 255 bytes.
  package let assignment: [UInt8]
  /// Who asked, and when.
  package var holder: Stamp

  package init(map: [UInt8], assignment: [UInt8], holder: Stamp) {
    self.map = map
    self.assignment = assignment
    self.holder = holder
  }

  package static func precedes(_ left: Self, _ right: Self) -> Bool {
    left.map == right.map
      ? left.assignment.lexicographicallyPrecedes(right.assignment)
      : left.map.lexicographicallyPrecedes(right.map)
  }

  /// Where two clusters had given it each before they met, the older stands.
  package mutating func merge(_ other: Self) { holder = min(holder, other.holder) }
}
