import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import LogTools
import Presentation
internal import ProcessRuntime
import Processor
import Threads
internal import WireFormat

/// `sojourn redrive`.
struct RedriveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redrive",
    abstract: "Puts rejected records back to where they first entered.",
    discussion: """
      For use after a fix: a larger limit, a corrected clock, a new version. Each record of 'rejected' goes back to the topic and \
      partition that it first came from, with its key and bytes; the header sojourn-redriven says how often that has \
      happened. What is rejected again comes back to 'rejected' with that number, and is left there after --max-attempts.

      Each reason has a consumer group of its own (GROUP-redrive-REASON) that remembers how far it was redriven, and commits \
      with the records in one transaction: a record is put back at most once, also if this command is killed and started \
      again, and one reason may follow another. What is passed over (older than --since, put back too often, of no input \
      topic) is passed over for good; after --limit the next run goes on where this one stopped. Records that are rejected \
      while it runs wait for the next run. The processor may run meanwhile.

      --dry-run shows what would happen, by reason, and writes nothing. The last line of standard output is a summary as JSON.

      Exit codes: 0 done, even if there was nothing; 1 failed; 2 wrong argument or configuration.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only records rejected for this reason, as header sojourn-reason has it; repeatable.",
      valueName: "REASON"))
  var reason: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only records rejected since then: ISO 8601, or an age such as 90m.", valueName: "TIME"))
  var since: String?

  @Option(name: .long, help: ArgumentHelp("Put back at most so many.", valueName: "N"))
  var limit: Int?

  @Option(name: .long, help: ArgumentHelp("Leave what was put back so often before.", valueName: "N"))
  var maxAttempts = 3

  @Flag(name: .long, help: "Show what would be put back, and write nothing.")
  var dryRun = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      let selection = try selection()
      let settings = try common.settings()
      let lanes = settings.processor.lanes
      let source = try await common.existingTopic(lanes.topics.rejected, settings)
      let redrive = Redrive(
        settings: lanes, instance: settings.processor.instance, selection: selection)
      let (log, dryRun) = (source.log, dryRun)
      let result = try await onOwnThread { dryRun ? try redrive.plan(on: log) : try redrive.run(on: log) }
      try print(result)
    }
  }

  private func selection() throws -> Redrive.Selection {
    func refuse(_ option: String, _ value: String, _ expected: String) -> ConfigurationProblem {
      ConfigurationProblem(key: option, value: value, expected: expected, origin: "redrive")
    }
    var selection = Redrive.Selection()
    if !reason.isEmpty {
      selection.reasons = try reason.map { name in
        guard let reason = RejectionReason(rawValue: name) else {
          let known = RejectionReason.allCases.map(\.rawValue).joined(separator: ", ")
          throw refuse("--reason", name, "one of \(known)")
        }
        return reason
      }
    }
    if let since { selection.since = try time(since) { refuse("--since", since, $0) } }
    if let limit, limit < 1 { throw refuse("--limit", "\(limit)", "1 or more") }
    guard maxAttempts > 0 else { throw refuse("--max-attempts", "\(maxAttempts)", "1 or more") }
    selection.limit = limit
    selection.maxAttempts = maxAttempts
    return selection
  }

  /// A moment: an ISO 8601 time, or so long ago.
  private func time(_ text: String, _ refuse: (String) -> ConfigurationProblem) throws -> EventTime {
    if let time = EventTime(iso8601: text) { return time }
    guard let age = DurationText.milliseconds(text), age >= 0 else {
      throw refuse("a time such as 2026-01-05T08:00:00Z, or an age such as 90m")
    }
    return EventTime(milliseconds: SystemClock().now.milliseconds - age)
  }

  private func print(_ result: [RejectionReason: Redrive.Counts]) throws {
    var sum = Redrive.Counts()
    for reason in RejectionReason.allCases {
      guard let counts = result[reason] else { continue }
      sum = sum + counts
      var parts = ["\(counts.redriven) \(dryRun ? "would be put back" : "put back")"]
      if counts.exhausted > 0 {
        parts.append("\(counts.exhausted) put back \(maxAttempts) times or more before")
      }
      if counts.older > 0 { parts.append("\(counts.older) older") }
      if counts.withoutOrigin > 0 { parts.append("\(counts.withoutOrigin) of no input topic") }
      try StandardOutput.print("\(reason.rawValue): \(parts.joined(separator: ", "))")
    }
    if result.isEmpty { try StandardOutput.print("nothing to put back") }
    try StandardOutput.print(
      "{\"redriven\":\(sum.redriven),\"exhausted\":\(sum.exhausted),\"older\":\(sum.older),\"withoutOrigin\":\(sum.withoutOrigin),\"dryRun\":\(dryRun)}"
    )
  }
}
