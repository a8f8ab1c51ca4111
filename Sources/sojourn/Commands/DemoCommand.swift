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
      give is shown as well, and why an offer is held back. Before the first scene the processor learns from a generated \
      week of visits, chats and calls who buys; cards show how likely that is, and a map is triggered by it.

      With --web the same is shown by the console in a browser, at the address that it prints, until it is interrupted.

      Without a terminal, or with NO_COLOR set, changes are lines of text and colours are words. \
      Exit codes: 0 all expected cards were seen; 1 some were not, or it was interrupted.
      """)

  @Flag(name: .long, help: "Do not wait between the events.")
  var fast = false

  @Flag(name: .long, help: "Show it in the console as well, and stay there at the end.")
  var web = false

  @Option(name: .long, help: ArgumentHelp("The console's port; 0 takes any that is free.", valueName: "PORT"))
  var port = 0

  func run() async throws {
    try await reporting {
      guard web || port == 0, (0...65_535).contains(port) else {
        throw ConfigurationProblem(
          key: "--port", value: "\(port)", expected: "a number up to 65535, together with --web",
          origin: "demo")
      }
      let console = DemoConsole(port: port)
      let audience: DemoPlay.Audience = { try await console.show($0, $1, folder: $2) }
      let play = DemoPlay(isFast: fast, audience: web ? audience : nil)
      if try await !play.run() { throw ExitCode(1) }
    }
  }
}
