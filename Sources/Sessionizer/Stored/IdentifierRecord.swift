package import Identity
package import JourneyModel

/// What a lane keeps of an identifier that names persons: its register. Never emitted.
package final class IdentifierRecord: StoredValue {
  /// The register; `nil` only while it is read.
  package var register: Register?
  /// When its register has something to do next, by event time; `nil` for never.
  package var due: EventTime?

  package init(
    id: SessionID, stream: Stream, keyDigest: UInt64, key: [UInt8], identity: Session.Identity,
    first: EventTime
  ) {
    super.init(
      .identifier, id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
  }

  /// Estimate of the memory that a register takes beside its cluster, in bytes.
  private static let registerBytes = 600

  /// See `StoredValue.residentBytes`.
  var memoryBytes: Int {
    heldBytes + IdentifierRecord.registerBytes + (register?.cluster.weight ?? 0)
      + 24 * (register?.watchers.count ?? 0) + 16 * (register?.partners.count ?? 0)
  }
}
