internal import EventLog
internal import JourneyModel
internal import Processor
internal import WireFormat

/// What a stretch of a lane's batches is compared with, topic by topic as the catalogue says.
struct TopicMatchers {
  /// What is compared record for record: in the lane's own partition, or in every one.
  private var outputs: [(entry: OutputEntry, matchers: [OutputMatcher])] = []
  private let lane: LaneNumber
  private let topics: TopicNames
  let redo: RedoMatcher
  let state: StateMatcher

  /// - Parameters:
  ///   - isWhole: whether the first expected batch is the lane's first.
  ///   - isFirst: whether the first batch that is looked at is.
  ///   - cursor: at the beginning of a partition of a topic.
  init(
    lane: LaneNumber, settings: LaneSettings, compacted: Set<String>, isWhole: Bool, isFirst: Bool,
    cursor: (String, LaneNumber) -> PartitionCursor
  ) {
    self.lane = lane
    topics = settings.topics
    redo = RedoMatcher(lane: lane, isWhole: isFirst, cursor: cursor(topics.redo, lane))
    state = StateMatcher(lane: lane, isWhole: isWhole, cursor: cursor(topics.state, lane))
    let owner = { record in Self.writer(of: record, lane, partitions: settings.partitions) }
    for entry in OutputCatalog.standard.entries where topics.writes(entry) {
      let name = topics[entry.topic]
      func matcher(_ owned: LaneNumber, _ owner: @escaping (StoredRecord) -> OutputMatcher.Ownership)
        -> OutputMatcher
      {
        OutputMatcher(
          lane: lane, isCompacted: compacted.contains(name),
          isShared: entry.comparison == .recordsAmongOthers, isWhole: isWhole,
          cursor: cursor(name, owned), owner: owner)
      }
      switch entry.comparison {
      case .records: outputs.append((entry, [matcher(lane) { _ in .thisLane }]))
      case .recordsAmongOthers:
        outputs.append((entry, LaneNumber.all(of: settings.partitions).map { matcher($0, owner) }))
      case .changes, .values, .members, .none: break
      }
    }
  }

  /// The partitions of a topic that a lane's verification compares.
  static func partitions(of entry: OutputEntry, _ lane: LaneNumber, _ settings: LaneSettings)
    -> [TopicPartition]
  {
    guard settings.topics.writes(entry) else { return [] }
    let name = settings.topics[entry.topic]
    return switch entry.comparison {
    case .records, .changes, .values: [TopicPartition(name, lane: lane)]
    case .recordsAmongOthers: LaneNumber.all(of: settings.partitions).map { TopicPartition(name, lane: $0) }
    // The journal's end is asked for before all others.
    case .members, .none: []
    }
  }

  /// All that compare record for record.
  var records: [OutputMatcher] { outputs.flatMap(\.matchers) }

  /// A lane forwards what it consumes, which is what is in the partitions of its own number; its messages say
  /// its number there.
  private static func writer(
    of record: StoredRecord, _ lane: LaneNumber, partitions: Int32
  ) -> OutputMatcher.Ownership {
    let origin = HeaderBlock(bytes: record.headers ?? []).text(Origin.partitionHeader).flatMap { Int32($0) }
    guard let origin, (0..<partitions).contains(origin) else { return .unknown }
    return origin == lane.partition ? .thisLane : .anotherLane
  }

  /// Hands each record that was re-reduced to its topic's matcher.
  func expect(_ records: OutputBatch, sequence: BatchSequence) throws {
    let known = try records.topics.map { try entry(named: $0, sequence) }
    var changes: [[UInt8]] = []
    func copy(_ range: ByteSlice?) -> [UInt8]? { range.map { Array(records.bytes[$0.indices]) } }
    for record in records.entries {
      let entry = known[record.topic]
      switch entry.comparison {
      case .records, .recordsAmongOthers:
        let content = RecordContent(
          key: copy(record.key), value: copy(record.value), headers: copy(record.headers))
        try matcher(of: entry, record.partition, sequence).expect(content, sequence: sequence)
      case .changes: changes.append(copy(record.value) ?? [])
      // What goes to `state`, and when, is not a function of the input; the journal record is compared by
      // member.
      case .values, .members: continue
      case .none:
        throw mismatch(
          sequence, topics[entry.topic], record.partition,
          "a lane wrote to it, the catalogue says that none does")
      }
    }
    try redo.expect(changes, sequence: sequence)
  }

  private func entry(named name: String, _ sequence: BatchSequence) throws(VerificationMismatch)
    -> OutputEntry
  {
    guard let topic = topics.output(named: name) else {
      throw mismatch(
        sequence, name, lane.partition, "a lane wrote to it, and it is not in the catalogue of outputs")
    }
    return topic.entry
  }

  private func matcher(
    of entry: OutputEntry, _ partition: Int32, _ sequence: BatchSequence
  ) throws(VerificationMismatch) -> OutputMatcher {
    guard let found = outputs.first(where: { $0.entry.topic == entry.topic }) else {
      throw mismatch(sequence, topics[entry.topic], partition, "nothing compares it")
    }
    let index = found.matchers.count == 1 ? 0 : Int(partition)
    guard found.matchers.indices.contains(index), found.matchers.count > 1 || partition == lane.partition
    else {
      throw mismatch(
        sequence, topics[entry.topic], partition, "a record for a partition that this lane does not write")
    }
    return found.matchers[index]
  }

  private func mismatch(
    _ sequence: BatchSequence, _ topic: String, _ partition: Int32, _ difference: String
  ) -> VerificationMismatch {
    VerificationMismatch(
      lane: lane, sequence: sequence, topic: topic, partition: partition, offset: nil, difference: difference)
  }

  /// Notes what was compared, by topic.
  func note(_ result: inout LaneVerification) {
    for (entry, matchers) in outputs {
      result.compared[topics[entry.topic]] = matchers.reduce(into: LaneVerification.Compared()) {
        $0.equal += $1.compared.equal
        $0.compacted += $1.compared.compacted
        $0.expired += $1.compared.expired
      }
    }
    result.compared[topics.redo] = redo.compared
    result.compared[topics.state] = state.compared
  }
}
