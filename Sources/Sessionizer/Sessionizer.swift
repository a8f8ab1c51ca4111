public import JourneyModel

/// One lane's sessions and the fold over its events: pure, synchronous, without a clock.
///
/// A batch is `begin`, `admit` for each event or `tick`, then `finish`, which hands over what was touched.
/// Time enters only as event time and as the wall-clock reading that the batch was journalled with.
public final class Sessionizer {
  /// The rules in force.
  public internal(set) var settings: SessionSettings
  var watermarks: [Watermark]
  /// Sessions by digest of their key; sessions of one key are linked through `next`.
  var sessions = SessionTable()
  /// Values that are no sessions.
  var indexes = StoredIndexes()
  /// Means nothing; see `prefetch`.
  var prefetched = 0
  /// Timers by stream, and final sessions that wait for the watermark to be forgotten.
  var timers: [TimerQueue]
  var forgettable: [TimerQueue]
  var touched: [StoredValue] = []
  /// Values that were forgotten or merged in this batch: its end releases them.
  package private(set) var goneCount = 0
  /// Bytes of their facts, attributes and maps.
  package private(set) var goneBytes = 0
  /// Sessions that events have opened since this was made; those that merged later count too.
  package internal(set) var openedCount = 0
  var takenAt = EventTime(milliseconds: 0)
  var types: TypeTable

  /// Keys whose sessions are held elsewhere; see `putAway`.
  package internal(set) var evicted = EvictedKeys()

  /// Who evaluates sessions.
  package var evaluation: (any SessionEvaluation)?
  /// Whether each event is shown to it, or only what ends by time.
  package var evaluatesEvents = false

  /// Whether somebody asks which session an event was folded into.
  package var notesFolded = false
  /// Whether only events are meant that may say something of persons: `Session.mayTell`.
  package var notesOnlyTelling = false
  /// The session that the newest applied event was folded into, where that is asked; `nil` if the event is
  /// none of those that are meant.
  package private(set) var folded: Session?
  /// Values of persons whose timers are due, with the time that they are due by: the lane takes them.
  var due: [(record: IdentifierRecord, time: EventTime)] = []

  /// Takes the values of persons whose timers are due, in the order in which they became so.
  package func takeDue() -> [(record: IdentifierRecord, time: EventTime)] {
    defer { due.removeAll(keepingCapacity: true) }
    return due
  }

  /// Whether timers of persons are due.
  package var hasDue: Bool { !due.isEmpty }

  /// Notes the session, or that it is not asked for: most events say nothing of persons, and then nothing is
  /// counted here.
  func note(folded session: Session, by event: borrowing Event) {
    if notesOnlyTelling ? session.mayTell(event) : true {
      folded = session
    } else if folded != nil {
      folded = nil
    }
  }

  /// Number of values in memory, ended sessions within lateness included.
  public internal(set) var residentCount = 0
  /// Number of values held, the evicted ones included.
  public var sessionCount: Int { residentCount + evicted.sessionCount }

  /// Creates an empty lane.
  public init(settings: SessionSettings) {
    self.settings = settings
    watermarks = Array(repeating: Watermark(), count: Stream.allCases.count)
    timers = Array(repeating: TimerQueue(), count: Stream.allCases.count)
    forgettable = Array(repeating: TimerQueue(), count: Stream.allCases.count)
    types = TypeTable(settings)
  }

  /// Starts a batch that was taken from the log at this wall-clock time.
  public func begin(takenAt: EventTime) {
    self.takenAt = takenAt
  }

  /// Ends the batch.
  ///
  /// - Returns: the touched values: merged sessions first, as they must be announced before their survivors,
  ///   the others in order of their first touch.
  package func finish() -> [StoredValue] {
    var result: [StoredValue] = []
    result.reserveCapacity(touched.count)
    for value in touched where value.isMerged { result.append(value) }
    for value in touched where !value.isMerged { result.append(value) }
    for value in touched { value.isTouched = false }
    touched.removeAll(keepingCapacity: true)
    goneCount = 0
    goneBytes = 0
    return result
  }

  /// The watermark of a stream: the highest admitted event time less `maxOutOfOrder`.
  public func watermark(_ stream: Stream) -> EventTime? {
    watermarks[Int(stream.rawValue)].time(maxOutOfOrder: settings.maxOutOfOrder)
  }

  /// Every value in memory, in no order; for restore checks and lane files.
  package var allValues: [StoredValue] { StoredKind.allCases.flatMap(all) }

  /// Every session in memory, in no order; for queries and the end of a replay.
  package var allSessions: [Session] {
    var result: [Session] = []
    for head in sessions.heads {
      var session: Session? = head
      while let current = session {
        result.append(current)
        session = current.next
      }
    }
    return result
  }

  /// Counts a change of a session.
  func touch(_ session: Session, _ news: Session.News) {
    session.revision += 1
    mark(session, news)
  }

  func mark(_ session: Session, _ news: Session.News) {
    session.news.formUnion(news)
    mark(session)
  }

  /// Notes that the batch has changed a value.
  func mark(_ value: StoredValue) {
    guard !value.isTouched else { return }
    value.isTouched = true
    touched.append(value)
  }

  func insert(_ session: Session) {
    session.next = sessions.update(session, for: session.keyDigest)
    residentCount += 1
  }

  func remove(_ session: Session) {
    guard let head = sessions[session.keyDigest] else { return }
    if head === session {
      if let next = session.next {
        _ = sessions.update(next, for: session.keyDigest)
      } else {
        sessions.remove(session.keyDigest)
      }
    } else {
      var previous = head
      while let current = previous.next {
        if current === session {
          previous.next = current.next
          break
        }
        previous = current
      }
    }
    session.next = nil
    residentCount -= 1
  }

  /// Counts one that is held no longer but by the batch.
  func countGone(_ value: StoredValue) {
    goneCount += 1
    goneBytes += value.goneBytes
  }

  /// The gap of a session that ends by inactivity; `nil` for one that does not.
  func gap(_ stream: Stream, type: ByteSlice, in bytes: borrowing [UInt8]) -> EventTime.Span? {
    switch stream.profile.ending {
    case .webGap: settings.webGap
    case .appGap: settings.appGap
    case .events: nil
    case .typeTimeout: types.timeout(of: type, in: bytes)
    }
  }

  /// The gap of a session; see above.
  package func gap(_ session: Session) -> EventTime.Span? {
    gap(session.stream, type: session.identity.type, in: session.identity.bytes)
  }
}
