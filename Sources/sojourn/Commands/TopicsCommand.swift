import ArgumentParser
import EventLog
import Foundation
import KafkaLog
import Presentation

/// `sojourn topics`.
struct TopicsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topics", abstract: "Shows or creates the topics that the configuration needs.",
    discussion: """
      Every topic has as many partitions as the configuration says: partition and lane are one. 'apply' creates what is \
      missing. Of what exists it changes one thing: topics that a restart needs lose their age limit, as the processor removes \
      from them what is old and not needed.
      """,
    subcommands: [Plan.self, Apply.self])

  /// `sojourn topics plan`.
  struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan",
      abstract: "Shows which topics with which settings are needed, and what does not fit.",
      discussion: """
        One line a topic: create, change or exists, its name, partitions and settings; then what a silence costs on a broker, and \
        what does not fit.

        Exit codes: 0 'topics apply' or 'run' may go on; 1 an existing topic does not fit, or the log cannot be reached; \
        2 wrong argument or configuration.
        """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try common.settings()
        let plan = TopicPlan(settings)
        let existing = try common.openLog(settings).describe(plan.topics.map(\.name))
        let changes = plan.changes(existing: existing)
        for topic in plan.topics {
          let state =
            existing[topic.name] == nil ? "create" : changes[topic.name] == nil ? "exists" : "change"
          let values = topic.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
          try StandardOutput.print(
            "\(state)  \(topic.name)  partitions=\(topic.partitions) \(values.joined(separator: " "))")
        }
        if case .kafka = settings.log {
          for cost in plan.costsOfSilence(existing: existing) { try StandardOutput.print("silence  \(cost)") }
        }
        try StandardOutput.print("ended  \(settings.sessionRetentionText)")
        try refuse(plan.problems(existing: existing))
      }
    }
  }

  /// `sojourn topics apply`.
  struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "apply", abstract: "Creates the missing topics; refuses if an existing one does not fit.",
      discussion: """
        Exit codes: 0 all topics are there; 1 an existing topic does not fit, nothing was created, or the log cannot be \
        reached; 2 wrong argument or configuration.
        """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try common.settings()
        let log = try common.openLog(settings)
        let plan = TopicPlan(settings)
        let existing = try log.describe(plan.topics.map(\.name))
        try refuse(plan.problems(existing: existing))
        let missing = plan.topics.filter { existing[$0.name] == nil }
        try log.create(missing)
        for topic in missing {
          try StandardOutput.print("created \(topic.name) with \(topic.partitions) partitions")
        }
        let changes = plan.changes(existing: existing).sorted { $0.key < $1.key }
        for (topic, settings) in changes {
          try (log as? KafkaLog)?.alter(topic, settings)
          let values = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
          try StandardOutput.print("changed \(topic): \(values.joined(separator: " "))")
        }
        if missing.isEmpty, changes.isEmpty { try StandardOutput.print("all topics exist") }
      }
    }
  }

  /// Makes sure before a run that the topics are there: the embedded log creates them, Kafka has them
  /// created.
  static func prepare(_ settings: Settings, _ log: any EventLog) throws {
    let plan = TopicPlan(settings)
    let existing = try log.describe(plan.topics.map(\.name))
    try refuse(plan.problems(existing: existing))
    for (topic, change) in plan.changes(existing: existing).sorted(by: { $0.key < $1.key }) {
      let limits = change.keys.sorted().map { "\($0)=\(existing[topic]?.settings[$0] ?? "")" }
      StandardError.print(
        "warning: \(topic) has \(limits.joined(separator: ", ")): after such a silence a restart finds too little; 'sojourn topics apply' changes that"
      )
    }
    let missing = plan.topics.filter { existing[$0.name] == nil }
    guard !missing.isEmpty else { return }
    switch settings.log {
    case .embedded: try log.create(missing)
    case .kafka:
      let needed = missing.map(\.name).filter { !plan.unwritten.contains($0) }
      guard !needed.isEmpty else { return }
      throw LogError(
        .fatal, code: "topicsMissing",
        "these topics do not exist: \(needed.joined(separator: ", ")); 'sojourn topics apply' creates them"
      )
    }
  }
}

/// Stops with everything that does not fit.
private func refuse(_ problems: [String]) throws {
  guard !problems.isEmpty else { return }
  for problem in problems { StandardError.print("sojourn: \(problem)") }
  throw ExitCode(1)
}
