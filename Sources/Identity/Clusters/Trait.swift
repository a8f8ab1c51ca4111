/// Something that is known of a person: a name, a number that is no identifier.
package struct Trait: Keyed {
  package let name: [UInt8]
  package var value: [UInt8]
  package var stamp: Stamp

  package init(_ name: [UInt8], _ value: [UInt8], _ stamp: Stamp) {
    self.name = name
    self.value = value
    self.stamp = stamp
  }

  package static func precedes(_ left: Self, _ right: Self) -> Bool {
    left.name.lexicographicallyPrecedes(right.name)
  }

  /// The newest is kept; of two with one stamp the greater value.
  package mutating func merge(_ other: Self) {
    let isNewer =
      stamp == other.stamp
      ? value.lexicographicallyPrecedes(other.value) : stamp < other.stamp
    if isNewer { self = other }
  }
}
