package import JourneyModel

/// An identifier whose person was erased: what is older is gone, wherever it still comes from.
package struct Erasure: Keyed {
  package let key: IdentifierKey
  /// What was said at this time or before is gone.
  package var time: EventTime
  /// The generation of what comes after.
  package var generation: Int

  package init(_ key: IdentifierKey, at time: EventTime, generation: Int) {
    self.key = key
    self.time = time
    self.generation = generation
  }

  package static func precedes(_ left: Self, _ right: Self) -> Bool { left.key < right.key }

  package mutating func merge(_ other: Self) {
    time = max(time, other.time)
    generation = max(generation, other.generation)
  }
}
