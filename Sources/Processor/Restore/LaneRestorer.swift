package import EventLog
package import JourneyModel
package import LaneStorage
package import ProcessRuntime
internal import Sessionizer
package import WireFormat

/// Brings a lane back from the log: values only, nothing is reduced again.
///
/// Order: the group's stable offsets first, then the high watermarks, then the records up to them. The other
/// way round, a commit between the two reads would restore a state that is newer than the positions.
package struct LaneRestorer {
  let settings: ProcessorSettings
  let configuration: String
  package let reader: any PartitionReader
  /// The log's name: a lane file of another log is not used.
  let log: String
  let local: LocalStorage
  /// Bytes that a lane's sessions may take in memory.
  let memoryShare: Int
  let report: (ProcessorEvent) -> Void

  package init(
    settings: ProcessorSettings, configuration: String, reader: any PartitionReader, log: String,
    local: LocalStorage = LocalStorage(), memoryShare: Int = .max,
    report: @escaping (ProcessorEvent) -> Void = { _ in }
  ) {
    self.settings = settings
    self.configuration = configuration
    self.reader = reader
    self.log = log
    self.local = local
    self.memoryShare = memoryShare
    self.report = report
  }

  /// A lane as restored, and the position of each of its inputs.
  package struct Restored {
    /// The lane; `nil` if the state that was kept is the newest.
    package var machine: LaneMachine?
    package var positions: [TopicPartition: NextOffset]
    /// What retention removed in front of the positions, by input topic; also where this group reads for the
    /// first time.
    package var lost: [String: Range<Int64>] = [:]
    /// The journal's newest record; `nil` if the lane has none.
    package var tail: JournalRecord?
    /// Where its state came from.
    package var source: RestoreReport.Source
  }

  /// - Parameters:
  ///   - committed: the group's stable offsets, read before this call.
  ///   - kept: the journal record of the last batch of a machine that is still in memory.
  package func restore(
    _ lane: LaneNumber, committed: [TopicPartition: NextOffset?], kept: JournalRecord? = nil
  ) throws -> Restored {
    let topics = settings.lanes.topics
    let inputs = topics.consumed.map { TopicPartition($0, lane: lane) }
    let internals = [topics.journal, topics.redo, topics.state].map { TopicPartition($0, lane: lane) }
    let bounds = try reader.bounds(inputs + internals)
    do {
      var restored = try restore(lane, committed: committed, kept: kept, bounds)
      for input in inputs {
        let earliest = bounds[input]?.earliest ?? NextOffset(0)
        let stored = committed[input] ?? nil
        restored.positions[input] = max(stored ?? earliest, earliest)
        let from = stored ?? NextOffset(0)
        if from < earliest { restored.lost[input.topic] = from.value..<earliest.value }
      }
      return restored
    } catch let error as LogError where error.code == LogError.offsetOutOfRange {
      // Retention may go on while a lane is read back. It takes nothing that is needed, but what was looked
      // at may be gone.
      let now = try reader.bounds(internals)
      guard internals.allSatisfy({ now[$0]?.earliest == bounds[$0]?.earliest }) else {
        throw LogError(.retry, code: "retentionMoved", error.message)
      }
      throw error
    }
  }

  private func restore(
    _ lane: LaneNumber, committed: [TopicPartition: NextOffset?], kept: JournalRecord?,
    _ bounds: [TopicPartition: PartitionBounds]
  ) throws -> Restored {
    let journal = TopicPartition(settings.lanes.topics.journal, lane: lane)
    let found = try journalTail(journal, bounds[journal])
    try check(lane, tail: found?.record, committed: committed, bounds: bounds)
    guard let (tail, tailBytes, _) = found else {
      return Restored(machine: try emptyMachine(lane), positions: [:], tail: nil, source: .nothing)
    }
    if let kept, kept == tail {
      return Restored(machine: nil, positions: [:], tail: tail, source: .memory)
    }
    let progress = RestoreProgress { read, of in report(.restoreProgress(lane: lane, read: read, of: of)) }
    if let machine = try restoreFile(lane, tail, tailBytes, bounds, progress) {
      return Restored(machine: machine, positions: [:], tail: tail, source: .file)
    }
    progress.reset()
    let machine = try emptyMachine(lane)
    var check = RedoCheck(TopicPartition(settings.lanes.topics.redo, lane: lane), tail: tail)
    try restoreValues(into: machine, tail: tail, bounds: bounds, progress) { try check.note($0) }
    if tail.redoFrom <= tail.sequence { try check.finish() }
    return Restored(machine: machine, positions: [:], tail: tail, source: .log)
  }

  package func emptyMachine(_ lane: LaneNumber) throws(LogError) -> LaneMachine {
    let machine = LaneMachine(
      lane: lane, settings: settings.lanes, configuration: configuration,
      coldStore: try local.coldStores?.makeStore(lane: lane))
    machine.memoryShare = memoryShare
    return machine
  }

  /// The newest journal record of a lane; `nil` if it has none.
  package func newestRecord(_ lane: LaneNumber) throws -> JournalRecord? {
    let journal = TopicPartition(settings.lanes.topics.journal, lane: lane)
    return try journalTail(journal, try reader.bounds([journal])[journal])?.record
  }

  /// Input of these lanes that was removed before the group had read it. Asked for again when a lane is
  /// restored, since retention goes on.
  package func lostInputs(
    _ lanes: [LaneNumber], committed: [TopicPartition: NextOffset?]
  ) throws -> [LostInput] {
    let inputs = lanes.flatMap { lane in settings.lanes.topics.consumed.map { TopicPartition($0, lane: lane) }
    }
    let bounds = try reader.bounds(inputs)
    var lost: [LostInput] = []
    var newest: [LaneNumber: EventTime?] = [:]
    for input in inputs {
      guard let bounds = bounds[input] else { continue }
      let stored = committed[input] ?? nil
      let from = stored ?? NextOffset(0)
      guard from < bounds.earliest else { continue }
      let since = try newest[input.lane] ?? newestRecord(input.lane)?.takenAt
      newest.updateValue(since, forKey: input.lane)
      lost.append(
        LostInput(
          partition: input, offsets: from.value..<bounds.earliest.value, since: since,
          until: try firstTime(input, bounds), isFirstRead: stored == nil))
    }
    return lost
  }

  /// When the first record that is left was written. `nil` if none is, or if nobody knows in time.
  private func firstTime(_ input: TopicPartition, _ bounds: PartitionBounds) throws -> EventTime? {
    guard bounds.earliest < bounds.end else { return nil }
    var first: Int64?
    do {
      let end = NextOffset(min(bounds.earliest.value + 64, bounds.end.value))
      try reader.read(input, from: bounds.earliest, to: end, patience: .seconds(1)) { chunk in
        first = chunk.entries.first?.timestamp
        return first == nil
      }
    } catch let error as LogError
      where error.reaction == .retry || error.code == LogError.offsetOutOfRange
    {
      return nil
    }
    return first.flatMap { $0 >= 0 ? EventTime(milliseconds: $0) : nil }
  }

  /// The lane from its file; `nil` if there is none, or one that leaves a doubt.
  private func restoreFile(
    _ lane: LaneNumber, _ tail: JournalRecord, _ tailBytes: [UInt8],
    _ bounds: [TopicPartition: PartitionBounds],
    _ progress: RestoreProgress
  ) throws -> LaneMachine? {
    guard let files = local.laneFiles else { return nil }
    do {
      guard let source = try files.open(lane) else { return nil }
      defer { source.close() }
      let machine = try emptyMachine(lane)
      let restorer = LaneFileRestorer(
        reader: reader, patience: settings.restorePatience,
        identity: LaneFileIdentity(settings.lanes, log: log, lane: lane), tail: tail, tailBytes: tailBytes,
        bounds: bounds)
      try restorer.restore(source, into: machine, progress)
      return machine
    } catch let error as LogError {
      throw error
    } catch let doubt as LaneFileDoubt {
      report(.laneFileIgnored(lane: lane, doubt))
    } catch {
      report(.laneFileIgnored(lane: lane, LaneFileDoubt(.unreadable, "\(error)")))
    }
    return nil
  }

  /// The newest committed journal record.
  package func journalTail(
    _ partition: TopicPartition, _ bounds: PartitionBounds?
  ) throws -> (record: JournalRecord, bytes: [UInt8], offset: RecordOffset)? {
    guard let newest = try newestCommitted(partition, bounds) else { return nil }
    let record = try LogError.decoding(partition) { try JournalRecord(decoding: newest.bytes) }
    return (record, newest.bytes, newest.offset)
  }

  /// The newest committed record with a value, at or below which no transaction is open.
  package func newestCommitted(
    _ partition: TopicPartition, _ bounds: PartitionBounds?
  ) throws -> (bytes: [UInt8], offset: RecordOffset)? {
    try reader.newestCommitted(partition, within: bounds, patience: settings.restorePatience)
  }

  /// Refuses to run on what does not fit together, with the numbers.
  private func check(
    _ lane: LaneNumber, tail: JournalRecord?, committed: [TopicPartition: NextOffset?],
    bounds: [TopicPartition: PartitionBounds]
  ) throws {
    for input in settings.lanes.topics.consumed.map({ TopicPartition($0, lane: lane) }) {
      let stored = committed[input] ?? nil
      let journalled = tail?.ranges[input.topic]?.upperBound
      if settings.lostInput == .stop, let stored, let bounds = bounds[input], stored < bounds.earliest {
        throw LogError.inputLost([
          LostInput(
            partition: input, offsets: stored.value..<bounds.earliest.value, since: tail?.takenAt, until: nil,
            isFirstRead: false)
        ])
      }
      if let stored, let bounds = bounds[input], stored > bounds.end {
        throw LogError(
          .fatal, code: "inputTruncated",
          "\(input): the group has offset \(stored), but the topic ends at \(bounds.end): it was made anew or truncated; 'sojourn recover' shows what can be kept"
        )
      }
      if tail == nil, let stored {
        throw LogError(
          .fatal, code: "journalMissing",
          "\(input): the group has offset \(stored), but lane \(lane) has no journal record; stop every run, then 'sojourn recover' shows what can be kept, and --apply goes on with it"
        )
      }
      // While persons were not looked for nobody read commands, and the journal did not name their topic.
      let isTakenUpAgain = input.topic == settings.lanes.topics.commands && journalled == nil
      if tail != nil, stored?.value != journalled, !isTakenUpAgain {
        throw LogError(
          .fatal, code: "journalDiffers",
          "\(input): the group's offset is \(stored.map(\.description) ?? "none"), the journal's tail says \(journalled.map(String.init) ?? "none"); 'sojourn recover' shows what can be kept"
        )
      }
    }
    if let tail, tail.partitions != settings.lanes.partitions {
      throw LogError(
        .fatal, code: "partitionCountChanged",
        "lane \(lane) was written with \(tail.partitions) partitions, the configuration says \(settings.lanes.partitions)"
      )
    }
  }

  package func restoreValues(
    into machine: LaneMachine, tail: JournalRecord, bounds: [TopicPartition: PartitionBounds],
    _ progress: RestoreProgress, noting redoRecord: ([UInt8]) throws -> Void = { _ in }
  ) throws {
    let topics = settings.lanes.topics
    let state = TopicPartition(topics.state, lane: machine.lane)
    let redo = TopicPartition(topics.redo, lane: machine.lane)
    let redoStart = try redoStart(redo, bounds[redo], tail)
    for (bounds, from) in [(bounds[state], bounds[state]?.earliest), (bounds[redo], redoStart)] {
      if let bounds, let from { progress.expect(Int(bounds.end.value - from.value)) }
    }
    var values = RestoredValues(into: machine)
    try read(state, bounds[state], from: bounds[state]?.earliest, progress) { chunk in
      for entry in chunk.entries {
        guard let key = chunk.copy(entry.key) else { continue }
        try values.applyState(key: key, value: chunk.copy(entry.value))
      }
    }
    var first: BatchSequence?
    try read(redo, bounds[redo], from: redoStart, progress) { chunk in
      for entry in chunk.entries {
        guard let value = chunk.copy(entry.value) else { continue }
        if first == nil {
          var head = BinaryReader(value)
          let sequence = try RedoRecord.sequence(&head)
          if sequence >= tail.redoFrom { first = sequence }
        }
        try redoRecord(value)
        try values.applyRedo(value, from: tail.redoFrom)
      }
    }
    if tail.redoFrom <= tail.sequence, first != tail.redoFrom {
      throw LogError(
        .fatal, code: "redoNotRetained",
        "\(redo): lane \(machine.lane) needs the values from batch \(tail.redoFrom) to \(tail.sequence), the oldest retained is of batch \(first.map(String.init) ?? "none"); 'sojourn recover' shows what can be kept"
      )
    }
    try machine.restore(values, tail: tail)
  }

  /// Where redo has to be read from.
  package func redoStart(
    _ redo: TopicPartition, _ bounds: PartitionBounds?, _ tail: JournalRecord
  ) throws -> NextOffset? {
    guard let bounds else { return nil }
    guard tail.redoFrom <= tail.sequence, bounds.earliest < bounds.end else { return bounds.end }
    return try RedoRecord.search(reader, redo, settings.restorePatience)
      .start(reaching: tail.redoFrom.value, within: bounds)
  }

  private func read(
    _ partition: TopicPartition, _ bounds: PartitionBounds?, from: NextOffset?, _ progress: RestoreProgress,
    _ body: (RecordChunk) throws -> Void
  ) throws {
    guard let bounds, let from, from < bounds.end else { return }
    var position = from
    try reader.read(partition, from: from, to: bounds.end, patience: settings.restorePatience) { chunk in
      try LogError.decoding(partition) { try body(chunk) }
      progress.advance(by: Int(chunk.next.value - position.value))
      position = max(position, chunk.next)
      return true
    }
    progress.advance(by: Int(bounds.end.value - position.value))
  }
}
