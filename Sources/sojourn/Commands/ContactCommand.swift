import ArgumentParser
import EventLog
import Foundation
import Presentation
import Processor
import SessionQueries
import Threads
internal import WireFormat

/// `sojourn contact`.
struct ContactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contact",
    abstract: "Shows one person: identifiers, devices, and who else it may be.",
    discussion: """
      By the contact's id or its beginning, by an id that was merged into another, or by an address or a number in the form in \
      which it is kept (gwen@example.com, +15550100). With --json the record as it is on the topic. The person's sessions: \
      'sojourn sessions --contact'.

      Exit codes: 0 done; 1 nobody, or several; 2 wrong argument or configuration.
      """)

  @Argument(help: ArgumentHelp("An id, an address or a number.", valueName: "WHO"))
  var who: String

  @Flag(name: .long, help: "Print the record as one line of JSON.")
  var json = false

  @Flag(inversion: .prefixedNo, help: "Wait until what was published before is processed.")
  var wait = true

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      let settings = try common.settings()
      let board = try await ContactReading.board(common, settings, waits: wait)
      let contact = try ContactCommand.one(of: board.contacts(of: who), who)
      if json {
        try StandardOutput.write((board.value(contact.id) ?? []) + [ASCII.newline])
      } else {
        try Terminal().write(ContactText.lines(contact).joined(separator: "\n") + "\n")
      }
    }
  }

  /// The contact that is meant; says why there is none.
  static func one(of found: [ContactSnapshot], _ who: String) throws -> ContactSnapshot {
    if found.count == 1 { return found[0] }
    let ids = found.prefix(SessionMatch.maxListed).map(\.id).joined(separator: ", ")
    let problem = found.isEmpty ? "'\(who)' is nobody who is known" : "'\(who)' is several: \(ids)"
    StandardError.print(DisplayText("sojourn: \(problem)").text)
    throw ExitCode(1)
  }
}
