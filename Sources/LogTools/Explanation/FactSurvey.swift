package import EventLog
package import JourneyModel
package import JourneyRules
package import Predictions
package import Processor
internal import Sessionizer
internal import Synchronization
internal import WireFormat

/// Which facts models weigh most, what these are called, and how often they hold.
///
/// Models have digests only. So the newest recorded events are folded again, and whatever their sessions have
/// has a name; what none of them has keeps its digest. Writes nothing, and may run beside a processor.
package struct FactSurvey: Sendable {
  /// Most records that are folded, the newest; partitions share them evenly.
  package static let maxRecords = 50_000
  /// Most bytes of them.
  package static let maxBytes = 128 << 20

  /// A fact, and what it adds.
  package struct Fact: Sendable, Hashable {
    /// In words; its digest if no session has it.
    package var text: String
    /// Units of 2^-10 nat.
    package var weight: Int16
    /// Sessions of which it held after some event.
    package var sessions: Int

    package init(text: String, weight: Int16, sessions: Int) {
      self.text = text
      self.weight = weight
      self.sessions = sessions
    }
  }

  /// What was found.
  package struct Findings: Sendable {
    /// Sessions that were looked at.
    package var sessions = 0
    /// By outcome, the strongest first.
    package var facts: [String: [Fact]] = [:]

    package init() {}
  }

  private let log: any EventLog
  private var settings: LaneSettings
  private let definitions: CompiledBundle
  private let models: ModelSet
  private let patience: Duration

  package init(
    log: any EventLog, settings: LaneSettings, definitions: CompiledBundle, models: ModelSet,
    patience: Duration = .seconds(60)
  ) {
    self.log = log
    self.settings = settings
    self.settings.writesState = false
    self.definitions = definitions
    self.models = models
    self.patience = patience
  }

  /// Looks.
  ///
  /// - Parameters:
  ///   - strongest: facts of each model, by the size of what they add.
  ///   - takenAt: the wall-clock time that `maxFutureSkew` is measured from.
  /// - Throws: `LogError`.
  package func run(strongest: Int, takenAt: EventTime) async throws -> Findings {
    let rows = models.models.map { (outcome: $0.outcome, rows: FactSurvey.strongest($0, strongest)) }
    let weighed = Set(rows.flatMap { $0.rows.map(\.token) })
    let lanes = LaneNumber.all(of: settings.partitions).map { number in
      let machine = LaneMachine(lane: number, settings: settings, configuration: "facts")
      let count = FactCount(weighed)
      machine.observer = count
      return (machine: machine, count: count)
    }
    var records = OutputBatch()
    var merger = ReplayMerger(try inputs(), settings: settings)
    while let decoded = try await merger.next()?.decoded {
      let shares = Replay.shares(decoded, lanes: lanes.count)
      for (number, lane) in lanes.enumerated() where !shares[number].isEmpty {
        records.removeAll()
        let batch = LaneBatch(
          takenAt: takenAt, inputs: shares[number], definitions: definitions, models: models)
        _ = lane.machine.reduce(batch, into: &records)
      }
    }
    var findings = Findings()
    findings.sessions = lanes.reduce(0) { $0 + $1.count.sessions }
    for (outcome, rows) in rows {
      findings.facts[outcome] = rows.map { row in
        let counts = lanes.map(\.count)
        let text = counts.lazy.compactMap { $0.words[row.token] }.first
        return Fact(
          text: text ?? "#" + String(row.token.bits, radix: 16), weight: row.weight,
          sessions: counts.reduce(0) { $0 + ($1.counts[row.token] ?? 0) })
      }
    }
    return findings
  }

  /// The rows of a model that weigh most; of equal ones those of the smaller tokens.
  static func strongest(_ model: OutcomeModel, _ count: Int) -> [OutcomeModel.Row] {
    let order = model.rows.sorted { ($1.weight.magnitude, $0.token) < ($0.weight.magnitude, $1.token) }
    return Array(order.prefix(count))
  }

  /// The newest records of each input partition.
  private func inputs() throws -> [Replay.Input] {
    let reader = try log.makeReader()
    defer { reader.close() }
    var sources: [(stream: JourneyModel.Stream, partition: TopicPartition)] = []
    for stream in Stream.allCases {
      guard let topic = settings.topics.inputs[stream] else { continue }
      for lane in LaneNumber.all(of: settings.partitions) {
        sources.append((stream, TopicPartition(topic, lane: lane)))
      }
    }
    let bounds = try reader.bounds(sources.map(\.partition))
    return try sources.map { stream, partition in
      let newest = NewestChunks()
      if let range = bounds[partition] {
        let share = Int64(FactSurvey.maxRecords / sources.count)
        let from = max(range.earliest, NextOffset(range.end.value - share))
        try reader.read(partition, from: from, to: range.end, patience: patience) { chunk in
          newest.add(chunk, maxBytes: FactSurvey.maxBytes / sources.count)
          return true
        }
      }
      return Replay.Input(stream: stream) { newest.next() }
    }
  }
}

/// Chunks of a partition, the newest.
private final class NewestChunks: Sendable {
  private let chunks = Mutex<[RecordChunk]>([])

  func add(_ chunk: RecordChunk, maxBytes: Int) {
    chunks.withLock { chunks in
      chunks.append(chunk)
      var bytes = chunks.reduce(0) { $0 + $1.bytes.count }
      while chunks.count > 1, bytes > maxBytes { bytes -= chunks.removeFirst().bytes.count }
    }
  }

  func next() -> RecordChunk? { chunks.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

/// Counts the sessions of a lane in which facts hold, and notes what these are called.
private final class FactCount: LaneObserver {
  private struct Known {
    let names = FeatureNames()
    var tokens: Set<Token> = []
  }

  private let weighed: Set<Token>
  private(set) var sessions = 0
  private(set) var counts: [Token: Int] = [:]
  private(set) var words: [Token: String] = [:]
  private var known: [SessionID: Known] = [:]

  init(_ weighed: Set<Token>) { self.weighed = weighed }

  var seesEvents: Bool { true }

  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session) {
    guard let features = session.predictions?.features else { return }
    if known[session.id] == nil { sessions += 1 }
    var one = known.removeValue(forKey: session.id) ?? Known()
    one.names.take(event, of: batch, session: session, rules: session.rules)
    var segments: [UInt32] = []
    session.rules.noteSegments(in: &segments)
    features.forEachFeature(segments: segments) { feature in
      guard weighed.contains(feature.token), one.tokens.insert(feature.token).inserted else { return }
      counts[feature.token, default: 0] += 1
      if words[feature.token] == nil { words[feature.token] = FactCount.words(feature, one.names) }
    }
    known[session.id] = one
  }

  /// Of a number's octave the texts are those of one number in it.
  private static func words(_ feature: Feature, _ names: FeatureNames) -> String {
    let text = names.words(for: .feature(feature))
    return feature.family == .octave || feature.family == .quarter ? text + ", for example" : text
  }

  func gone(_ value: StoredValue) {
    if let session = value.session { known[session.id] = nil }
  }
}
