import ArgumentParser
import Foundation
import Identity
import LogTools
import Persons
import Presentation
import Processor
import SessionQueries
import Threads
import WireFormat

/// `sojourn explain contact`.
struct ExplainContactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contact",
    abstract: "Says why identifiers are one person: what joined them, and what was refused.",
    discussion: """
      Reads what a restart would: all that was said of the person's identifiers, in the order in which it counts, what became of \
      each statement, segments and the action maps that have acted on them, and who may be the same person. WHO is a contact's \
      id or its beginning, an address or a number, or an identifier as TYPE:VALUE. Writes nothing, and may run beside the \
      processor. --json prints one object.

      Exit codes: 0 explained; 1 nobody, or several, or the person is on the way from one lane to another: ask again; \
      2 wrong argument or configuration.
      """)

  @Argument(help: ArgumentHelp("Who.", valueName: "WHO"))
  var who: String

  @Flag(name: .long, help: "Print one JSON object.")
  var json = false

  @Flag(inversion: .prefixedNo, help: "Wait until what was published before is processed.")
  var wait = true

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      let settings = try CommandPublishing.settings(common)
      let identifiers = try await identifiers(settings)
      let source = try await common.existingTopic(settings.processor.lanes.topics.state, settings)
      let lanes = settings.processor.lanes
      let limits = settings.persons.limits
      let finding = try await onOwnThread {
        let registers = StoredRegisters(log: source.log, settings: lanes, limits: limits)
        var finding = StoredRegisters.Finding.unknown
        for identifier in identifiers {
          finding = try registers.explain(identifier)
          if case .found = finding { break }
        }
        return finding
      }
      switch finding {
      case .found(let explanation):
        if json {
          try StandardOutput.print(ContactExplanationJSON(explanation: explanation).line)
        } else {
          let report = ContactExplanationReport(explanation: explanation, terminal: Terminal())
          try StandardOutput.print(report.lines.joined(separator: "\n"))
        }
      case .unknown: throw nobody("is nobody who is known")
      case .underWay: throw nobody("is on the way from one lane to another: ask again")
      }
    }
  }

  /// Identifiers of whoever is meant.
  private func identifiers(_ settings: Settings) async throws -> [Identifier] {
    let rules = settings.persons.identifiers
    let named: [CommandDraft.NamedIdentifier]
    if let identifier = CommandDraft.NamedIdentifier(who) {
      if wait {
        let source = try await common.existingTopic(settings.processor.lanes.topics[.contacts], settings)
        try await SessionWait.run(source.log, settings)
      }
      named = [identifier]
    } else {
      let board = try await ContactReading.board(common, settings, waits: wait)
      let contact = try ContactCommand.one(of: board.contacts(of: who), who)
      named = (contact.identifiers ?? []).map { CommandDraft.NamedIdentifier($0) }
    }
    return named.compactMap { one in
      guard let type = IdentifierType(name: Array(one.type.utf8)) else { return nil }
      return try? rules.identifier(
        type, Array(one.value.utf8), source: Array((one.externalSource ?? "").utf8))
    }
  }

  private func nobody(_ what: String) -> ExitCode {
    StandardError.print(DisplayText("sojourn: '\(who)' \(what)").text)
    return ExitCode(1)
  }
}

extension CommandDraft.NamedIdentifier {
  fileprivate init(_ known: ContactSnapshot.Identifier) {
    type = known.type
    value = known.value
    externalSource = known.externalSource
  }
}
