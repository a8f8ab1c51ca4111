import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import Presentation
import Processor
import SessionQueries
import Threads
internal import WireFormat

/// `sojourn sessions`.
struct SessionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions",
    abstract: "Shows the sessions that the log holds, newest first.",
    discussion: """
      Waits until the processor has committed what is in the inputs; if none runs, it says so and how much waits, and shows what \
      there is. Then reads the compacted sessions topic, with --customer only the partition that can hold them, and keeps the \
      newest revision of each session. One that was merged into another is part of that one. Without --json it draws cards, \
      the newest 20 unless --limit says otherwise; with --json it prints snapshots as they are on the topic, one line each.

      Exit codes: 0 done, also if there are none; 1 failed; 2 wrong argument or configuration.
      """)

  @Option(name: .long, help: ArgumentHelp("Only sessions of this customer.", valueName: "ID"))
  var customer: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only sessions of this person: a contact's id, an address or a number.", valueName: "WHO"))
  var contact: String?

  @Flag(name: .long, help: "Only sessions that have not ended.")
  var open = false

  @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "N"))
  var limit: Int?

  @Flag(name: .long, help: "Print JSON lines.")
  var json = false

  @Flag(inversion: .prefixedNo, help: "Wait until what was published before is processed.")
  var wait = true

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      if let limit, limit < 1 {
        throw ConfigurationProblem(
          key: "--limit", value: "\(limit)", expected: "1 or more", origin: "sessions")
      }
      let settings = try common.settings()
      let source = try await common.existingTopic(settings.processor.lanes.topics.sessions, settings)
      if wait { try await SessionWait.run(source.log, settings) }
      let customer = customer
      let topics = settings.processor.lanes.topics
      let conversations = topics.inputs[.conversation] ?? "conversation"
      let board = try await onOwnThread {
        var board = SessionBoard()
        let topic = SessionTopic(log: source.log, topic: source.topic)
        let lanes = try customer.flatMap { try topic.lanes(of: $0, conversations: conversations) }
        try topic.read(lanes: lanes) { board.take($0) }
        return board
      }
      var sessions = board.sessions()
      if let customer { sessions.removeAll { $0.customerId != customer } }
      if let contact {
        let contacts = try await ContactReading.board(common, settings, waits: false)
        let person = try ContactCommand.one(of: contacts.contacts(of: contact), contact)
        sessions.removeAll { !person.owns($0) }
      }
      if open { sessions.removeAll { !$0.isOpen } }
      let shown = sessions.prefix(limit ?? (json ? sessions.count : 20))
      if json {
        var lines = Data()
        for session in shown { lines.append(contentsOf: (board.value(session.id) ?? []) + [ASCII.newline]) }
        try StandardOutput.write(lines)
      } else {
        let needsLegend = shown.contains { !($0.segmentAssignments ?? []).isEmpty }
        try draw(
          shown,
          legend: needsLegend ? try await SegmentLegend.inForce(source.log, topics.definitions) : .empty)
        let missing = sessions.count - shown.count
        if missing > 0 {
          StandardError.print("\(missing) older sessions not shown: --limit \(sessions.count)")
        }
        if sessions.isEmpty { StandardError.print("no sessions") }
      }
    }
  }

  private func draw(_ sessions: ArraySlice<SessionSnapshot>, legend: SegmentLegend) throws {
    let terminal = Terminal()
    let lines = sessions.flatMap { SessionCard(session: $0, terminal: terminal, legend: legend).lines }
    if !lines.isEmpty { try terminal.write(lines.joined(separator: "\n") + "\n") }
  }
}
