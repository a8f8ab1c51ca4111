package import JourneyModel
package import JourneyRules

/// What is remembered of a customer from one session to the next: actions that wait for a return. Never told.
package final class CustomerMemory: StoredValue {
  /// The actions that wait, and until when.
  package var rules = RuleState()
  package internal(set) var isForgotten = false

  package init(
    id: SessionID, stream: Stream, keyDigest: UInt64, key: [UInt8], identity: Session.Identity,
    first: EventTime
  ) {
    super.init(
      .customerMemory, id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity,
      first: first)
  }

  /// See `StoredValue.residentBytes`.
  var memoryBytes: Int { heldBytes + (rules.isEmpty ? 0 : rules.byteCount) }

  func drop() {
    isForgotten = true
    rules = RuleState()
  }
}
