package import JourneyModel

/// Somebody is to be erased whose identifier has not come to this cluster yet: it is under way. When it
/// comes, so does the erasure of its whole contact.
package struct ErasureRequest: Keyed {
  package let key: IdentifierKey
  /// What was said at this time or before is to go.
  package var time: EventTime

  package init(_ key: IdentifierKey, at time: EventTime) {
    self.key = key
    self.time = time
  }

  package static func precedes(_ left: Self, _ right: Self) -> Bool { left.key < right.key }

  package mutating func merge(_ other: Self) { time = max(time, other.time) }
}
