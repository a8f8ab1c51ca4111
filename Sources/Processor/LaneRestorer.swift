internal import EventLog
internal import JourneyModel
internal import Sessionizer
internal import WireFormat

/// Brings a lane back from the log: values only, nothing is reduced again.
///
/// Order: the group's stable offsets first, then the high watermarks, then the records up to them. The other way
/// round, a commit between the two reads would restore a state that is newer than the positions.
struct LaneRestorer {
  let settings: ProcessorSettings
  let configuration: String
  let reader: any PartitionReader
  var coldStores: (any ColdStores)?
  /// Bytes that a lane's sessions may take in memory.
  var memoryShare = Int.max

  /// A lane as restored, and the position of each of its inputs.
  struct Restored {
    var machine: LaneMachine
    var positions: [TopicPartition: NextOffset]
    var values: Int
    /// When the journal's tail was written; `nil` if the lane has none.
    var journalledAt: EventTime?
  }

  /// - Parameter committed: the group's stable offsets, read before this call.
  func restore(_ lane: Int32, committed: [TopicPartition: NextOffset?]) throws -> Restored {
    let topics = settings.lanes.topics
    let inputs = topics.consumed.map { TopicPartition($0, lane) }
    let internals = [topics.journal, topics.redo, topics.state].map { TopicPartition($0, lane) }
    let bounds = try reader.bounds(inputs + internals)
    let machine = LaneMachine(
      lane: lane, settings: settings.lanes, configuration: configuration,
      coldStore: try coldStores?.makeStore(lane: lane))
    machine.memoryShare = memoryShare
    let tail = try journalTail(internals[0], bounds[internals[0]])
    try check(lane, tail: tail, committed: committed, bounds: bounds)
    var positions: [TopicPartition: NextOffset] = [:]
    for input in inputs {
      positions[input] = (committed[input] ?? nil) ?? bounds[input]?.earliest ?? NextOffset(0)
    }
    guard let tail else {
      return Restored(machine: machine, positions: positions, values: 0, journalledAt: nil)
    }
    let values = try restoreValues(into: machine, tail: tail, bounds: bounds)
    return Restored(machine: machine, positions: positions, values: values, journalledAt: tail.takenAt)
  }

  /// The newest committed journal record. Offsets near the end may belong to transaction markers or aborted batches,
  /// so the stretch that is searched doubles until a record turns up.
  private func journalTail(_ partition: TopicPartition, _ bounds: PartitionBounds?) throws -> JournalRecord? {
    guard let bounds, bounds.earliest < bounds.end else { return nil }
    var stretch: Int64 = 64
    while true {
      let from = max(bounds.end.value - stretch, bounds.earliest.value)
      var newest: [UInt8]?
      try reader.read(
        partition, from: NextOffset(from), to: bounds.end, patience: settings.restorePatience
      ) { chunk in
        if let value = chunk.entries.last(where: { $0.value != nil })?.value { newest = chunk.copy(value) }
        return true
      }
      if let newest { return try decoding(partition) { try JournalRecord(decoding: newest) } }
      if from == bounds.earliest.value { return nil }
      stretch *= 4
    }
  }

  /// Refuses to run on what does not fit together, with the numbers.
  private func check(
    _ lane: Int32, tail: JournalRecord?, committed: [TopicPartition: NextOffset?],
    bounds: [TopicPartition: PartitionBounds]
  ) throws {
    for input in settings.lanes.topics.consumed.map({ TopicPartition($0, lane) }) {
      let stored = committed[input] ?? nil
      let journalled = tail?.ranges[input.topic]?.upperBound
      if let stored, let bounds = bounds[input], stored < bounds.earliest {
        throw LogError(
          .fatal, code: "offsetNotRetained",
          "\(input): the committed offset \(stored) is no longer retained, the oldest record is \(bounds.earliest)"
        )
      }
      if tail == nil, let stored {
        throw LogError(
          .fatal, code: "journalMissing",
          "\(input): the group has offset \(stored), but lane \(lane) has no journal record")
      }
      if tail != nil, stored?.value != journalled {
        throw LogError(
          .fatal, code: "journalDiffers",
          "\(input): the group's offset is \(stored.map(\.description) ?? "none"), the journal's tail says \(journalled.map(String.init) ?? "none")"
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

  private func restoreValues(
    into machine: LaneMachine, tail: JournalRecord, bounds: [TopicPartition: PartitionBounds]
  ) throws -> Int {
    let topics = settings.lanes.topics
    let state = TopicPartition(topics.state, machine.lane)
    let redo = TopicPartition(topics.redo, machine.lane)
    var values = RestoredValues(into: machine)
    try read(state, bounds[state]) { chunk in
      for entry in chunk.entries {
        guard let key = chunk.copy(entry.key) else { continue }
        try values.applyState(key: key, value: chunk.copy(entry.value))
      }
    }
    try read(redo, bounds[redo]) { chunk in
      for entry in chunk.entries {
        guard let value = chunk.copy(entry.value) else { continue }
        try values.applyRedo(value, from: tail.redoFrom)
      }
    }
    try machine.restore(values, tail: tail)
    return machine.sessionCount
  }

  private func read(
    _ partition: TopicPartition, _ bounds: PartitionBounds?, _ body: (RecordChunk) throws -> Void
  ) throws {
    guard let bounds, bounds.earliest < bounds.end else { return }
    try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: settings.restorePatience) {
      chunk in
      try decoding(partition) { try body(chunk) }
      return true
    }
  }

  private func decoding<Value>(_ partition: TopicPartition, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as CodecError {
      throw LogError(.fatal, code: "stateCorrupted", "\(partition): \(error)")
    }
  }
}
