import ArgumentParser
import EventLog
import Foundation
import Presentation
import Processor
import SessionQueries
import Threads
internal import WireFormat

/// `sojourn session`.
struct SessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "Shows one session with its journey map.",
    discussion: """
      The card, with an event a line and its time; with --json the snapshot as it is on the topic. A session that was \
      merged into another says into which. The beginning of an id is enough where only one session has it. Waits first, as \
      'sojourn sessions' does.

      Exit codes: 0 done; 1 no such session, or failed; 2 wrong argument or configuration.
      """)

  @Argument(help: ArgumentHelp("The session's id, or its beginning.", valueName: "ID"))
  var id: String

  @Flag(name: .long, help: "Print the snapshot as one line of JSON.")
  var json = false

  @Flag(inversion: .prefixedNo, help: "Wait until what was published before is processed.")
  var wait = true

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      guard let match = SessionMatch(id) else {
        throw ConfigurationProblem(
          key: "ID", value: id,
          expected: "a session's id, or \(SessionMatch.minCharacters) characters of its beginning",
          origin: "session")
      }
      let settings = try common.settings()
      let topics = settings.processor.lanes.topics
      let source = try await common.existingTopic(topics.sessions, settings)
      if wait { try await SessionWait.run(source.log, settings) }
      let found = try await onOwnThread {
        var match = match
        try SessionTopic(log: source.log, topic: source.topic).read { match.take($0) }
        return match
      }
      guard case .one(let id, let value) = found.result else {
        let problem = found.problem(of: "topic \(source.topic.name) of \(settings.log)") ?? ""
        StandardError.print(DisplayText("sojourn: \(problem)").text)
        throw ExitCode(1)
      }
      if json {
        try StandardOutput.write(value + [ASCII.newline])
      } else if let session = SessionSnapshot(value) {
        let terminal = Terminal()
        let hasSegments = !(session.segmentAssignments ?? []).isEmpty
        let legend = hasSegments ? try await SegmentLegend.inForce(source.log, topics.definitions) : .empty
        let card = SessionCard(session: session, terminal: terminal, legend: legend, isExpanded: true)
        try terminal.write(card.lines.joined(separator: "\n") + "\n")
      } else {
        StandardError.print("sojourn: the record of session '\(id)' is no snapshot; --json prints it")
        throw ExitCode(1)
      }
    }
  }
}
