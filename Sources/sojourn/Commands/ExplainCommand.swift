import ArgumentParser

/// `sojourn explain`.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says why something held in a session, or why identifiers are one person.",
    discussion: """
      'sojourn explain SESSION DEFINITION' says why a segment, an outcome or an action map held in a session, or why not; \
      'sojourn explain contact WHO' why identifiers are one person, and who was not joined.
      """,
    subcommands: [ExplainSessionCommand.self, ExplainContactCommand.self],
    defaultSubcommand: ExplainSessionCommand.self)
}
