internal import JourneyModel

/// A derived event's id: UUID version 8, from the session and from whatever distinguishes the event from
/// others of it, so that a second run gives the same.
package struct DerivedEventID: Sendable, Hashable {
  /// The first eight bytes, big endian.
  package let high: UInt64
  /// The last eight bytes, big endian.
  package let low: UInt64

  /// Takes a hash of 128 bits, and marks it as version and variant want it.
  init(hash: (UInt64, UInt64)) {
    high = hash.0 & 0xffff_ffff_ffff_0fff | 0x8000
    low = hash.1 & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
  }

  /// Appends the canonical text, 36 bytes, lower case.
  package func appendText(to bytes: inout [UInt8]) { SessionID(high: high, low: low).appendText(to: &bytes) }

  /// Writes the canonical text over 36 bytes.
  package func writeText(at start: Int, in text: inout MutableSpan<UInt8>) {
    SessionID(high: high, low: low).writeText(at: start, in: &text)
  }
}
