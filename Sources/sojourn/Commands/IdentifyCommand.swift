import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import Presentation
import Processor
import SessionQueries
import WireFormat

/// `sojourn identify`.
struct IdentifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identify",
    abstract:
      "Decides about persons: who belongs together, who does not, who is in a segment, whose a session is.",
    discussion: """
      Publishes a command to the topic 'identity'; the processor takes it up, and contacts change. WHO is somebody who is \
      known (a contact's id or its beginning, an address, a number), or an identifier as TYPE:VALUE, as email:ada@example.com, \
      phone:+15550100, externalId@shop:u-5, contact:crm-17. --dry-run shows the command and publishes nothing. What was \
      decided is overruled by a newer decision, never undone. Persons are looked for where identity.enabled is on.

      Exit codes of all: 0 published; 1 nobody, or failed; 2 wrong argument or configuration.
      """,
    subcommands: [
      Put.self, Claim.self, Release.self, Separate.self, Merge.self, Verify.self, Assign.self, Unassign.self,
      Link.self, Unlink.self, File.self,
    ])

  /// `sojourn identify put`.
  struct Put: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "put", abstract: "An address book's entry: identifiers of one person, and her traits.")

    @Option(name: .long, help: ArgumentHelp("An identifier; repeatable.", valueName: "TYPE:VALUE"))
    var identifier: [String] = []

    @Option(
      name: .long,
      help: ArgumentHelp("A trait, as givenName=Ada; repeatable.", valueName: "NAME=VALUE"))
    var trait: [String] = []

    @OptionGroup var decision: DecisionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try CommandPublishing.settings(common)
        var draft = try decision.draft("put")
        draft.identifiers = try CommandPublishing.identifiers(identifier)
        for text in trait {
          guard let sign = text.firstIndex(of: "=") else {
            throw ConfigurationProblem(
              key: "--trait", value: text, expected: "NAME=VALUE", origin: "identify put")
          }
          draft.traits = draft.traits ?? [:]
          draft.traits?[String(text[..<sign])] = String(text[text.index(after: sign)...])
        }
        try await CommandPublishing.run(draft, decision, common, settings)
      }
    }
  }

  /// `sojourn identify claim`.
  struct Claim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "claim", abstract: "Identifiers are the person's, whatever was decided before.")

    @OptionGroup var whom: WhomAndIdentifiers

    func run() async throws { try await whom.run("claim") }
  }

  /// `sojourn identify release`.
  struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "release",
      abstract: "Identifiers are not the person's: each is kept apart from all of her.")

    @OptionGroup var whom: WhomAndIdentifiers

    func run() async throws { try await whom.run("release") }
  }

  /// `sojourn identify separate`.
  struct Separate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "separate", abstract: "Identifiers are other people's than the one that WHO is known by.")

    @OptionGroup var whom: WhomAndIdentifiers

    func run() async throws { try await whom.run("separate") }
  }

  /// `sojourn identify merge`.
  struct Merge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "merge", abstract: "Contacts are one person: two to twenty-five.",
      discussion: "If one of them is unknown nothing is done.")

    @Argument(help: ArgumentHelp("Who are one.", valueName: "WHO"))
    var who: [String]

    @OptionGroup var decision: DecisionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try CommandPublishing.settings(common)
        var draft = try decision.draft("merge")
        let board = try await ContactReading.board(common, settings, waits: true)
        draft.contactIds = try who.map { who in
          let found =
            CommandDraft.NamedIdentifier(who).map {
              board.contacts(of: $0.type, $0.value, source: $0.externalSource)
            } ?? board.contacts(of: who)
          return try ContactCommand.one(of: found, who).id
        }
        try await CommandPublishing.run(draft, decision, common, settings)
      }
    }
  }

  /// `sojourn identify verify`.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Somebody vouches for it.")

    @Argument(help: ArgumentHelp("Who.", valueName: "WHO"))
    var who: String

    @OptionGroup var decision: DecisionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try CommandPublishing.settings(common)
        var draft = try decision.draft("verify")
        try await CommandPublishing.mention(who, in: &draft, common, settings)
        try await CommandPublishing.run(draft, decision, common, settings)
      }
    }
  }

  /// `sojourn identify assign`.
  struct Assign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "assign", abstract: "Puts a person into segments, for good or for so many days.")

    @Argument(help: ArgumentHelp("Who.", valueName: "WHO"))
    var who: String

    @Option(
      name: .long,
      help: ArgumentHelp("A segment, as vip or vip=30; repeatable.", valueName: "SEGMENT[=DAYS]"))
    var segment: [String]

    @OptionGroup var decision: DecisionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try CommandPublishing.settings(common)
        var draft = try decision.draft("segments")
        draft.assign = try segment.map { text in
          guard let assignment = CommandDraft.Assignment(text) else {
            throw ConfigurationProblem(
              key: "--segment", value: text, expected: "SEGMENT or SEGMENT=DAYS", origin: "identify assign")
          }
          return assignment
        }
        try await CommandPublishing.mention(who, in: &draft, common, settings)
        try await CommandPublishing.run(draft, decision, common, settings)
      }
    }
  }

  /// `sojourn identify unassign`.
  struct Unassign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unassign", abstract: "Takes a person out of segments.")

    @Argument(help: ArgumentHelp("Who.", valueName: "WHO"))
    var who: String

    @Option(name: .long, help: ArgumentHelp("A segment; repeatable.", valueName: "SEGMENT"))
    var segment: [String]

    @OptionGroup var decision: DecisionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try CommandPublishing.settings(common)
        var draft = try decision.draft("segments")
        draft.unassign = segment
        try await CommandPublishing.mention(who, in: &draft, common, settings)
        try await CommandPublishing.run(draft, decision, common, settings)
      }
    }
  }

  /// `sojourn identify file`.
  struct File: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "file", abstract: "Publishes commands from JSON lines: an address book's, for example.",
      discussion: """
        Each line that is not empty is a command (schemas/identity-command.schema.json). All of them are read first: if one is \
        no command, nothing is published, and the message names its line.
        """)

    @Argument(help: ArgumentHelp("File of commands, or - for standard input.", valueName: "FILE"))
    var file: String

    @Flag(name: .long, help: "Check the commands, and publish nothing.")
    var dryRun = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try CommandPublishing.settings(common)
        let handle = try InputFile.open(file, key: "FILE", origin: "identify file")
        let bytes = Array(try handle.readToEnd() ?? Data())
        var records: [CommandRecord] = []
        for (number, line) in bytes.split(separator: ASCII.newline, omittingEmptySubsequences: false)
          .enumerated()
        where line.contains(where: { $0 > ASCII.space }) {
          do throws(CommandProblemAt) {
            records.append(try CommandRecord(Array(line), settings))
          } catch {
            throw ConfigurationProblem(
              key: "FILE", value: "\(InputFile.name(file)):\(number + 1)",
              expected: error.message ?? error.reason.explanation, origin: "identify file")
          }
        }
        if !dryRun, !records.isEmpty {
          let log = try common.openLog(settings)
          try TopicsCommand.prepare(settings, log)
          try CommandPublishing.publish(records, settings, log)
        }
        StandardError.print(
          "\(dryRun ? "checked" : "published") \(CheckCommand.count(records.count, "command"))")
      }
    }
  }
}

/// Whom a command is about, and identifiers.
struct WhomAndIdentifiers: ParsableArguments {
  @Argument(help: ArgumentHelp("Who.", valueName: "WHO"))
  var who: String

  @Option(name: .long, help: ArgumentHelp("An identifier; repeatable.", valueName: "TYPE:VALUE"))
  var identifier: [String]

  @OptionGroup var decision: DecisionOptions
  @OptionGroup var common: CommonOptions

  func run(_ operation: String) async throws {
    try await reporting {
      let settings = try CommandPublishing.settings(common)
      var draft = try decision.draft(operation)
      draft.identifiers = try CommandPublishing.identifiers(identifier)
      try await CommandPublishing.mention(who, in: &draft, common, settings)
      try await CommandPublishing.run(draft, decision, common, settings)
    }
  }
}
