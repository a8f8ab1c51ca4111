internal import EventLog
internal import JourneyModel
internal import Predictions
internal import Processor
internal import Sessionizer
internal import WireFormat

/// The verification of one lane: extent of the journal, then batch by batch, then what a restore would give.
final class LaneVerifier {
  private let lane: LaneNumber
  private let settings: LaneSettings
  private let configuration: String
  private let reader: any PartitionReader
  private let patience: Duration
  private let bounds: [TopicPartition: PartitionBounds]
  private let compacted: Set<String>
  private let journal: PartitionCursor
  private let inputs: [PartitionCursor]
  private let decoder: InputDecoder
  private let definitions: DefinitionFeed
  private let models: ModelFeed
  /// Whether the inputs' cursors are where the next batch begins.
  private var isReading = false

  init(
    _ lane: LaneNumber, settings: LaneSettings, reader: any PartitionReader, patience: Duration,
    compacted: Set<String>, absent: Set<String>
  ) throws {
    self.lane = lane
    self.settings = settings
    self.reader = reader
    self.patience = patience
    self.compacted = compacted
    configuration = settings.digest
    decoder = try InputDecoder(settings)
    definitions = DefinitionFeed(
      reader: reader, topic: settings.topics.definitions, settings: settings.sessions.rules,
      patience: patience)
    models = ModelFeed(reader: reader, topic: settings.topics[.models], patience: patience)
    let topics = settings.topics
    let journalled = TopicPartition(topics.journal, lane: lane)
    // The journal's end first: whatever its batches wrote is below the ends that are asked for afterwards.
    var bounds = try reader.bounds([journalled])
    let others =
      topics.consumed.map { TopicPartition($0, lane: lane) }
      + OutputCatalog.standard.entries.flatMap { TopicMatchers.partitions(of: $0, lane, settings) }
    let present = others.filter { !absent.contains($0.topic) }
    bounds.merge(try reader.bounds(present.uniqued())) { first, _ in first }
    self.bounds = bounds
    func cursor(_ partition: TopicPartition) -> PartitionCursor {
      LaneVerifier.cursor(partition, bounds, reader, patience)
    }
    // Behind the journal's end: the bundles and models that it names are below.
    try definitions.refresh()
    if !absent.contains(topics[.models]) { try models.refresh() }
    journal = cursor(journalled)
    inputs = topics.consumed.map { cursor(TopicPartition($0, lane: lane)) }
  }

  private static func cursor(
    _ partition: TopicPartition, _ bounds: [TopicPartition: PartitionBounds], _ reader: any PartitionReader,
    _ patience: Duration
  ) -> PartitionCursor {
    let empty = PartitionBounds(earliest: NextOffset(0), end: NextOffset(0))
    return PartitionCursor(partition, bounds[partition] ?? empty, reader: reader, patience: patience)
  }

  private func cursor(_ topic: String, _ lane: LaneNumber) -> PartitionCursor {
    LaneVerifier.cursor(TopicPartition(topic, lane: lane), bounds, reader, patience)
  }

  func run(_ progress: (Verification.Progress) -> Void) throws -> LaneVerification {
    var result = LaneVerification(lane: lane)
    let extent = try JournalExtent(
      journal, lane: lane, settings: settings, configuration: configuration,
      inputs: Dictionary(uniqueKeysWithValues: inputs.map { ($0.partition.topic, $0.bounds) })
    ) { [definitions, models] record in
      if let hash = record.definitions, try definitions.bundle(hash) == nil {
        return "the definitions they were reduced under, bundle \(hash), are gone"
      }
      guard let name = record.models, try models.set(name) == nil else { return nil }
      return "the models they were scored under, set \(name), are gone"
    }
    result.journalled = extent.sequences
    result.lost = extent.lost
    guard let sequences = extent.sequences else {
      result.mismatch = extent.damage
      return result
    }
    do {
      let (stretch, base) = try stretch(extent, sequences, &result)
      try compare(sequences, stretch, base, extent, &result, progress)
      result.mismatch = extent.damage
    } catch let mismatch as VerificationMismatch {
      result.mismatch = mismatch
    }
    return result
  }

