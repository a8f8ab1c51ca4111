/// What kind of message it is, and which forms of its payload a build reads.
package struct MessageKind: Sendable, Hashable {
  /// Stands in the message; never given to another kind, also when a kind is given up.
  ///
  /// Taken: 254 `ping` and 255 `pong`, the simulation's.
  package let number: UInt8
  /// Stands in the record's headers, for people.
  package let name: String
  /// The forms of the payload that can be read; the newest is written.
  package let versions: ClosedRange<UInt8>

  package init(number: UInt8, name: String, versions: ClosedRange<UInt8>) {
    self.number = number
    self.name = name
    self.versions = versions
  }
}
