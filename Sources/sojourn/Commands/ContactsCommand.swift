import ArgumentParser
import EventLog
import Foundation
import Presentation
import Processor
import SessionQueries
internal import WireFormat

/// `sojourn contacts`.
struct ContactsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contacts",
    abstract:
      "Lists the persons that were found, those first of whom something was heard last, to within identity.activityStep.",
    discussion: """
      Waits first, as 'sojourn sessions' does, then reads the compacted contacts topic. A line a person: name or Unknown, type, \
      identifiers, number of devices; with --json the records as they are on the topic. Persons are looked for where \
      identity.enabled is on.

      Exit codes: 0 done, also if there are none; 1 failed; 2 wrong argument or configuration.
      """)

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
          key: "--limit", value: "\(limit)", expected: "1 or more", origin: "contacts")
      }
      let settings = try common.settings()
      let board = try await ContactReading.board(common, settings, waits: wait)
      let contacts = board.contacts()
      let shown = contacts.prefix(limit ?? (json ? contacts.count : 50))
      if json {
        var lines = Data()
        for contact in shown { lines.append(contentsOf: (board.value(contact.id) ?? []) + [ASCII.newline]) }
        try StandardOutput.write(lines)
        return
      }
      let terminal = Terminal()
      let lines = shown.map { ContactText.line($0) }
      if !lines.isEmpty { try terminal.write(lines.joined(separator: "\n") + "\n") }
      if contacts.count > shown.count {
        StandardError.print("\(contacts.count - shown.count) more not shown: --limit \(contacts.count)")
      }
      if contacts.isEmpty { StandardError.print(ContactReading.nobody(settings)) }
    }
  }
}
