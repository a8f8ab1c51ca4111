internal import EventLog
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// The sessions that a lane had before some batch, from `redo` and `state`: where a verification can begin
/// when it cannot begin at the first batch.
///
/// They are complete for a batch S if every session that a later batch changed was either opened later (the
/// event that opened it is among the inputs read again), or its value before S is known. It is, if a retained
/// redo record before S has it, or if `state` still has it: whatever no retained redo record before S touches
/// had reached `state` by then, as long as `redoFrom` of the batch before S is retained. Compaction may have
/// replaced it since; then S is the batch after the one that changed the session.
///
/// What has no revisions comes back under its old id after it was taken away, and nothing tells its values
/// apart. Its value before S is known only if a retained redo record has it, or if there was none: `state`
/// has nothing of it, and no retained redo record takes it away.
///
/// Memory: the sessions, an id for each session in the retained redo records, and a place for each record of
/// `state`.
struct VerificationBase {
  /// The first batch that can be reduced again.
  let start: BatchSequence
  /// The journal record before it.
  let before: JournalRecord
  /// The values before it.
  let values: [StoredValue]

  /// What a search reads.
  struct Sources {
    let journal: PartitionCursor
    let redo: PartitionCursor
    let state: PartitionCursor
    let topics: TopicNames
    let lane: LaneNumber
    /// Ids of the sessions that a batch's events open.
    let opened: (JournalRecord) throws -> Set<SessionID>
  }

  /// Finds the earliest batch from `earliest` on that can be begun with, up to the batch `last`.
  ///
  /// - Returns: `nil` if there is none.
  static func find(_ sources: Sources, from earliest: BatchSequence, to last: BatchSequence) throws
    -> VerificationBase?
  {
    let places = try StatePlaces(sources)
    guard let found = try start(sources, places, from: earliest, to: last) else { return nil }
    let values = try values(sources, places, before: found.sequence + 1)
    return VerificationBase(start: found.sequence + 1, before: found, values: values)
  }

  /// The first sequence of which all redo records are retained.
  private static func firstRedo(_ redo: PartitionCursor, _ lane: LaneNumber) throws -> BatchSequence {
    redo.seek(to: redo.bounds.earliest.value)
    if redo.bounds.earliest.value == 0 { return 1 }
    // The oldest record may be the rest of its batch.
    return try redo.peek().map { try changes($0, redo, lane).sequence + 1 } ?? BatchSequence(Int.max)
  }

  /// The journal record before the first batch that can be begun with.
  private static func start(
    _ sources: Sources, _ places: StatePlaces, from earliest: BatchSequence, to last: BatchSequence
  ) throws -> JournalRecord? {
    let first = try firstRedo(sources.redo, sources.lane)
    let deleted = try deleted(sources)
    var touched: Set<SessionID> = []
    var candidate: JournalRecord?
    var previous: JournalRecord?
    sources.journal.seek(to: sources.journal.bounds.earliest.value)
    while let stored = try sources.journal.peek() {
      guard let record = try? JournalRecord(decoding: stored.value ?? []), record.sequence <= last else {
        break
      }
      sources.journal.advance()
      if candidate == nil, let previous, record.sequence >= earliest, previous.redoFrom >= first {
        candidate = previous
      }
      var unknown: Set<SessionID> = []
      while let stored = try sources.redo.peek() {
        let changes = try changes(stored, sources.redo, sources.lane)
        guard changes.sequence <= record.sequence else { break }
        sources.redo.advance()
        guard changes.sequence >= first else { continue }
        for change in changes.changes where touched.insert(change.id).inserted {
          if candidate != nil, try !places.hold(change), try !places.isFirst(change, deleted: deleted) {
            unknown.insert(change.id)
          }
        }
      }
      if !unknown.isEmpty, try !unknown.isSubset(of: sources.opened(record)) { candidate = nil }
      previous = record
    }
    return candidate
  }

  /// Ids that some retained redo record takes away.
  private static func deleted(_ sources: Sources) throws -> Set<SessionID> {
    var ids: Set<SessionID> = []
    sources.redo.seek(to: sources.redo.bounds.earliest.value)
    while let stored = try sources.redo.peek() {
      for change in try changes(stored, sources.redo, sources.lane).changes where change.value == nil {
        ids.insert(change.id)
      }
      sources.redo.advance()
    }
    sources.redo.seek(to: sources.redo.bounds.earliest.value)
    return ids
  }

