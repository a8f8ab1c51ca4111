package import Identity
package import JourneyModel

/// What a lane keeps of a contact's id: which identifier stands for it. Never emitted.
package final class ContactRecord: StoredValue {
  /// The id's register; `nil` only while it is read.
  package var register: AliasRegister?

  package init(
    id: SessionID, stream: Stream, keyDigest: UInt64, key: [UInt8], identity: Session.Identity,
    first: EventTime
  ) {
    super.init(
      .contact, id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
  }

  /// See `StoredValue.residentBytes`.
  var memoryBytes: Int { heldBytes + 96 + (register?.contact.text.count ?? 0) }
}