  /// The batches that can be reduced again, what they begin with, and the reasons why the others cannot.
  ///
  /// From the first batch if nothing prevents it; else from the earliest one before which the sessions are
  /// known, up to the last; if there is none, the first batches as far as the present rules hold.
  private func stretch(
    _ extent: JournalExtent, _ sequences: ClosedRange<BatchSequence>, _ result: inout LaneVerification
  ) throws -> (ClosedRange<BatchSequence>?, VerificationBase?) {
    var reasons: [LaneVerification.Unverifiable] = []
    var earliest: BatchSequence = 1
    if sequences.lowerBound > 1 {
      earliest = sequences.lowerBound + 1
      reasons.append(
        .init(
          sequences: sequences.lowerBound...sequences.lowerBound,
          reason: "the journal begins here, sequence \(sequences.lowerBound - 1) is no longer retained"))
    }
    if let lost = extent.notRetained {
      earliest = max(earliest, lost.sequence + 1)
      reasons.append(.init(sequences: sequences.lowerBound...lost.sequence, reason: lost.reason))
    }
    for segment in extent.segments where !segment.isPresent {
      earliest = max(earliest, segment.sequences.upperBound + 1)
      reasons.append(
        .init(
          sequences: segment.sequences,
          reason: segment.missing
            ?? "under configuration \(segment.configuration), reducer \(segment.reducer); present are \(configuration), \(JournalRecord.reducerVersion)"
        ))
    }
    if earliest == 1 { return (sequences, nil) }
    defer { result.unverifiable = reasons }
    if earliest <= sequences.upperBound, let base = try base(from: earliest, to: sequences.upperBound) {
      let before = max(earliest, sequences.lowerBound)
      if base.start > before {
        reasons.append(.init(sequences: before...base.start - 1, reason: LaneVerifier.unknownBefore))
      }
      return (base.start...sequences.upperBound, base)
    }
    // What comes before the first batch of other rules needs nothing that came before it.
    let first = extent.segments.first
    if let first, first.isPresent, first.sequences.lowerBound == 1, extent.notRetained == nil {
      let rest = first.sequences.upperBound + 1...max(sequences.upperBound, first.sequences.upperBound + 1)
      if earliest <= sequences.upperBound {
        reasons.append(.init(sequences: rest, reason: LaneVerifier.unknownBefore))
      }
      return (first.sequences, nil)
    }
    if earliest <= sequences.upperBound {
      reasons.append(.init(sequences: earliest...sequences.upperBound, reason: LaneVerifier.unknownBefore))
    }
    return (nil, nil)
  }

  private static let unknownBefore =
    "the sessions before them are not known: redo is no longer retained, or compaction has replaced values"

  private func base(from earliest: BatchSequence, to last: BatchSequence) throws -> VerificationBase? {
    let topics = settings.topics
    return try VerificationBase.find(
      VerificationBase.Sources(
        journal: cursor(topics.journal, lane), redo: cursor(topics.redo, lane),
        state: cursor(topics.state, lane), topics: topics, lane: lane, opened: opened(by:)),
      from: earliest, to: last)
  }

  /// The ids of the sessions that a batch's events open, if they open any.
  private func opened(by record: JournalRecord) throws -> Set<SessionID> {
    isReading = false
    defer { isReading = false }
    var ids: Set<SessionID> = []
    for input in try batch(record, at: 0).inputs {
      for event in input.batch.events where event.lane == lane {
        ids.insert(SessionID(opening: event, in: input.batch.bytes))
      }
    }
    return ids
  }

  // MARK: - Batch by batch

  private func matchers(isWhole: Bool, isFirst: Bool) -> TopicMatchers {
    TopicMatchers(
      lane: lane, settings: settings, compacted: compacted, isWhole: isWhole, isFirst: isFirst,
      cursor: cursor)
  }

  private func compare(
    _ sequences: ClosedRange<BatchSequence>, _ stretch: ClosedRange<BatchSequence>?,
    _ base: VerificationBase?,
    _ extent: JournalExtent, _ result: inout LaneVerification,
    _ progress: (Verification.Progress) -> Void
  ) throws {
    let machine = LaneMachine(lane: lane, settings: settings, configuration: configuration)
    let matchers = matchers(isWhole: base == nil, isFirst: sequences.lowerBound == 1)
    let held = HeldValues { [state = matchers.state] id in state.forget(id) }
    machine.observer = held
    if let base { machine.begin(base) }
    defer { matchers.note(&result) }
    var records = OutputBatch()
    var last: JournalRecord?
    while let stored = try journal.peek() {
      guard let record = try? JournalRecord(decoding: stored.value ?? []),
        record.sequence <= sequences.upperBound
      else { break }
      journal.advance()
      if let stretch, stretch.contains(record.sequence) {
        result.verified = stretch.lowerBound...record.sequence
        result.events += record.counts.read
        records.removeAll()
        try verify(record, at: stored.offset, machine, held, matchers, &records)
        last = record
      } else if try matchers.redo.check(digest: record.state, sequence: record.sequence) {
        for index in result.unverifiable.indices
        where result.unverifiable[index].sequences.contains(record.sequence) {
          result.unverifiable[index].digested += 1
          break
        }
      }
      progress(
        Verification.Progress(
          lane: lane, batches: sequences.lowerBound.distance(to: record.sequence) + 1, total: sequences.count)
      )
    }
    guard let last else { return }
    let isTail = last.sequence == sequences.upperBound && extent.damage == nil
    try finish(machine, held, matchers, last: last, isTail: isTail, &result)
  }