  /// The values as they were before a batch.
  private static func values(
    _ sources: Sources, _ places: StatePlaces, before start: BatchSequence
  ) throws -> [StoredValue] {
    var values: [SessionID: StoredValue] = [:]
    var touched: Set<SessionID> = []
    /// Of sessions that were not touched before: the first change afterwards.
    var later: [SessionID: RedoChanges.Change] = [:]
    let first = try firstRedo(sources.redo, sources.lane)
    while let stored = try sources.redo.peek() {
      sources.redo.advance()
      let changes = try changes(stored, sources.redo, sources.lane)
      guard changes.sequence >= first else { continue }
      for change in changes.changes {
        if changes.sequence < start {
          touched.insert(change.id)
          values[change.id] = try change.value.map { try StateCodec.decode($0) }
        } else if !touched.contains(change.id), later[change.id] == nil {
          later[change.id] = change
        }
      }
    }
    let offsets = try places.offsets(except: touched, changedLater: later)
    sources.state.seek(to: sources.state.bounds.earliest.value)
    while let stored = try sources.state.peek() {
      sources.state.advance()
      guard offsets.contains(stored.offset), let value = stored.value else { continue }
      let decoded = try StateCodec.decode(Compression.decompress(value))
      values[decoded.id] = decoded
    }
    // In order, because the machine that takes them over must not depend on a dictionary.
    return values.values.sorted { $0.id < $1.id }
  }

  private static func changes(
    _ record: StoredRecord, _ redo: PartitionCursor, _ lane: LaneNumber
  ) throws -> RedoChanges {
    do {
      return try RedoChanges(record.value ?? [])
    } catch {
      throw VerificationMismatch(
        lane: lane, sequence: 0, topic: redo.partition.topic, partition: lane.partition,
        offset: record.offset,
        difference: "the redo record is damaged: \(error)")
    }
  }
}

/// Where `state` holds which revision of which session.
struct StatePlaces {
  private struct Place {
    /// `nil` for a tombstone.
    var revision: Int?
    var hasRevisions = true
    var offset: Int64
  }

  private var places: [SessionID: [Place]] = [:]

  init(_ sources: VerificationBase.Sources) throws {
    let state = sources.state
    while let record = try state.peek() {
      state.advance()
      func damaged(_ difference: String) -> VerificationMismatch {
        VerificationMismatch(
          lane: sources.lane, sequence: 0, topic: sources.topics.state, partition: sources.lane.partition,
          offset: record.offset, difference: "\(RecordDifference.name(record.key)): \(difference)")
      }
      guard let id = record.key.flatMap({ SessionID(text: $0) }) else {
        throw damaged("the key is no session id")
      }
      var revision: Int?
      var hasRevisions = true
      if let value = record.value {
        do {
          let decoded = try StateCodec.decode(Compression.decompress(value))
          guard decoded.id == id else { throw damaged("the value is that of session \(decoded.id.text)") }
          revision = decoded.storedRevision
          hasRevisions = decoded.kind.hasRevisions
        } catch let error as CodecError {
          throw damaged("the value is damaged: \(error)")
        }
      }
      places[id, default: []].append(
        Place(revision: revision, hasRevisions: hasRevisions, offset: record.offset))
    }
  }

  /// Whether the value is here that a session had before this change.
  func hold(_ change: RedoChanges.Change) throws -> Bool { try place(before: change) != nil }

  /// Whether the change makes a value that has no revisions, and there was nothing before.
  func isFirst(_ change: RedoChanges.Change, deleted: Set<SessionID>) throws -> Bool {
    guard let value = change.value, places[change.id] == nil, !deleted.contains(change.id) else {
      return false
    }
    return try !StateCodec.decode(value).kind.hasRevisions
  }

  /// The records that hold the values of sessions that no redo record has.
  func offsets(except touched: Set<SessionID>, changedLater later: [SessionID: RedoChanges.Change]) throws
    -> Set<Int64>
  {
    var offsets: Set<Int64> = []
    for (id, known) in places where !touched.contains(id) {
      if let change = later[id] {
        if let offset = try place(before: change) { offsets.insert(offset) }
      } else if let newest = known.last, newest.revision != nil {
        offsets.insert(newest.offset)
      }
    }
    return offsets
  }

  /// Revisions never fall, so the value before a change is the newest with a smaller one. What rules count
  /// changes a value without a new revision: where one of the same is there, it may be the value before or
  /// the one after, and neither is taken.
  private func place(before change: RedoChanges.Change) throws -> Int64? {
    let limit = try change.value.map { try StateCodec.decode($0).storedRevision } ?? Int.max
    var newest: (revision: Int, offset: Int64)?
    for place in places[change.id] ?? [] {
      guard let revision = place.revision else { continue }
      if revision == limit || !place.hasRevisions { return nil }
      guard revision < limit, revision >= newest?.revision ?? 0 else { continue }
      newest = (revision, place.offset)
    }
    return newest?.offset
  }
}

extension LaneMachine {
  /// Takes over the values that there were before the next batch.
  func begin(_ base: VerificationBase) {
    sequence = base.before.sequence
    sessionizer.restore(highest: base.before.highest)
    receivedMessages = base.before.received
    for value in base.values {
      sessionizer.restore(value)
      byID[value.id] = value
      observer?.changed(value)
    }
  }
}
