package import JourneyModel

/// An identifier that several people use: it stays a contact and joins nothing any more.
package struct SharedMark: Keyed {
  package let key: IdentifierKey
  /// When it was last found to be shared.
  package var time: EventTime

  package init(_ key: IdentifierKey, at time: EventTime) {
    self.key = key
    self.time = time
  }

  package static func precedes(_ left: Self, _ right: Self) -> Bool { left.key < right.key }

  package mutating func merge(_ other: Self) { time = max(time, other.time) }
}