  private func verify(
    _ record: JournalRecord, at offset: Int64, _ machine: LaneMachine, _ held: HeldValues,
    _ matchers: TopicMatchers,
    _ records: inout OutputBatch
  ) throws {
    let again = machine.reduce(try batch(record, at: offset), into: &records)
    do {
      try matchers.expect(records, sequence: record.sequence)
      try matchers.state.advance(held, sequence: record.sequence)
    } catch var mismatch as VerificationMismatch {
      mismatch.note = LaneVerifier.agreement(record, again)
      throw mismatch
    }
    if let difference = LaneVerifier.difference(journal: record, again: again) {
      throw VerificationMismatch(
        lane: lane, sequence: record.sequence, topic: settings.topics.journal, partition: lane.partition,
        offset: offset, difference: difference, note: "all records of the batch are as re-reduced")
    }
  }

  /// The batch's input, read again.
  private func batch(_ record: JournalRecord, at offset: Int64) throws -> LaneBatch {
    var chunks: [RecordChunk] = []
    var positions: [String: Int64] = [:]
    for cursor in inputs {
      let topic = cursor.partition.topic
      guard let range = record.ranges[topic], range.upperBound <= cursor.bounds.end.value else {
        throw VerificationMismatch(
          lane: lane, sequence: record.sequence, topic: settings.topics.journal, partition: lane.partition,
          offset: offset,
          difference: record.ranges[topic].map {
            "the range of \(topic) ends at \($0.upperBound), beyond the partition's end \(cursor.bounds.end)"
          } ?? "there is no range of \(topic)")
      }
      positions[topic] = range.lowerBound
      if !isReading || record.lost[topic] != nil { cursor.seek(to: range.lowerBound) }
      guard !range.isEmpty else { continue }
      let chunk = try cursor.take(below: range.upperBound)
      if !chunk.entries.isEmpty { chunks.append(chunk) }
    }
    isReading = true
    return decoder.decode(
      LaneWork(
        lane: lane, takenAt: record.takenAt, chunks: chunks, positions: positions, lost: record.lost,
        tick: record.ticks, definitions: try definitions.bundle(of: record),
        models: try record.models.flatMap { try models.set($0) } ?? .empty))
  }

  /// The first member in which a journal record differs from the re-reduced one. `redoFrom` and the ranges
  /// are what the re-reduction went by; the former is checked by what a restore would give.
  private static func difference(journal: JournalRecord, again: JournalRecord) -> String? {
    func text(_ name: String, _ expected: String, _ found: String) -> String {
      "the journal's \(name) is \(found), re-reduced it is \(expected)"
    }
    if journal.outputs != again.outputs {
      return text("digest of outputs", again.outputs, journal.outputs)
    }
    if journal.state != again.state {
      return text("digest of state changes", again.state, journal.state)
    }
    if journal.counts != again.counts {
      return text("counts", "\(again.counts)", "\(journal.counts)")
    }
    // A journal of before has none.
    if !journal.usage.isEmpty, journal.usage != again.usage {
      return text("usage by source", "\(again.usage.counts)", "\(journal.usage.counts)")
    }
    for stream in JourneyModel.Stream.allCases where journal.highest[stream] != again.highest[stream] {
      return text(
        "watermark of \(stream.name)", again.highest[stream]?.iso8601 ?? "none",
        journal.highest[stream]?.iso8601 ?? "none")
    }
    if journal.received != again.received {
      return text("marks of messages", "\(again.received)", "\(journal.received)")
    }
    return nil
  }

  private static func agreement(_ journal: JournalRecord, _ again: JournalRecord) -> String {
    difference(journal: journal, again: again).map {
      "\($0): an input, the journal or the reducer has changed, or all are"
    } ?? "the journal agrees with what was re-reduced: this record was changed after it was written"
  }

  // MARK: - The end

  private func finish(
    _ machine: LaneMachine, _ held: HeldValues, _ matchers: TopicMatchers, last: JournalRecord, isTail: Bool,
    _ result: inout LaneVerification
  ) throws {
    let isQuiet = try isTail && !hasGoneOn()
    for matcher in matchers.records {
      try matcher.finish(sequence: last.sequence, isQuiet: isQuiet, reader: reader, patience: patience)
    }
    if isTail { try matchers.redo.finish(sequence: last.sequence, isQuiet: isQuiet) }
    try matchers.state.finish(sequence: last.sequence, isQuiet: isQuiet)
    guard isTail, let end = try matchers.state.end(isQuiet: isQuiet) else { return }
    let topics = settings.topics
    result.restored = try RestoreCheck(lane: lane, topics: topics).run(
      machine, held, state: cursor(topics.state, lane), below: end,
      redo: cursor(topics.redo, lane), redoFrom: last.redoFrom, sequence: last.sequence)
  }

  /// Whether the lane has committed anything after the captured end.
  private func hasGoneOn() throws -> Bool {
    guard let now = try reader.bounds([journal.partition])[journal.partition] else { return false }
    guard now.end > journal.bounds.end else { return false }
    let later = PartitionCursor(journal.partition, now, reader: reader, patience: patience)
    later.seek(to: journal.bounds.end.value)
    return try later.peek() != nil
  }
}

extension [TopicPartition] {
  /// Without repetitions, in order.
  fileprivate func uniqued() -> [TopicPartition] { Set(self).sorted() }
}
