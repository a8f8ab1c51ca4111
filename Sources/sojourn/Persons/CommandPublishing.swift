import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import Presentation
import ProcessRuntime
import Processor
import SessionQueries
import Sessionizer
import WireFormat

/// Options of every command that decides about persons.
struct DecisionOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The decision's id: what is said twice under it counts once. A new one by default.", valueName: "ID"))
  var id: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "When it was decided (ISO 8601): of two the newer counts. Now by default.", valueName: "TIME"))
  var at: String?

  @Flag(name: .long, help: "Show the command as JSON, and publish nothing.")
  var dryRun = false

  @Flag(inversion: .prefixedNo, help: "Wait until it is processed.")
  var wait = true

  /// A draft of a command.
  func draft(_ operation: String) throws -> CommandDraft {
    CommandDraft(operation, id: id ?? "cli-" + UUID().uuidString.lowercased(), at: try time())
  }

  /// When it was decided.
  func time() throws -> EventTime {
    guard let at else { return SystemClock().now }
    guard let time = EventTime(iso8601: at) else {
      throw ConfigurationProblem(
        key: "--at", value: at, expected: "a time such as 2026-01-05T08:00:00Z", origin: "command line")
    }
    return time
  }
}

/// Publishes commands about persons.
enum CommandPublishing {
  /// The settings, if persons are looked for.
  static func settings(_ common: CommonOptions) throws -> Settings {
    let settings = try common.settings()
    guard settings.findsPersons else {
      throw ConfigurationProblem(
        key: "identity.enabled", value: "off", expected: "on: nobody takes commands about persons otherwise",
        origin: "configuration")
    }
    return settings
  }

  /// A draft as a record, or what is wrong with it.
  static func record(_ draft: CommandDraft, _ settings: Settings) throws -> CommandRecord {
    do {
      return try CommandRecord(draft.encoded(), settings)
    } catch let problem as CommandProblemAt {
      throw ConfigurationProblem(
        key: draft.operation, value: draft.id, expected: problem.message ?? problem.reason.explanation,
        origin: "command line")
    }
  }

  /// Refuses a date that lanes would reject as too far ahead.
  static func check(_ options: DecisionOptions, _ settings: Settings) throws {
    let ahead = settings.processor.lanes.sessions.maxFutureSkew
    guard let at = options.at, try options.time() > SystemClock().now + ahead else { return }
    throw ConfigurationProblem(
      key: "--at", value: at, expected: "no time that is further ahead than time.maxFutureSkew",
      origin: "command line")
  }

  /// Publishes one command, or with `--dry-run` shows it.
  static func run(
    _ draft: CommandDraft, _ options: DecisionOptions, _ common: CommonOptions, _ settings: Settings
  )
    async throws
  {
    try check(options, settings)
    let record = try record(draft, settings)
    if options.dryRun { return try StandardOutput.write(record.value + [ASCII.newline]) }
    let log = try common.openLog(settings)
    try TopicsCommand.prepare(settings, log)
    try publish([record], settings, log)
    StandardError.print(
      "published \(draft.id) to \(settings.processor.lanes.topics.commands); what is not carried out is told on \(settings.processor.lanes.topics[.contactEvents])"
    )
    if options.wait { try await SessionWait.run(log, settings) }
  }

  static func publish(_ records: [CommandRecord], _ settings: Settings, _ log: any EventLog) throws {
    let lanes = settings.processor.lanes
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    for record in records {
      let partition = record.partition ?? Placement.partition(of: record.key, partitions: lanes.partitions)
      batch.append(lanes.topics.commands, partition: partition, key: record.key, value: record.value)
    }
    try publisher.send(batch)
  }

  /// Whom an argument means: `TYPE:VALUE` as it is, anything else somebody who is known.
  static func mention(
    _ who: String, in draft: inout CommandDraft, _ common: CommonOptions, _ settings: Settings
  ) async throws {
    if let identifier = CommandDraft.NamedIdentifier(who) {
      draft.identifier = identifier
    } else {
      draft.contactId = try await contact(who, common, settings)
    }
  }

  /// The id of somebody who is known.
  static func contact(_ who: String, _ common: CommonOptions, _ settings: Settings) async throws -> String {
    let board = try await ContactReading.board(common, settings, waits: true)
    return try ContactCommand.one(of: board.contacts(of: who), who).id
  }

  static func identifiers(_ texts: [String]) throws -> [CommandDraft.NamedIdentifier] {
    try texts.map { text in
      guard let identifier = CommandDraft.NamedIdentifier(text) else {
        throw ConfigurationProblem(
          key: "--identifier", value: text,
          expected:
            "TYPE:VALUE with email, phone, externalId, contact or social, as email:ada@example.com; with a source TYPE@SOURCE:VALUE",
          origin: "command line")
      }
      return identifier
    }
  }
}
