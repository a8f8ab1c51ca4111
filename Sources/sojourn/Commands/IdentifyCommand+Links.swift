import ArgumentParser

extension IdentifyCommand {
  /// `sojourn identify link`.
  struct Link: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "link", abstract: "A conversation, or any other session, is the person's.",
      discussion: """
        For this session it counts more than whatever is named in it, until it is taken back. Nobody is joined by it: a caller's \
        number stays whose it is. The session must be one that lanes still hold and that is not final.
        """)

    @Argument(help: ArgumentHelp("Who.", valueName: "WHO"))
    var who: String

    @Argument(help: ArgumentHelp("The session's id or its beginning.", valueName: "SESSION"))
    var session: String

    @OptionGroup var decision: DecisionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try CommandPublishing.settings(common)
        var draft = try decision.draft("link")
        draft.session = try await NamedSession.find(session, common, settings)
        try await CommandPublishing.mention(who, in: &draft, common, settings)
        try await CommandPublishing.run(draft, decision, common, settings)
      }
    }
  }

  /// `sojourn identify unlink`.
  struct Unlink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unlink", abstract: "What was decided about a session is taken back.")

    @Argument(help: ArgumentHelp("The session's id or its beginning.", valueName: "SESSION"))
    var session: String

    @OptionGroup var decision: DecisionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try CommandPublishing.settings(common)
        var draft = try decision.draft("unlink")
        draft.session = try await NamedSession.find(session, common, settings)
        try await CommandPublishing.run(draft, decision, common, settings)
      }
    }
  }
}
