package import JourneyModel

/// Where an identifier's register is: what messages address.
package struct NodeRef: Sendable, Hashable, Comparable {
  package var key: IdentifierKey
  /// Follows from the identifier's value, and stays: the number of partitions does.
  package var lane: LaneNumber

  package init(_ key: IdentifierKey, lane: LaneNumber) {
    self.key = key
    self.lane = lane
  }

  /// By key.
  package static func < (left: Self, right: Self) -> Bool {
    left.key == right.key ? left.lane < right.lane : left.key < right.key
  }
}
