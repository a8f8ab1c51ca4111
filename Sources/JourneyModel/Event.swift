/// One decoded event: fixed facts inline, everything else as slices of its batch's arena.
public struct Event: Sendable {
  /// The stream it came on.
  public var stream: Stream
  /// When it took place.
  public var time: EventTime
  /// The lane that owns its placement key.
  public var lane: LaneNumber
  /// Which input record it came from (index into the chunk).
  public var record: UInt32
  /// 64-bit digest of the event id, for the duplicates check.
  public var fingerprint: UInt64
  /// 64-bit digest of `sessionKey`.
  public var sessionKeyDigest: UInt64
  /// What sessions it can belong to: type, customer id type, customer id and, where there is one, the
  /// external or conversation id, separated by NUL bytes.
  public var sessionKey: ByteSlice
  /// Event id: as given, or the digest of the value bytes.
  public var id: ByteSlice
  /// Event name.
  public var name: ByteSlice
  /// Session type.
  public var sessionType: ByteSlice
  /// Customer id.
  public var customerID: ByteSlice
  /// Customer id type.
  public var customerIDType: ByteSlice
  /// External id of a custom session, or the conversation id.
  public var externalID: ByteSlice
  /// What decides the lane: the customer id, or the conversation id of the detail feed.
  public var placementKey: ByteSlice
  /// The entry for the journey map: one compact JSON object.
  public var mapEntry: ByteSlice
  /// Length in bytes of the entry's leading `{"id":…,"eventName":…,"createdDate":…`, which is what
  /// `lastEvent` shows.
  public var mapEntryHead: UInt32
  /// Range of its facts in the batch's `facts`.
  public var firstFact: UInt32
  /// One past its last fact.
  public var endFact: UInt32
  /// One past what it says of its customer, which is behind its facts: pairs of a trait's name and value.
  /// Equal to `endFact` for nearly every event, and wherever persons are not looked for.
  public var endTrait: UInt32
  /// Where a conversation is after it.
  public var phase: ConversationPhase
  /// Whether it counts as a page view (web) or screen view (app).
  public var isView: Bool
  /// Whether it says nothing but what became of an action: it opens no session, and its attributes are none
  /// of the session's.
  public var isReport: Bool

  /// Creates an event.
  public init(stream: Stream, time: EventTime) {
    self.stream = stream
    self.time = time
    lane = 0
    record = 0
    fingerprint = 0
    sessionKeyDigest = 0
    sessionKey = .empty
    id = .empty
    name = .empty
    sessionType = .empty
    customerID = .empty
    customerIDType = .empty
    externalID = .empty
    placementKey = .empty
    mapEntry = .empty
    mapEntryHead = 0
    firstFact = 0
    endFact = 0
    endTrait = 0
    phase = .none
    isView = false
    isReport = false
  }

  /// One fact of an event.
  public struct Fact: Sendable {
    /// 64-bit digest of the value, so that an unchanged fact is recognized without comparing bytes.
    public var digest: UInt64
    /// The value: compact JSON, or plain text for names.
    public var value: ByteSlice
    /// What it says.
    public var field: EventField

    /// Creates a fact.
    @inlinable
    public init(field: EventField, value: ByteSlice, digest: UInt64) {
      self.field = field
      self.value = value
      self.digest = digest
    }
  }
}
