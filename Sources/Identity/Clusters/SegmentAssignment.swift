package import JourneyModel

/// Whether a segment was given to a person from outside, and until when.
package struct SegmentAssignment: Keyed {
  package let segment: [UInt8]
  /// `false` if it was taken away: kept, so that an older assignment that arrives later does not return.
  package var isAssigned: Bool
  package var expires: EventTime?
  package var stamp: Stamp

  package init(_ segment: [UInt8], isAssigned: Bool, expires: EventTime?, _ stamp: Stamp) {
    self.segment = segment
    self.isAssigned = isAssigned
    self.expires = expires
    self.stamp = stamp
  }

  package static func precedes(_ left: Self, _ right: Self) -> Bool {
    left.segment.lexicographicallyPrecedes(right.segment)
  }

  /// The newest is kept; of two with one stamp the one that takes away, then the one that ends first.
  package mutating func merge(_ other: Self) {
    if stamp != other.stamp {
      if stamp < other.stamp { self = other }
    } else if isAssigned != other.isAssigned {
      if isAssigned { self = other }
    } else if (other.expires ?? .latest, other.expires == nil ? 1 : 0)
      < (expires ?? .latest, expires == nil ? 1 : 0)
    {
      self = other
    }
  }
}
