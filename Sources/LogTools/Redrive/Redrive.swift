package import EventLog
package import JourneyModel
package import Processor
internal import WireFormat

/// Puts rejected records back to where they first entered, after what made them fail was fixed.
///
/// Exactly once: each reason has a consumer group of its own, `GROUP-redrive-REASON`, whose positions in
/// `rejected` commit in the same transaction as the records. So every rejected record is put back at most
/// once, whatever is killed and whenever, and one reason may be redriven today and another one tomorrow. What
/// is passed over (older than `since`, put back too often, without an origin) is passed over for good.
package struct Redrive: Sendable {
  /// Which records are put back.
  package struct Selection: Sendable {
    /// Only records rejected for one of these reasons.
    package var reasons: [RejectionReason]
    /// Only records that were rejected at this time or later, by the log's clock.
    package var since: EventTime?
    /// At most so many in all; the next run goes on behind them.
    package var limit: Int?
    /// A record that was put back so often before is not put back again.
    package var maxAttempts: Int

    /// Creates a selection of everything.
    package init(
      reasons: [RejectionReason] = RejectionReason.allCases, since: EventTime? = nil, limit: Int? = nil,
      maxAttempts: Int = 3
    ) {
      self.reasons = reasons
      self.since = since
      self.limit = limit
      self.maxAttempts = maxAttempts
    }
  }

  /// What became of the records of one reason that no earlier redrive has seen.
  package struct Counts: Sendable, Hashable {
    /// Put back.
    package var redriven = 0
    /// Passed over: put back `maxAttempts` times before.
    package var exhausted = 0
    /// Passed over: older than `since`.
    package var older = 0
    /// Passed over: their headers name no place in an input topic.
    package var withoutOrigin = 0

    /// Creates zeros.
    package init() {}

    /// Adds two counts.
    package static func + (left: Self, right: Self) -> Self {
      var sum = left
      sum.redriven += right.redriven
      sum.exhausted += right.exhausted
      sum.older += right.older
      sum.withoutOrigin += right.withoutOrigin
      return sum
    }
  }

  /// Records taken for one transaction.
  static let batchRecords = 500
  /// Bytes taken for one transaction.
  static let batchBytes = 8 << 20

  let settings: LaneSettings
  let instance: String
  let selection: Selection
  let patience: Duration
  let maxRetries: Int

  /// Creates a redrive.
  ///
  /// - Parameters:
  ///   - instance: the processor's name; the consumer's is `INSTANCE-redrive`.
  ///   - patience: how long it waits for its partitions while another redrive of the same reason has them.
  package init(
    settings: LaneSettings, instance: String, selection: Selection, patience: Duration = .seconds(30),
    maxRetries: Int = 5
  ) {
    self.settings = settings
    self.instance = instance
    self.selection = selection
    self.patience = patience
    self.maxRetries = maxRetries
  }

  /// The consumer group that remembers how far a reason was redriven.
  package static func group(_ reason: RejectionReason, of group: String) -> String {
    "\(group)-redrive-\(reason.rawValue)"
  }

  /// What `run` would do now, by reason; reasons without any record are absent. Writes nothing. Blocks;
  /// throws `LogError`.
  package func plan(on log: any EventLog) throws -> [RejectionReason: Counts] {
    let reader = try log.makeReader()
    defer { reader.close() }
    let ends = try reader.bounds(partitions)
    var positions: [RejectionReason: [TopicPartition: NextOffset?]] = [:]
    for reason in try present(reader, ends) {
      let consumer = try log.makeConsumer(configuration(reason))
      defer { consumer.close() }
      positions[reason] = try consumer.committed(partitions)
    }
    var result: [RejectionReason: Counts] = [:]
    var left = selection.limit ?? Int.max
    try read(reader, ends) { chunk, entry in
      let letter = DeadLetter(chunk, entry, settings)
      guard let reason = letter.reason, let known = positions[reason],
        entry.offset.value >= (known[chunk.source] ?? nil)?.value ?? 0
      else { return }
      let fate = letter.fate(selection)
      if case .redriven = fate {
        guard left > 0 else { return }
        left -= 1
      }
      result[reason, default: Counts()].note(fate)
    }
    return result
  }

  /// Puts back what is selected, up to the end of `rejected` as it is now, reason by reason.
  ///
  /// Blocks. Throws `LogError`s; what was committed before stays, and the next run goes on from there.
  package func run(on log: any EventLog) throws -> [RejectionReason: Counts] {
    let reader = try log.makeReader()
    let ends = try reader.bounds(partitions)
    let reasons = try present(reader, ends)
    reader.close()
    var result: [RejectionReason: Counts] = [:]
    var left = selection.limit ?? Int.max
    for reason in reasons where left > 0 {
      let run = RedriveRun(self, reason, log: log, bounds: ends, limit: left)
      let counts = try run.run()
      left -= counts.redriven
      if counts != Counts() { result[reason] = counts }
    }
    return result
  }

  var partitions: [TopicPartition] {
    (0..<settings.partitions).map { TopicPartition(settings.topics.rejected, $0) }
  }

  func configuration(_ reason: RejectionReason) -> ConsumerConfiguration {
    ConsumerConfiguration(
      group: Redrive.group(reason, of: settings.group), instance: "\(instance)-redrive",
      topics: [settings.topics.rejected])
  }

  /// The selected reasons of which there is any record, in the order of their declaration.
  private func present(
    _ reader: any PartitionReader, _ ends: [TopicPartition: PartitionBounds]
  ) throws -> [RejectionReason] {
    var found: Set<RejectionReason> = []
    try read(reader, ends) { chunk, entry in
      if let reason = DeadLetter(chunk, entry, settings).reason { found.insert(reason) }
    }
    return RejectionReason.allCases.filter { found.contains($0) && selection.reasons.contains($0) }
  }

  private func read(
    _ reader: any PartitionReader, _ ends: [TopicPartition: PartitionBounds],
    _ body: (RecordChunk, RecordChunk.Entry) -> Void
  ) throws {
    for partition in partitions {
      guard let bounds = ends[partition], bounds.earliest < bounds.end else { continue }
      try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: patience) { chunk in
        for entry in chunk.entries { body(chunk, entry) }
        return true
      }
    }
  }
}

