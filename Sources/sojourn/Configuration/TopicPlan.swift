import EventLog
import Gateway
import JourneyModel
import Processor
import Sessionizer
import WireFormat

/// The topics that a configuration needs, with their settings.
struct TopicPlan {
  /// Inputs first.
  let topics: [TopicSpecification]
  /// Topics whose records nobody but the processor may remove: a restart needs the newest of them, however
  /// old.
  private let keptByNeed: [String]
  /// Input topics, of which a broker removes what is too old whoever has read it.
  private let inputs: [String]
  /// Planned topics that `run` does not write under this configuration, and can do without.
  let unwritten: Set<String>

  init(_ settings: Settings) {
    let lanes = settings.processor.lanes
    let names = lanes.topics
    keptByNeed = names.outputs { $0.cleanup == .deleteUnneeded }
    inputs = names.published
    let sizes = RecordSizes(lanes, maxRefusedBytes: settings.gateway.ingest.maxRefusedBytes)
    // On Kafka the processor deletes what is old and not needed; an own log knows both by itself.
    let history = settings.history.components.seconds * 1_000
    let isOwn = if case .embedded = settings.log { true } else { false }
    let unneeded = isOwn ? Int(history) : -1
    var topics =
      inputs.map {
        TopicSpecification(
          name: $0, partitions: lanes.partitions,
          settings: TopicPlan.kept(TopicPlan.inputHours * TopicPlan.hour, sizes.input))
      }
      + OutputCatalog.standard.entries.map { entry in
        TopicSpecification(
          name: names[entry.topic], partitions: entry.hasOnePartition ? 1 : lanes.partitions,
          settings: TopicPlan.settings(entry.cleanup, unneeded: unneeded, sizes.bytes(entry.size)))
      }
    // Written by whoever takes events over HTTP, and by no lane. As long as `rejected`.
    let refused = settings.refusals.topic
    var unwritten: Set = [refused, settings.usageTopic]
    if settings.takesEvents {
      unwritten = settings.gateway.countsUsage ? [] : [settings.usageTopic]
    }
    self.unwritten = unwritten.union(names.outputs { !names.writes($0) })
    topics.append(
      TopicSpecification(
        name: refused, partitions: lanes.partitions,
        settings: TopicPlan.kept(TopicPlan.refusedHours * TopicPlan.hour, sizes.refused)))
    topics.append(
      TopicSpecification(
        name: settings.usageTopic, partitions: lanes.partitions,
        settings: TopicPlan.settings(.compact, unneeded: unneeded, sizes.bytes(.small))))
    // Written by whoever sends webhooks, and by no lane.
    if !settings.webhooks.targets.isEmpty {
      topics.append(
        TopicSpecification(
          name: settings.webhookFailures, partitions: lanes.partitions,
          settings: TopicPlan.kept(336 * TopicPlan.hour, sizes.deadTrigger)))
    }
    self.topics = topics
  }

  private static let hour = 3_600_000
  private static let inputHours = 168
  private static let refusedHours = 336

  /// For how long what was published can be read: as input, and then once more out of what was refused.
  static let longestRead = EventTime.Span.hours(Int64(inputHours + refusedHours))

  /// - Parameter unneeded: age in milliseconds at which goes what no restart needs; -1 for never.
  private static func settings(
    _ cleanup: OutputEntry.Cleanup, unneeded: Int, _ bytes: Int
  ) -> [String: String] {
    switch cleanup {
    case .compact: ["cleanup.policy": "compact", "max.message.bytes": "\(bytes)"]
    case .delete(let hours): kept(hours * hour, bytes)
    case .deleteUnneeded: kept(unneeded, bytes)
    }
  }

  private static func kept(_ milliseconds: Int, _ bytes: Int) -> [String: String] {
    ["cleanup.policy": "delete", "retention.ms": "\(milliseconds)", "max.message.bytes": "\(bytes)"]
  }

  /// The largest record that any topic takes, in bytes: what a client must be able to send.
  var largestRecordBytes: Int {
    topics.compactMap { $0.settings["max.message.bytes"].flatMap { Int($0) } }.max() ?? 1_048_576
  }

  /// Adds to a refusal of a record which topic has a smaller limit than it needs: somebody has lowered it
  /// since the start, where all of them are looked at.
  func explained(_ error: LogError, on log: any EventLog) -> LogError {
    guard let existing = try? log.describe(topics.map(\.name)) else { return error }
    let found = problems(existing: existing)
    guard !found.isEmpty else { return error }
    return LogError(error.reaction, code: error.code, error.message + "; " + found.joined(separator: "; "))
  }

  /// Settings that existing topics should have so that a silence costs nothing, by topic; `topics apply`
  /// makes them so. Only where the log gives its topics' settings.
  func changes(existing: [String: TopicSpecification]) -> [String: [String: String]] {
    var changes: [String: [String: String]] = [:]
    for topic in topics where keptByNeed.contains(topic.name) {
      guard topic.settings["retention.ms"] == "-1", let found = existing[topic.name] else { continue }
      for key in ["retention.ms", "retention.bytes"] {
        if let value = found.settings[key], value != "-1" { changes[topic.name, default: [:]][key] = "-1" }
      }
    }
    return changes
  }

  /// What a silence costs, given the topics that exist: one sentence for each thing that a broker would
  /// remove.
  func costsOfSilence(existing: [String: TopicSpecification]) -> [String] {
    var costs: [String] = []
    let changes = changes(existing: existing)
    for topic in topics {
      let settings = existing[topic.name]?.settings ?? topic.settings
      if let change = changes[topic.name] {
        let limits = change.keys.sorted().map { "\($0)=\(settings[$0] ?? "")" }.joined(separator: ", ")
        costs.append(
          "\(topic.name): \(limits): if nobody runs for that long, a restart finds too little; 'topics apply' sets \(change.keys.sorted().joined(separator: ", ")) to -1, and the processor removes what is old"
        )
      } else if inputs.contains(topic.name), let age = settings["retention.ms"].flatMap({ Int64($0) }),
        age >= 0
      {
        costs.append(
          "\(topic.name): events that nobody has read after \(TopicPlan.duration(age)) are removed by the broker; 'run' then stops with the numbers (lostInput)"
        )
      }
    }
    return costs
  }

  static func duration(_ milliseconds: Int64) -> String {
    let hours = milliseconds / 3_600_000
    if hours >= 48, hours.isMultiple(of: 24) { return "\(hours / 24) days" }
    return hours > 0 ? "\(hours) h" : "\(milliseconds) ms"
  }

  /// What prevents running, given the topics that exist.
  func problems(existing: [String: TopicSpecification]) -> [String] {
    var problems: [String] = []
    for topic in topics {
      guard let found = existing[topic.name] else { continue }
      if found.partitions != topic.partitions {
        problems.append(
          "\(topic.name): has \(found.partitions) partitions, the configuration says \(topic.partitions)")
      }
      if let wanted = topic.settings["max.message.bytes"].flatMap({ Int($0) }),
        let limit = found.settings["max.message.bytes"].flatMap({ Int($0) }), limit < wanted
      {
        problems.append("\(topic.name): max.message.bytes is \(limit), at least \(wanted) is needed")
      }
      if topic.isCompacted, found.settings["cleanup.policy"] != nil, !found.isCompacted {
        problems.append(
          "\(topic.name): cleanup.policy is \(found.settings["cleanup.policy"] ?? ""), has to be compact")
      }
    }
    return problems
  }
}
