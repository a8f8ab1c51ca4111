import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import JourneyRules
import LogTools
import Presentation
import Processor
import Sessionizer
import Threads
import WireFormat

/// `sojourn whatif`.
struct WhatIfCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whatif",
    abstract: "Tries changed definitions over events, and says what they would have changed.",
    discussion: """
      OLD and NEW are folders or files of definitions. The same events are taken under both, by the processor's own rules: \
      for each segment, outcome and action map how often it was given, and session by session what only one of the two gives \
      (- old, + new) or gives otherwise (~).

      From a log: reads the journal and the inputs of every lane again, those of the last --hours. With one argument OLD is what is in \
      force. Sessions that may have begun before are counted; of those it is not known what rules made of their beginning. \
      From files: with --input, as 'sojourn replay' reads them. Nothing is written, and the processor may run.

      Event times are UTC. --json prints one object.

      Exit codes: 0 no difference; 3 they differ; 1 failed; 2 wrong argument or configuration.
      """)

  /// The exit code for definitions that give different things.
  static let differ = ExitCode(3)

  @Argument(help: ArgumentHelp("Folder or file of the definitions to compare with.", valueName: "OLD"))
  var old: String

  @Argument(help: ArgumentHelp("Those to try. Of a log OLD may be left out.", valueName: "NEW"))
  var new: String?

  @Option(
    name: .long, help: ArgumentHelp("A stream and its file, instead of a log.", valueName: "STREAM=FILE"))
  var input: [String] = []

  @Option(name: .long, help: ArgumentHelp("Of a log: how far back.", valueName: "N"))
  var hours: Int?

  @Flag(name: .long, help: "Advance event time past every timeout at the end; with --input.")
  var close = false

  @Flag(name: .long, help: "Print one JSON object.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      guard new != nil || input.isEmpty else {
        throw problem("NEW", nil, "OLD and NEW; of a log NEW alone is enough")
      }
      if let hours, hours < 1 { throw problem("--hours", "\(hours)", "a number from 1 on") }
      let settings = try common.settings()
      let named = try await input.isEmpty ? fromLog(settings) : fromFiles(settings.processor.lanes)
      if json {
        try StandardOutput.print(ComparisonJSON(named).line)
      } else {
        try StandardOutput.print(
          ComparisonReport(named, terminal: Terminal()).lines.joined(separator: "\n"))
      }
      if named.comparison.differs { throw WhatIfCommand.differ }
    }
  }

  private var now: EventTime { EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }

  private func fromFiles(_ lanes: LaneSettings) async throws -> NamedComparison {
    guard hours == nil else { throw problem("--hours", nil, "--hours without --input only") }
    let (old, new) = (try given(old, "OLD"), try given(new ?? "", "NEW"))
    let inputs = try input.enumerated().map {
      try ExplainInput($0.element, origin: "whatif").open($0.offset, lanes)
    }
    let rules = lanes.sessions.rules
    let comparison = try await RecordedComparison(settings: lanes, takenAt: now, closes: close).compare(
      inputs, old: CompiledBundle(old, settings: rules), new: CompiledBundle(new, settings: rules))
    return NamedComparison(comparison, old: old, new: new)
  }

  private func fromLog(_ settings: Settings) async throws -> NamedComparison {
    guard !close else { throw problem("--close", nil, "--close together with --input only") }
    let lanes = settings.processor.lanes
    let source = try await common.existingTopic(lanes.topics.journal, settings)
    // One argument alone is what is tried.
    let new = try given(self.new ?? old, "NEW")
    let old =
      self.new == nil ? try await inForce(source.log, lanes.topics.definitions) : try given(old, "OLD")
    let since = hours.map { EventTime(milliseconds: now.milliseconds - Int64($0) * 3_600_000) }
    let rules = lanes.sessions.rules
    let comparison = try await onOwnThread {
      try JournaledComparison(log: source.log, settings: lanes).compare(
        old: CompiledBundle(old, settings: rules), new: CompiledBundle(new, settings: rules), since: since)
    }
    return NamedComparison(comparison, old: old, new: new)
  }

  private func inForce(_ log: any EventLog, _ topic: String) async throws -> DefinitionBundle {
    let current = try await onOwnThread {
      try log.describe([topic])[topic].flatMap { _ in try DefinitionStore(log: log, topic: topic).current() }
    }
    guard let current else { throw problem("OLD", nil, "definitions: none are in force on \(log.name)") }
    return current.bundle
  }

  /// The definitions that are given, free of errors. Errors go to standard error.
  private func given(_ path: String, _ key: String) throws -> DefinitionBundle {
    let result = try DefinitionFiles([path], key: key, origin: "whatif").check()
    if let bundle = result.check.bundle, result.unread.isEmpty { return bundle }
    for finding in result.unread + result.check.findings where finding.severity == .error {
      StandardError.print(DisplayText("\(finding)").text)
    }
    throw problem(key, path, "definitions without errors; sojourn check shows them all")
  }

  private func problem(_ key: String, _ value: String?, _ expected: String) -> ConfigurationProblem {
    ConfigurationProblem(key: key, value: value, expected: expected, origin: "whatif")
  }
}
