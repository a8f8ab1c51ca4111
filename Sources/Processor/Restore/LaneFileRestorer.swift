package import EventLog
internal import JourneyModel
package import LaneStorage
package import ProcessRuntime
internal import Sessionizer
package import WireFormat

/// Brings a lane back from its file and from what redo says since.
///
/// Throws `LaneFileDoubt` for whatever is wrong with the file, `LogError` for what is wrong with the log. The
/// machine is worth nothing after either.
package struct LaneFileRestorer {
  /// After how many values the lane's share of memory is looked at.
  private static let interval = 256

  package let reader: any PartitionReader
  package let patience: Duration
  package let identity: LaneFileIdentity
  /// The journal's newest record, and its bytes as they are in the log.
  package let tail: JournalRecord
  package let tailBytes: [UInt8]
  package let bounds: [TopicPartition: PartitionBounds]

  /// Creates a restorer of one lane.
  package init(
    reader: any PartitionReader, patience: Duration, identity: LaneFileIdentity, tail: JournalRecord,
    tailBytes: [UInt8], bounds: [TopicPartition: PartitionBounds]
  ) {
    self.reader = reader
    self.patience = patience
    self.identity = identity
    self.tail = tail
    self.tailBytes = tailBytes
    self.bounds = bounds
  }

  /// Fills an empty machine.
  package func restore(_ source: any LaneFileSource, into machine: LaneMachine, _ progress: RestoreProgress)
    throws
  {
    let file = LaneFileReader(source)
    let (found, base) = try file.readHead()
    if let difference = identity.difference(from: found) { throw LaneFileDoubt(.foreign, difference) }
    guard base.sequence <= tail.sequence else { throw newer(base.sequence) }
    progress.expect(source.size)
    let overlay = try redo(after: base.sequence, progress)
    // Values for which the file says that `state` has no value. All others have one: what does not wait for
    // its checkpoint has had it.
    var absent: Set<SessionID> = []
    var queued: [SessionID: (sequence: BatchSequence, changedAt: EventTime)] = [:]
    var gone: Set<SessionID> = []
    var position = source.position
    var unchecked = 0
    progress.advance(by: position)
    let endBytes = try file.readBody { item in
      switch item {
      case .value(let value, let isWaiting):
        guard overlay.entries[value.id] == nil else { break }
        if !value.isInState { absent.insert(value.id) }
        value.isInState = true
        try machine.adopt(value, isWaiting: isWaiting || absent.contains(value.id))
        unchecked += 1
        if unchecked == LaneFileRestorer.interval {
          unchecked = 0
          try machine.evict()
        }
      case .queued(let id, let sequence, let changedAt): queued[id] = (sequence, changedAt)
      case .tombstone(let id): gone.insert(id)
      }
      if source.position > position {
        progress.advance(by: source.position - position)
        position = source.position
      }
    }
    let end = try file.journal(endBytes)
    try checkEnd(end, endBytes, base)

    var pending: [LaneMachine.PendingCheckpoint] = []
    // What has waited since before `redoFrom` may have been written by another owner, or may not: each counts
    // from the change that it knows of first, and one that came back from the log knows only the latest. So
    // all of it waits on, at the price of writing some values twice; and only a file of the very last batch
    // can say what `state` lacks. Nothing waits where the tail says that nothing does.
    for (id, entry) in queued where tail.redoFrom <= tail.sequence {
      pending.append(
        .init(
          id: id, sequence: max(entry.sequence, tail.redoFrom), changedAt: entry.changedAt,
          isGone: gone.contains(id)))
      if end.sequence == tail.sequence, absent.contains(id) { machine.byID[id]?.isInState = false }
    }
    for (id, entry) in overlay.entries.sorted(by: { $0.key < $1.key }) {
      if let value = entry.value {
        // Perhaps it was written in between: a tombstone too many does no harm, one too few would.
        value.isInState = true
        try machine.adopt(value, isWaiting: true)
      }
      guard entry.sequence > end.sequence, entry.sequence >= tail.redoFrom else { continue }
      if queued[id] != nil, tail.redoFrom <= tail.sequence {
        if entry.value == nil { gone.insert(id) }
        continue
      }
      pending.append(
        .init(id: id, sequence: entry.sequence, changedAt: tail.takenAt, isGone: entry.value == nil))
    }
    for index in pending.indices where gone.contains(pending[index].id) { pending[index].isGone = true }
    try machine.adopt(pending, tail: tail)
  }

  private func newer(_ sequence: BatchSequence) -> LaneFileDoubt {
    LaneFileDoubt(
      .newerThanLog, "it is of batch \(sequence), the log's journal ends with batch \(tail.sequence)")
  }

  /// What was touched after the file was begun.
  private func redo(after base: BatchSequence, _ progress: RestoreProgress) throws -> RedoOverlay {
    var overlay = RedoOverlay()
    guard base < tail.sequence else { return overlay }
    let partition = TopicPartition(identity.redo, lane: identity.lane)
    guard let bounds = bounds[partition] else { return overlay }
    let start = try RedoRecord.search(reader, partition, patience).start(
      reaching: base.value + 1, within: bounds)
    let count = Int(bounds.end.value - start.value)
    progress.expect(count)
    var position = start
    var check = RedoCheck(partition, tail: tail)
    if start < bounds.end {
      try reader.read(partition, from: start, to: bounds.end, patience: patience) { chunk in
        for entry in chunk.entries {
          guard let value = chunk.copy(entry.value) else { continue }
          try LogError.decoding(partition) {
            try check.note(value)
            try overlay.apply(value, from: base + 1)
          }
        }
        progress.advance(by: Int(chunk.next.value - position.value))
        position = chunk.next
        return true
      }
    }
    progress.advance(by: Int(bounds.end.value - position.value))
    // Where retention has removed something, the first record has to show that it was not what is needed.
    if start == bounds.earliest, bounds.earliest.value > 0, overlay.first.map({ $0 > base + 1 }) ?? true {
      throw LaneFileDoubt(
        .stale,
        "it is of batch \(base), of what came after \(partition) begins with batch \(overlay.first.map(String.init) ?? "none")"
      )
    }
    // Retention may have taken the first records of a batch and left its last.
    guard check.holds else {
      throw LaneFileDoubt(
        .stale, "it is of batch \(base), and \(partition) no longer holds all that came after")
    }
    return overlay
  }

  /// The log's journal has to have the very record that the file ends with.
  private func checkEnd(_ end: JournalRecord, _ bytes: [UInt8], _ base: JournalRecord) throws {
    guard end.sequence <= tail.sequence else { throw newer(end.sequence) }
    guard end.sequence >= base.sequence else {
      throw LaneFileDoubt(
        .damaged, "it begins with batch \(base.sequence) and ends with batch \(end.sequence)")
    }
    let logged = end.sequence == tail.sequence ? tailBytes : try journalRecord(end.sequence)
    guard let logged else {
      throw LaneFileDoubt(.stale, "\(identity.journal) no longer holds batch \(end.sequence)")
    }
    guard logged == bytes else {
      throw LaneFileDoubt(.differsFromLog, "\(identity.journal) has another record of batch \(end.sequence)")
    }
  }

  private func journalRecord(_ sequence: BatchSequence) throws -> [UInt8]? {
    let partition = TopicPartition(identity.journal, lane: identity.lane)
    guard let bounds = bounds[partition] else { return nil }
    let search = PartitionSearch(reader: reader, partition: partition, patience: patience) { chunk, value in
      try LogError.decoding(partition) {
        try JournalRecord(decoding: Array(chunk.bytes[value.indices])).sequence.value
      }
    }
    let start = try search.start(reaching: sequence.value, within: bounds)
    var found: [UInt8]?
    guard start < bounds.end else { return nil }
    let until = min(start.value + PartitionSearch.shortest, bounds.end.value)
    try reader.read(partition, from: start, to: NextOffset(until), patience: patience) { chunk in
      for entry in chunk.entries {
        guard let value = chunk.copy(entry.value) else { continue }
        let record = try LogError.decoding(partition) { try JournalRecord(decoding: value) }
        if record.sequence == sequence { found = value }
        if record.sequence >= sequence { return false }
      }
      return true
    }
    return found
  }
}

extension RedoRecord {
  /// A search by sequence.
  package static func search(
    _ reader: any PartitionReader, _ partition: TopicPartition, _ patience: Duration
  ) -> PartitionSearch {
    PartitionSearch(reader: reader, partition: partition, patience: patience) { chunk, value in
      var head = BinaryReader(chunk.bytes, value.indices)
      return try LogError.decoding(partition) { try RedoRecord.sequence(&head).value }
    }
  }
}

extension LogError {
  /// Runs a body; bytes that cannot be read are fatal, as the log is the truth.
  package static func decoding<Value>(_ partition: TopicPartition, _ body: () throws -> Value) throws -> Value
  {
    do {
      return try body()
    } catch let error as LogError {
      throw error
    } catch {
      throw LogError(.fatal, code: "stateCorrupted", "\(partition): \(error)")
    }
  }
}
