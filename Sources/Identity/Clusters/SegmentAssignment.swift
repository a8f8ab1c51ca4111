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

  /// What names the assignment among all that were ever made: UUID version 5 of the segment and of what gave
  /// it. Who gives a segment that is held already makes another assignment.
  package var id: [UInt8] {
    var name = ContactID.namespace + segment
    name.append(0)
    name.append(contentsOf: String(stamp.time.milliseconds).utf8)
    name.append(0)
    name.append(contentsOf: stamp.id)
    name.reserveCapacity(name.count + UUIDVersion5.paddingBytes)
    let (high, low) = UUIDVersion5.halves(of: name)
    var text: [UInt8] = []
    text.reserveCapacity(SessionID.textLength)
    SessionID(high: high, low: low).appendText(to: &text)
    return text
  }

  /// Whether the person is in the segment at an event time: an assignment ends to the millisecond.
  package func stands(at time: EventTime) -> Bool {
    isAssigned && (expires.map { time < $0 } ?? true)
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
