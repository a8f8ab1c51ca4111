internal import Evaluation
package import EventLog
package import JourneyModel
internal import JourneyRules
package import LaneStorage
package import Predictions
package import Sessionizer
package import WireFormat

/// One lane as a synchronous machine: batch in, records out. It never reads the clock and never touches a
/// log.
package final class LaneMachine {
  /// The lane's number.
  package let lane: LaneNumber
  /// The settings in force.
  package let settings: LaneSettings
  /// Sequence of the newest batch.
  package var sequence: BatchSequence = 0
  let configuration: String
  package let sessionizer: Sessionizer
  /// Values by id, for checkpoints: those that are not in `state` yet.
  package var byID: [SessionID: StoredValue] = [:]
  /// Ids with a value in `state` that must be taken back.
  var tombstones: Set<SessionID> = []
  var checkpoints = CheckpointQueue()
  let coldStore: (any ColdStore)?
  var residency: Residency

  /// Records of the newest batch that were read and rejected, by topic.
  package internal(set) var rejections = RejectionCounts()
  /// Snapshots of the newest batch that leave something out, because they would exceed `maxSnapshotBytes`.
  package private(set) var shortenedSnapshots = 0
  /// What rules gave with the events that were admitted last.
  package var derived: DerivedCounts {
    var counts = evaluation.counts
    counts.persons.add(persons)
    return counts
  }

  /// What became of persons in the newest batch.
  package var persons = PersonCounts()

  /// The batch's events by source.
  var usage = UsageCounter()

  /// What messages do; `nil` where lanes send each other nothing.
  let handler: (any MessageHandler)?
  package let outbox: MessageOutbox
  var messages: MessageWriter
  /// How far the messages of each lane are applied.
  package var receivedMessages: [LaneNumber: MessageMark] = [:]

  /// What the newest batch has learned from, where it is not written anywhere.
  package private(set) var examples: [ExampleRecord] = []

  /// Why a value could not be brought back while a batch was reduced: its result must not be used.
  package private(set) var loadFailure: LogError?

  /// Memory of the last batch's changes, for the next one.
  private var redoMemory: [UInt8] = []

  let evaluation: LaneEvaluation
  /// What the batch at hand has caused so far.
  var effects = Effects()
  private var encoder: SnapshotEncoder
  /// The definitions whose types are in force.
  private var adopted: CompiledBundle?
  private let snapshotHeaders: HeaderTemplate
  /// Who looks on.
  package var observer: (any LaneObserver)? {
    didSet { evaluation.observer = observer?.seesEvents ?? false ? observer : nil }
  }

  /// Creates an empty lane. `configuration` is the digest of the settings; without a cold store every session
  /// stays in memory.
  package init(
    lane: LaneNumber, settings: LaneSettings, configuration: String, coldStore: (any ColdStore)? = nil
  ) {
    self.lane = lane
    self.settings = settings
    self.configuration = configuration
    // What was never written to `state` could not leave memory.
    self.coldStore = settings.writesState ? coldStore : nil
    residency = Residency(isLimited: self.coldStore != nil)
    handler = settings.messaging?.makeHandler(lane)
    outbox = MessageOutbox(lane: lane)
    messages = MessageWriter(lane: lane)
    sessionizer = Sessionizer(settings: settings.sessions)
    encoder = SnapshotEncoder(
      settings: settings.sessions, names: settings.names, maxBytes: settings.maxSnapshotBytes,
      showsPersons: settings.findsPersons)
    evaluation = LaneEvaluation(lane: lane, group: settings.group, isLive: settings.writesState)
    sessionizer.evaluation = evaluation
    sessionizer.notesFolded = handler != nil
    sessionizer.notesOnlyTelling = handler?.isAboutPersons ?? false
    snapshotHeaders = HeaderTemplate(.sessions, group: settings.group, lane: lane)
  }

  /// Number of values held, in memory and in the cold store.
  package var sessionCount: Int { sessionizer.sessionCount }

  /// For each stream the earliest time at which a tick could change anything; none where no timer is set.
  package var nextTimers: StreamTimes { sessionizer.nextTimers }

  /// Reduces a batch and encodes what it changes.
  package func reduce(_ batch: LaneBatch, into records: inout OutputBatch) -> JournalRecord {
    var open = begin(batch, in: &records)
    _ = admit(batch, &open, into: &records)
    let touched = sessionizer.finish()
    for (index, value) in touched.enumerated() {
      if index.isMultiple(of: Sessionizer.prefetchedSessions) { sessionizer.prefetch(touched, from: index) }
      _ = encode(value, &open, into: &records)
    }
    return end(open, into: &records)
  }

  /// Begins a batch. It then takes events, once or several times, until what they have changed is encoded.
  package func begin(_ batch: LaneBatch, in records: inout OutputBatch) -> OpenBatch {
    sequence += 1
    rejections = RejectionCounts()
    shortenedSnapshots = 0
    usage = UsageCounter()
    persons = PersonCounts()
    outbox.begin(sequence: sequence)
    var journal = JournalRecord(
      lane: lane, partitions: settings.partitions, sequence: sequence, takenAt: batch.takenAt,
      configuration: configuration)
    journal.ticks = batch.tick
    journal.lost = batch.lost
    journal.isRecovered = batch.isRecovered
    journal.definitions = batch.definitions?.hash.description
    if batch.definitions?.predicts ?? false { journal.models = batch.models.name }
    // Taken out before it is emptied: docs/design/hot-path.md.
    var memory: [UInt8] = []
    swap(&memory, &redoMemory)
    return OpenBatch(
      journal: journal, digest: OutputDigest(behind: records),
      changes: StateChanges(memory: memory, keepsParts: settings.writesState),
      sessions: records.topicIndex(settings.topics.sessions))
  }

  /// Folds events into sessions and encodes what rules make of them. Tick and definitions of a batch are
  /// those of its first events.
  ///
  /// - Returns: what became of the records.
  package func admit(_ batch: LaneBatch, _ open: inout OpenBatch, into records: inout OutputBatch)
    -> BatchCounts
  {
    sessionizer.begin(takenAt: batch.takenAt)
    putInForce(batch)
    sessionizer.tick(to: batch.tick, into: &effects)
    fireDue(&records)
    let counts = reduceInputs(batch, &records, &open.journal)
    effects.write(to: &records, settings.topics, lane: lane)
    return counts
  }

  /// Puts a batch's definitions in force: their types for sessions, the rest for who evaluates.
  private func putInForce(_ batch: LaneBatch) {
    _ = adopt(batch.definitions)
    evaluation.begin(batch.definitions, batch.models, takenAt: batch.takenAt, encoder)
    sessionizer.evaluatesEvents = evaluation.isNeeded
  }

  /// Encodes one touched value: if it is a session its snapshot, and then the value, in one go, while its
  /// bytes are in the cache.
  ///
  /// - Returns: where the snapshot is among the records; `nil` if there is nothing to emit.
  package func encode(_ value: StoredValue, _ open: inout OpenBatch, into records: inout OutputBatch)
    -> ByteSlice?
  {
    if open.digest.isRun(records) { open.digest.cover(records) }
    open.touched += 1
    // Only sessions are emitted.
    let snapshot = value.session.flatMap { encodeSnapshot($0, open.sessions, &records) }
    collectExample(value)
    collectChange(value, open.journal.takenAt, &open.changes)
    return snapshot
  }

  /// What `encode` does but for the records: for a replay, of whose changes nobody is told.
  package func settle(_ value: StoredValue) {
    value.session?.news = []
    collectExample(value)
  }

  private func collectExample(_ value: StoredValue) {
    guard let session = value.session, session.isPredicted, session.lifecycle == .forgotten else { return }
    evaluation.collect(session)
  }

  /// Ends a batch whose changes are all settled.
  ///
  /// - Returns: what is learned from the sessions that it has forgotten.
  package func endSettled() -> [ExampleRecord] { evaluation.takeExamples() }

  /// Ends a batch whose changes are all encoded.
  package func end(_ open: consuming OpenBatch, into records: inout OutputBatch) -> JournalRecord {
    let collected = evaluation.takeExamples()
    for record in collected {
      let value = Compression.compress(record.bytes)
      records.append(settings.topics[.examples], partition: lane.partition, key: nil, value: value)
    }
    examples = settings.writesState ? [] : collected
    open.digest.cover(records)
    var journal = open.journal
    journal.outputs = open.digest.text
    journal.state = writeChanges(&open.changes, of: open.touched, journal.takenAt, &records)
    redoMemory = open.changes.memory
    for stream in JourneyModel.Stream.allCases {
      journal.highest[stream] = sessionizer.highest(stream)
    }
    journal.usage = usage.take()
    journal.received = receivedMessages
    journal.redoFrom = checkpoints.oldestSequence ?? sequence + 1
    records.append(settings.topics.journal, partition: lane.partition, key: nil, value: journal.encoded())
    return journal
  }

  /// Puts the session and event types of a batch's definitions in force.
  ///
  /// - Returns: whether sessions in the cold store have to be looked at: a timeout has changed.
  func adopt(_ definitions: CompiledBundle?) -> Bool {
    guard definitions !== adopted else { return false }
    adopted = definitions
    let types = SessionTypes.inForce(settings.sessions.types, definitions)
    let hasMoved = sessionizer.adopt(types)
    encoder = SnapshotEncoder(
      settings: sessionizer.settings, names: settings.names,
      eventTypes: EventTypeTable(definitions?.bundle.eventTypes ?? []),
      hiddenSegments: Set((definitions?.bundle.segments ?? []).filter { !$0.shouldDisplayToAgent }.map(\.id)),
      predicted: definitions?.bundle.predictedOutcomes.map(\.id) ?? [],
      maxBytes: settings.maxSnapshotBytes, showsPersons: settings.findsPersons)
    return hasMoved
  }

  private func encodeSnapshot(_ session: Session, _ topic: Int, _ records: inout OutputBatch) -> ByteSlice? {
    defer { session.news = [] }
    guard session.revision > session.emittedRevision || session.hasNewPerson else { return nil }
    if session.lifecycle == .merged {
      // Nobody has heard of a session that was opened and merged within one batch.
      guard session.emittedRevision > 0 else { return nil }
    } else if settings.snapshots.leavesOut(session) {
      return nil
    }
    session.emittedRevision = session.revision
    if session.hasNewPerson, let person = session.person { session.person?.emitted = person.revision }
    let keyStart = records.bytes.count
    session.id.appendText(to: &records.bytes)
    let valueStart = records.bytes.count
    if encoder.encode(session, to: &records.bytes) { shortenedSnapshots += 1 }
    let headerStart = records.bytes.count
    snapshotHeaders.append(session, to: &records.bytes)
    records.append(
      topic: topic, partition: lane.partition,
      key: ByteSlice(offset: keyStart, length: valueStart - keyStart),
      value: ByteSlice(offset: valueStart, length: headerStart - valueStart),
      headers: ByteSlice(offset: headerStart, length: records.bytes.count - headerStart))
    return ByteSlice(offset: valueStart, length: headerStart - valueStart)
  }

  /// Brings back what is away under a key's digest, in the middle of a batch: which values a message touches
  /// is known only when it is applied.
  package func bringBack(_ digest: UInt64) {
    guard sessionizer.evicted.contains(digest) else { return }
    var keys = [digest]
    do {
      try bringBack(&keys)
    } catch {
      loadFailure = loadFailure ?? error
    }
  }

  /// Encodes one session as a snapshot, for `replay` and queries.
  package func snapshot(_ session: Session, into bytes: inout [UInt8]) {
    encoder.encode(session, to: &bytes)
  }
}
