package import JourneyModel

/// What kind of message it is, and which forms of its payload a build reads.
package struct MessageKind: Sendable, Hashable {
  /// Is in the message; never given to another kind, also when a kind is given up.
  ///
  /// Taken: 1 `register`; 254 `ping` and 255 `pong`, the simulation's.
  package let number: UInt8
  /// Is in the record's headers, for people.
  package let name: String
  /// The forms of the payload that can be read; the newest is written.
  package let versions: ClosedRange<UInt8>

  /// Whether its records' keys begin with the lane that they are for, instead of being placed like a
  /// customer's id: for what is known by a digest alone.
  package let isAddressed: Bool

  package init(number: UInt8, name: String, versions: ClosedRange<UInt8>, isAddressed: Bool = false) {
    self.number = number
    self.name = name
    self.versions = versions
    self.isAddressed = isAddressed
  }

  /// Appends the key of a record for a lane: its number, most significant byte first, and what tells records
  /// apart.
  package static func append(lane: LaneNumber, _ name: [UInt8], to bytes: inout [UInt8]) {
    for place: Int32 in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: lane.value >> (24 - 8 * place))) }
    bytes.append(all: name)
  }

  /// The lane that a key begins with; `nil` if it is too short.
  package static func lane(ofKey key: ArraySlice<UInt8>) -> LaneNumber? {
    guard key.count >= 4 else { return nil }
    return LaneNumber(key.prefix(4).reduce(0) { $0 << 8 | Int32($1) })
  }
}
