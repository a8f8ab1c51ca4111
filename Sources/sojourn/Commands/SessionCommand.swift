import ArgumentParser
import EventLog
import Foundation
import Processor

/// `sojourn session`.
struct SessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "Shows one session with its journey map.",
    discussion: """
      The card, with an event a line and its time; with --json the snapshot as it stands on the topic. A session that was \
      merged into another says into which.

      Exit codes: 0 done; 1 no such session, or failed; 2 wrong argument or configuration.
      """)

  @Argument(help: ArgumentHelp("The session's id.", valueName: "ID"))
  var id: String

  @Flag(name: .long, help: "Print the snapshot as one line of JSON.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let id = id.lowercased()
    try await reporting {
      let settings = try common.settings()
      let source = try await common.existingTopic(settings.processor.lanes.topics.sessions, settings)
      let value = try await onOwnThread {
        var newest: [UInt8]?
        try SessionTopic(log: source.log, topic: source.topic).read { if $0.key == id { newest = $0.value } }
        return newest
      }
      guard let value else {
        StandardError.print(
          "sojourn: session '\(id)' is not on topic \(source.topic.name) of \(settings.log)")
        throw ExitCode(1)
      }
      if json {
        try StandardOutput.write(value + [0x0a])
      } else if let session = SessionSnapshot(value) {
        let terminal = Terminal()
        let card = SessionCard(session: session, terminal: terminal, isExpanded: true)
        try terminal.write(card.lines.joined(separator: "\n") + "\n")
      } else {
        StandardError.print("sojourn: the record of session '\(id)' is no snapshot; --json prints it")
        throw ExitCode(1)
      }
    }
  }
}
