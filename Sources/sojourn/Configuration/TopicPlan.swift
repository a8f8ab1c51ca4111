import EventLog
import JourneyModel
import Processor
import Sessionizer
import WireFormat

/// The topics that a configuration needs, with their settings.
struct TopicPlan {
  /// Inputs first.
  let topics: [TopicSpecification]

  init(_ settings: Settings) {
    let lanes = settings.processor.lanes
    let names = lanes.topics
    let hour = 3_600_000
    // A routed or rejected record is its input plus headers and, at worst, a longer key.
    let inputBytes = lanes.decoding.maxEventBytes + 65_536
    let outputBytes = inputBytes + 65_536
    // Key and headers of a snapshot are its ids and the group's name.
    let snapshotBytes = max(outputBytes, lanes.maxSnapshotBytes + 65_536)
    // A session is closed by its bytes only after the event that exceeds them, and writing may escape each byte once.
    let valueBytes = (lanes.sessions.maxSessionBytes + lanes.decoding.maxEventBytes) * 2 + 131_072
    // Facts of the session, what a definition shows, inputs of a flow, and why.
    let derivedBytes = max(1_048_576, snapshotBytes + 524_288)
    func topic(_ name: String, _ settings: [String: String]) -> TopicSpecification {
      TopicSpecification(name: name, partitions: lanes.partitions, settings: settings)
    }
    func kept(_ milliseconds: Int, _ bytes: Int) -> [String: String] {
      ["cleanup.policy": "delete", "retention.ms": "\(milliseconds)", "max.message.bytes": "\(bytes)"]
    }
    func compacted(_ bytes: Int) -> [String: String] {
      ["cleanup.policy": "compact", "max.message.bytes": "\(bytes)"]
    }
    topics =
      Stream.allCases.compactMap { names.inputs[$0] }.map { topic($0, kept(168 * hour, inputBytes)) }
      + [
        topic(names.routed, kept(168 * hour, outputBytes)),
        topic(names.sessions, compacted(snapshotBytes)),
        topic(names.segments, kept(168 * hour, derivedBytes)),
        topic(names.outcomes, kept(168 * hour, derivedBytes)),
        topic(names.actions, kept(168 * hour, derivedBytes)),
        topic(names.rejected, kept(336 * hour, outputBytes)),
        topic(names.journal, kept(168 * hour, 1_048_576)),
        topic(names.redo, kept(168 * hour, valueBytes + lanes.maxRedoBytes)),
        topic(names.state, compacted(valueBytes)),
        // One partition: what is in force is one thing, whatever the number of lanes.
        TopicSpecification(name: names.definitions, partitions: 1, settings: compacted(1_048_576)),
      ]
  }

  /// The largest record that any topic takes, in bytes: what a client must be able to send.
  var largestRecordBytes: Int {
    topics.compactMap { $0.settings["max.message.bytes"].flatMap { Int($0) } }.max() ?? 1_048_576
  }

  /// Adds to a refusal of a record which topic has a smaller limit than it needs: somebody has lowered it since the
  /// start, where all of them are looked at.
  func explained(_ error: LogError, on log: any EventLog) -> LogError {
    guard let existing = try? log.describe(topics.map(\.name)) else { return error }
    let found = problems(existing: existing)
    guard !found.isEmpty else { return error }
    return LogError(error.reaction, code: error.code, error.message + "; " + found.joined(separator: "; "))
  }

  /// What stands in the way of running, given the topics that exist.
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
