package import EventLog
package import JourneyModel
package import LaneStorage
internal import ProcessRuntime
package import Processor
internal import Sessionizer
internal import WireFormat

/// Brings a lane that refuses to start back to a state that it can start from, and says what that keeps and
/// what it cannot.
///
/// A lane refuses where its journal, its values and the group's offsets do not fit together: retention of an
/// older build took the journal away, a topic was lost or made anew, offsets were set by hand. Recovery takes
/// the values that are there, writes a journal record that says so (`recovered`), and commits it with the
/// offsets. Nothing is removed.
package struct LaneRecovery: Sendable {
  /// Where a lane's state comes from.
  package enum Source: String, Sendable {
    /// The lane's local file ends with the very offsets of the group: nothing is lost.
    case file
    /// `state`, and what is left of `redo`.
    case log
  }

  /// What is wrong with a lane and what can be done.
  package struct Plan: Sendable {
    /// The lane.
    package var lane: LaneNumber
    /// Why it does not start, as it says itself.
    package var reason: String
    /// Where its state comes from.
    package var source: Source
    /// Sessions that are kept.
    package var sessions: Int
    /// What cannot be kept, or not be known; empty if nothing is lost.
    package var losses: [String]
    /// Where reading goes on.
    package var positions: [TopicPartition: NextOffset]
    /// Input that is not there any more, and was not read.
    package var lost: [String: Range<Int64>]
  }

  /// Older than any value: with the record of a recovery everything goes to `state` that waits for it, as
  /// what it came from in `redo` may be gone.
  private static let atOnce = EventTime.Span(milliseconds: -100 * 365 * 86_400_000)

  private let settings: ProcessorSettings
  /// Digest of the settings in force.
  private let configuration: String
  private let log: any EventLog
  private let local: LocalStorage

  /// Creates a recovery of lanes of this group.
  package init(settings: ProcessorSettings, log: any EventLog, local: LocalStorage) {
    var settings = settings
    // Lost input is one of the things that it finds.
    settings.lostInput = .earliest
    settings.maxResidentBytes = .max
    configuration = settings.lanes.digest
    settings.lanes.checkpointAge = LaneRecovery.atOnce
    settings.lanes.maxCheckpointValues = .max
    self.settings = settings
    self.log = log
    var local = local
    local.coldStores = nil
    self.local = local
  }

  /// What is wrong with a lane; `nil` if it starts as it is. Writes nothing.
  package func plan(_ lane: LaneNumber) throws -> Plan? {
    let reader = try log.makeReader()
    defer { reader.close() }
    return try examine(lane, reader)?.plan
  }

  /// Recovers a lane, if it needs that. The producer's transaction carries the record and the offsets of the
  /// member that owns the lane.
  ///
  /// - Returns: what was done; `nil` if the lane starts as it is.
  func recover(
    _ lane: LaneNumber, at time: EventTime, with producer: any TransactionalProducer, group: any GroupMetadata
  ) throws -> Plan? {
    let reader = try log.makeReader()
    defer { reader.close() }
    guard let (plan, machine) = try examine(lane, reader) else { return nil }
    var records = OutputBatch()
    let positions = Dictionary(uniqueKeysWithValues: plan.positions.map { ($0.key.topic, $0.value.value) })
    let batch = LaneBatch(takenAt: time, inputs: [], positions: positions, lost: plan.lost, isRecovered: true)
    _ = machine.reduce(batch, into: &records)
    try CommitSequence(producer: producer, maxRetries: settings.maxRetries, onRetry: { _ in })
      .run(CommitPlan(records: [records], positions: plan.positions, group: group))
    return plan
  }

  private func examine(
    _ lane: LaneNumber, _ reader: any PartitionReader
  ) throws -> (plan: Plan, machine: LaneMachine)? {
    let topics = settings.lanes.topics
    let inputs = topics.consumed.map { TopicPartition($0, lane: lane) }
    let committed = try log.committedOffsets(group: settings.lanes.group, of: inputs)
    let restorer = LaneRestorer(
      settings: settings, configuration: configuration, reader: reader, log: log.name, local: local)
    do {
      _ = try restorer.restore(lane, committed: committed)
      return nil
    } catch let error as LogError where LaneRecovery.codes.contains(error.code) {
      return try state(lane, reader, restorer, committed, reason: error.message)
    }
  }

  /// What a lane says when it does not start because things do not fit together.
  static let codes: Set<String> = ["journalMissing", "journalDiffers", "redoNotRetained", "inputTruncated"]

  private func state(
    _ lane: LaneNumber, _ reader: any PartitionReader, _ restorer: LaneRestorer,
    _ committed: [TopicPartition: NextOffset?], reason: String
  ) throws -> (plan: Plan, machine: LaneMachine) {
    let topics = settings.lanes.topics
    let inputs = topics.consumed.map { TopicPartition($0, lane: lane) }
    let (journal, redo) = (
      TopicPartition(topics.journal, lane: lane), TopicPartition(topics.redo, lane: lane)
    )
    let bounds = try reader.bounds(inputs + [journal, redo, TopicPartition(topics.state, lane: lane)])
    var plan = Plan(
      lane: lane, reason: reason, source: .log, sessions: 0, losses: [], positions: [:], lost: [:])
    var offsets: [String: Int64] = [:]
    for input in inputs {
      guard let held = bounds[input] else { continue }
      let stored = (committed[input] ?? nil) ?? held.earliest
      // A topic that was made anew begins at its beginning.
      let position = stored > held.end ? held.earliest : max(stored, held.earliest)
      plan.positions[input] = position
      offsets[input.topic] = stored.value
      if stored < held.earliest { plan.lost[input.topic] = stored.value..<held.earliest.value }
      if stored > held.end {
        plan.losses.append(
          "\(input) ends at \(held.end), the group was at \(stored): it was made anew or cut; reading goes on at \(position)"
        )
      } else if stored < held.earliest {
        plan.losses.append(
          "\(input): \(held.earliest.value - stored.value) records were removed before they were read")
      }
    }
    if let found = try fromFile(lane, reader, bounds, offsets) {
      plan.source = .file
      plan.sessions = found.sessionCount
      return (plan, found)
    }
    let (machine, losses) = try fromLog(lane, restorer, bounds, offsets)
    plan.losses += losses
    plan.sessions = machine.sessionCount
    return (plan, machine)
  }

  /// The lane from its local file, if that ends where the group is.
  private func fromFile(
    _ lane: LaneNumber, _ reader: any PartitionReader, _ bounds: [TopicPartition: PartitionBounds],
    _ offsets: [String: Int64]
  ) throws -> LaneMachine? {
    guard let files = local.laneFiles, let endBytes = try lastRecord(of: lane, files) else { return nil }
    guard let end = try? JournalRecord(decoding: endBytes), end.partitions == settings.lanes.partitions,
      end.ranges.mapValues(\.upperBound) == offsets
    else { return nil }
    guard let source = try files.open(lane) else { return nil }
    defer { source.close() }
    let machine = LaneMachine(lane: lane, settings: settings.lanes, configuration: configuration)
    machine.memoryShare = .max
    let restorer = LaneFileRestorer(
      reader: reader, patience: settings.restorePatience,
      identity: LaneFileIdentity(settings.lanes, log: log.name, lane: lane), tail: end, tailBytes: endBytes,
      bounds: bounds)
    do {
      try restorer.restore(source, into: machine, RestoreProgress { _, _ in })
      return machine
    } catch is LaneFileDoubt {
      return nil
    }
  }

  /// The journal record that a lane's file ends with; `nil` if there is no file, or one that leaves a doubt.
  private func lastRecord(of lane: LaneNumber, _ files: any LaneFiles) throws -> [UInt8]? {
    do {
      guard let source = try files.open(lane) else { return nil }
      defer { source.close() }
      let file = LaneFileReader(source)
      _ = try file.readHead()
      return try file.readBody { _ in }
    } catch let error as LogError {
      throw error
    } catch {
      return nil
    }
  }

  /// The lane from `state` and what is left of `redo`.
  private func fromLog(
    _ lane: LaneNumber, _ restorer: LaneRestorer, _ bounds: [TopicPartition: PartitionBounds],
    _ offsets: [String: Int64]
  ) throws -> (LaneMachine, losses: [String]) {
    let topics = settings.lanes.topics
    let (journal, redo) = (
      TopicPartition(topics.journal, lane: lane), TopicPartition(topics.redo, lane: lane)
    )
    let known = try restorer.journalTail(journal, bounds[journal])?.record
    let left = try redoSequences(redo, bounds[redo], restorer)
    var losses: [String] = []
    // Behind everything that was ever written: each batch has a journal record, so its offsets count at least
    // as far.
    let sequence = max(
      known?.sequence ?? 0, left?.upperBound ?? 0, BatchSequence(Int(bounds[journal]?.end.value ?? 0)))
    var tail = JournalRecord(
      lane: lane, partitions: settings.lanes.partitions, sequence: sequence,
      takenAt: known?.takenAt ?? EventTime(milliseconds: 0), configuration: configuration)
    tail.highest = known?.highest ?? [:]
    tail.received = known?.received ?? [:]
    let needed = known?.redoFrom
    if let left {
      tail.redoFrom = needed.map { max($0, left.lowerBound) } ?? left.lowerBound
      if let needed, needed < left.lowerBound {
        losses.append(
          "changes of batches \(needed) to \(left.lowerBound - 1) that had not reached \(topics.state): \(redo) begins with batch \(left.lowerBound)"
        )
      } else if needed == nil, left.lowerBound > 1 {
        losses.append(
          "changes before batch \(left.lowerBound) that had not reached \(topics.state), if there were any: \(redo) begins there"
        )
      }
    } else {
      tail.redoFrom = sequence + 1
      if let needed, let known, needed <= known.sequence {
        losses.append(
          "changes of batches \(needed) to \(known.sequence) that had not reached \(topics.state): \(redo) is empty"
        )
      } else if known == nil {
        losses.append(
          "changes of the last minute before the end (checkpointAge) that had not reached \(topics.state), if there were any: \(redo) is empty"
        )
      }
    }
    if let known, known.ranges.mapValues(\.upperBound) != offsets {
      losses.append(
        "batches between journal and offsets: the journal's tail, batch \(known.sequence), ends elsewhere than the group is; events in between count as read"
      )
    }
    let machine = try restorer.emptyMachine(lane)
    // What is left of redo may begin in the middle, so its first sequence is what counts as needed.
    tail.redoFrom = try firstWhole(tail, redo, bounds[redo], restorer) ?? tail.redoFrom
    try restorer.restoreValues(into: machine, tail: tail, bounds: bounds, RestoreProgress { _, _ in })
    if known == nil {
      var highest: [JourneyModel.Stream: EventTime] = [:]
      for value in machine.sessionizer.allValues {
        highest[value.stream] = max(highest[value.stream] ?? value.last, value.last)
      }
      machine.sessionizer.restore(highest: highest)
      losses.append(
        "the watermarks: they follow the newest event of each stream that a kept session had, so events may be taken that would have been late"
      )
    }
    return (machine, losses)
  }

  /// The sequences that are left in redo.
  private func redoSequences(
    _ redo: TopicPartition, _ bounds: PartitionBounds?, _ restorer: LaneRestorer
  ) throws -> ClosedRange<BatchSequence>? {
    guard let bounds, bounds.earliest < bounds.end else { return nil }
    let search = RedoRecord.search(restorer.reader, redo, settings.restorePatience)
    guard let first = try search.first(from: bounds.earliest.value, to: bounds.end.value),
      let newest = try restorer.newestCommitted(redo, bounds)
    else { return nil }
    let last = try LogError.decoding(redo) { try LaneMachine.redoSequence(of: newest.bytes) }
    let lowest = BatchSequence(first.number)
    return lowest...max(lowest, last)
  }

  /// The first sequence at or after `redoFrom` that redo holds.
  private func firstWhole(
    _ tail: JournalRecord, _ redo: TopicPartition, _ bounds: PartitionBounds?, _ restorer: LaneRestorer
  ) throws -> BatchSequence? {
    guard let bounds, tail.redoFrom <= tail.sequence else { return nil }
    let search = RedoRecord.search(restorer.reader, redo, settings.restorePatience)
    let start = try search.start(reaching: tail.redoFrom.value, within: bounds)
    var found = try search.first(from: start.value, to: bounds.end.value)
    while let next = found, next.number < tail.redoFrom.value {
      found = try search.first(from: next.offset.value + 1, to: bounds.end.value)
    }
    return found.map { BatchSequence($0.number) } ?? tail.sequence + 1
  }
}
