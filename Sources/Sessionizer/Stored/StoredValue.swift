package import JourneyModel

/// One value of a lane: what is stored under one id, put away and brought back, restored and verified as a
/// whole.
///
/// A reference, because lane, timers and the batch's list of touched values share it; it is owned by one lane
/// and never crosses to another. Subclasses are the kinds; all are final. The members are here, and not
/// behind a protocol, because the lane's bookkeeping reads them for every event.
package class StoredValue {
  package final let kind: StoredKind
  package final let id: SessionID
  /// The stream whose timers are its own.
  package final let stream: Stream
  package final let keyDigest: UInt64
  /// What it is found by: for a session `Event.sessionKey`, for others by their kind's `keyPrefix`.
  package final let key: [UInt8]
  /// Type, customer and external id, as the first event had them; never rewritten.
  package final let identity: Session.Identity

  /// The earliest event time that it knows of.
  package final var first: EventTime
  /// The latest event time that it knows of.
  package final var last: EventTime
  /// Whether a value of it was written to the `state` topic, so that forgetting it needs a tombstone there.
  package final var isInState = false

  // Bookkeeping of the lane; not part of the value.
  final var timerEntry: EventTime?
  package final var isTouched = false
  /// What it was last counted with among the lane's memory, in bytes; 0 if it is not counted.
  package final var countedBytes = 0
  /// When it became clean, as a number that grows with each: its value is in `state` and nothing has changed
  /// since. 0 while it is not.
  package final var cleanSince = 0
  /// Whether its lane knows that its value has yet to go to `state`: it is known by its id, and waits for its
  /// checkpoint.
  package final var isWaiting = false

  init(
    _ kind: StoredKind, id: SessionID, stream: Stream, keyDigest: UInt64, key: [UInt8],
    identity: Session.Identity, first: EventTime
  ) {
    self.kind = kind
    self.id = id
    self.stream = stream
    self.keyDigest = keyDigest
    self.key = key
    self.identity = identity
    self.first = first
    last = first
  }
}
