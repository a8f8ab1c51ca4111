package import JourneyModel
package import JourneyRules
package import Predictions

/// One session's state.
package final class Session: StoredValue {
  /// Where a session is.
  ///
  ///     open ──timeout, end, limit──▶ ended ──lateness over──▶ final ──by watermark──▶ forgotten
  ///       ▲                            │  │                      │
  ///       └────── late event ──────────┘  └──bridged──▶ merged   │ (a tick's final only)
  ///       ▲                                                      │
  ///       └───────────────── late event ─────────────────────────┘
  package enum Lifecycle: UInt8, Sendable {
    case open = 0
    case ended = 1
    case final = 2
    case forgotten = 3
    case merged = 4
  }

  /// Why a session has ended.
  package enum EndReason: UInt8, Sendable {
    case none = 0
    case timeout = 1
    case conversationEnded = 2
    case maxDuration = 3
    case maxEvents = 4
    case maxBytes = 5

    /// The word in the snapshot.
    package var word: String {
      switch self {
      case .none: "none"
      case .timeout: "timeout"
      case .conversationEnded: "conversationEnded"
      case .maxDuration: "maxDuration"
      case .maxEvents: "maxEvents"
      case .maxBytes: "maxBytes"
      }
    }

    /// Whether a limit ended it, so that it takes no more events.
    package var isLimit: Bool { rawValue >= EndReason.maxDuration.rawValue }
  }

  package var eventCount = 0
  package var viewCount = 0
  /// Events taken while the newest event's minute was the newest: what `maxEventsPerMinute` bounds.
  package var minuteCount = 0
  package var lifecycle = Lifecycle.open
  package var endReason = EndReason.none
  package var mergedInto: SessionID?
  /// Counts changes: events, ends, merges. The same input gives the same revision however it is batched.
  package var revision = 0
  /// Revision of the newest snapshot that was emitted; 0 before the first.
  package var emittedRevision = 0

  package var facts = FactStore()
  package var map = JourneyMap()
  package var duplicates = DuplicateFilter()
  package var conversation = ConversationState()
  /// What rules have found in it.
  package var rules = RuleState()
  /// Who is behind it; `nil` where persons are not looked for, and until somebody is named.
  package var person: SessionPerson? {
    didSet { hasPerson = person != nil }
  }
  /// Whether anything is known of who is behind it. Kept, as it is asked of every event: to compare what is
  /// known with nothing copies all of it.
  package private(set) var hasPerson = false
  /// Whether its customer is known to have segments.
  package var showsSegments: Bool { person?.showsSegments ?? false }
  /// What its outcomes are predicted from; `nil` where none are.
  package var predictions: PredictionState?

  // Bookkeeping of the lane; not part of the value.
  var next: Session?
  package var news = News()
  /// Whether it was dropped because its person was erased: nothing of it may be shown.
  package internal(set) var isErased = false

  package init(
    id: SessionID, stream: Stream, keyDigest: UInt64, key: [UInt8], identity: Identity, first: EventTime
  ) {
    super.init(
      .session, id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
  }

  /// Bytes of facts, attributes, map and legs.
  package var byteCount: Int {
    facts.byteCount + map.byteCount + (stream.profile.isConversational ? conversation.legs.byteCount : 0)
  }

  /// Type, customer id type, customer id and external id in one run of bytes: the key's own, where it holds
  /// them one after the other, as it does for all but the conversations of the detail feed and what is
  /// remembered of customers.
  package struct Identity: Sendable, Equatable {
    package var bytes: [UInt8]
    package var type: ByteSlice
    package var customerIDType: ByteSlice
    package var customerID: ByteSlice
    package var externalID: ByteSlice
    /// Whether `bytes` are those of the session's key, and take no memory of their own.
    package let isInKey: Bool

    package init(_ event: borrowing Event, _ source: borrowing [UInt8], key: [UInt8]) {
      self.init(
        type: event.sessionType, customerIDType: event.customerIDType, customerID: event.customerID,
        externalID: event.externalID, of: source, key: key)
    }

    /// The same one for another key.
    package init(_ other: Identity, key: [UInt8]) {
      self.init(
        type: other.type, customerIDType: other.customerIDType, customerID: other.customerID,
        externalID: other.externalID, of: other.bytes, key: key)
    }

    /// An identity whose parts are in `source`.
    package init(
      type: ByteSlice, customerIDType: ByteSlice, customerID: ByteSlice, externalID: ByteSlice,
      of source: borrowing [UInt8], key: [UInt8]
    ) {
      var inKey = 0
      var isInKey = true
      // A key's parts are separated by NUL bytes.
      func find(_ slice: ByteSlice, _ source: borrowing [UInt8]) -> ByteSlice {
        let found = ByteSlice(offset: inKey, length: slice.count)
        if !slice.equals(source, key, at: inKey) { isInKey = false }
        inKey += slice.count
        if inKey < key.count, key[inKey] != 0 { isInKey = false }
        inKey += 1
        return found
      }
      self.type = find(type, source)
      self.customerIDType = find(customerIDType, source)
      self.customerID = find(customerID, source)
      self.externalID = externalID.isEmpty ? .empty : find(externalID, source)
      bytes = key
      self.isInKey = isInKey && inKey == key.count + 1
      guard !self.isInKey else { return }
      var bytes: [UInt8] = []
      func copy(_ slice: ByteSlice, _ source: borrowing [UInt8]) -> ByteSlice {
        let start = bytes.count
        bytes.append(slice, of: source)
        return ByteSlice(offset: start, length: slice.count)
      }
      bytes.reserveCapacity(type.count + customerIDType.count + customerID.count + externalID.count)
      self.type = copy(type, source)
      self.customerIDType = copy(customerIDType, source)
      self.customerID = copy(customerID, source)
      self.externalID = copy(externalID, source)
      self.bytes = bytes
    }

    /// The text of a slice.
    package func text(_ slice: ByteSlice) -> String {
      String(decoding: bytes[slice.indices], as: UTF8.self)
    }
  }
}
