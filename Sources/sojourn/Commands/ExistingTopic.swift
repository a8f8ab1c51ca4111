import EventLog
import Foundation
import Presentation
import Processor
import Threads

/// A topic that is there, and the log that holds it.
struct ExistingTopic: Sendable {
  let log: any EventLog
  let topic: TopicSpecification
}

extension CommonOptions {
  /// Opens the log for reading a topic. A reader creates neither logs nor topics, so a missing one is a wrong
  /// argument.
  func existingTopic(_ name: String, _ settings: Settings) async throws -> ExistingTopic {
    if case .embedded(let path) = settings.log, !FileManager.default.fileExists(atPath: path) {
      throw ConfigurationProblem(
        key: "log", value: "\(settings.log)",
        expected: "an existing log; 'sojourn run' and 'sojourn publish' create one",
        origin: settings.logOrigin)
    }
    let log = try openLog(settings)
    let known = settings.processor.lanes.topics.known
    return try await onOwnThread {
      guard let topic = try log.describe([name])[name] else {
        let names = known.keys.sorted().joined(separator: ", ")
        throw ConfigurationProblem(
          key: "topic", value: name, expected: "a topic of \(log.name): \(names), or another one's full name",
          origin: log.name)
      }
      return ExistingTopic(log: log, topic: topic)
    }
  }
}
