import ArgumentParser
import Presentation

/// `sojourn demo`.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Plays seven customer journeys through the real processor and draws the session cards.",
    discussion: """
      Needs nothing and leaves nothing: the log is a file in a temporary directory. A producer publishes the events, the \
      processor turns them into sessions, and a subscriber of the sessions topic draws the cards as they change: blue \
      while a session goes on, white if the customer left before a wrap-up, grey when it is over. Segments and action maps apply: what they \
      give is shown as well, and why an offer is held back.

      Without a terminal, or with NO_COLOR set, changes are lines of text and colours are words. \
      Exit codes: 0 all expected cards were seen; 1 some were not, or it was interrupted.
      """)

  @Flag(name: .long, help: "Do not wait between the events.")
  var fast = false

  func run() async throws {
    try await reporting {
      if try await !DemoPlay(isFast: fast).run() { throw ExitCode(1) }
    }
  }
}
