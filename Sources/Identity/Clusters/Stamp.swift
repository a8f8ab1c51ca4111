package import JourneyModel

/// When something was said, and by what: newer is what has the later time, at one time the greater id. The
/// order in which things arrive is no part of it.
package struct Stamp: Sendable, Hashable, Comparable {
  package var time: EventTime
  /// The event's or the command's id: at most 255 bytes.
  package var id: [UInt8]

  package init(_ time: EventTime, _ id: [UInt8]) {
    self.time = time
    self.id = id
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.time == right.time ? left.id.lexicographicallyPrecedes(right.id) : left.time < right.time
  }
}