extension Redrive.Counts {
  mutating func note(_ fate: DeadLetter.Fate) {
    switch fate {
    case .redriven: redriven += 1
    case .exhausted: exhausted += 1
    case .older: older += 1
    case .withoutOrigin: withoutOrigin += 1
    }
  }
}

/// A record of `rejected`, as far as putting it back goes.
struct DeadLetter {
  /// What becomes of it.
  enum Fate {
    case redriven(TopicPartition)
    case exhausted
    case older
    case withoutOrigin
  }

  let reason: RejectionReason?
  /// How often it was put back before.
  let attempts: Int
  private let origin: TopicPartition?
  private let timestamp: Int64

  init(_ chunk: RecordChunk, _ entry: RecordChunk.Entry, _ settings: LaneSettings) {
    let headers = HeaderBlock(bytes: entry.headers.map { Array(chunk.bytes[$0.indices]) } ?? [])
    reason = headers.text("sojourn-reason").flatMap(RejectionReason.init(rawValue:))
    attempts = Origin.redriven(headers)
    timestamp = entry.timestamp
    // Only an input topic: headers must not make anybody write anywhere else.
    if let topic = headers.text("sojourn-origin-topic"), settings.topics.published.contains(topic),
      let partition = headers.text("sojourn-origin-partition").flatMap({ Int32($0) }),
      (0..<settings.partitions).contains(partition)
    {
      origin = TopicPartition(topic, partition)
    } else {
      origin = nil
    }
  }

  func fate(_ selection: Redrive.Selection) -> Fate {
    if let since = selection.since, timestamp >= 0, timestamp < since.milliseconds { return .older }
    guard let origin else { return .withoutOrigin }
    return attempts >= selection.maxAttempts ? .exhausted : .redriven(origin)
  }
}
