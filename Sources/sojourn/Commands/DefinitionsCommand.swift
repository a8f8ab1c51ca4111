import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import JourneyRules
import Presentation
import Processor
import Threads

/// `sojourn definitions`.
struct DefinitionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "definitions",
    abstract: "Applies, lists and compares the definitions that a running processor goes by.",
    discussion: """
      Definitions (segments, outcomes, action maps and what they refer to) are in the topic 'definitions', on either log. \
      A running processor applies a change by itself, whole, between two batches; it is in force from the next event on. \
      What was assigned before stays. Each batch's journal record names the definitions that it was reduced under, so \
      'sojourn replay --verify' holds across changes. To try definitions on recorded events first: 'sojourn replay \
      --definitions'.
      """,
    subcommands: [Apply.self, List.self, Diff.self])

  /// `sojourn definitions apply`.
  struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "apply", abstract: "Checks definitions and puts them into force.",
      discussion: """
        A definition that says something else than the one in force gets the next version. Definitions in force that are \
        not given stay, or with --prune are removed. Nothing is applied if there is an error, or with --strict a warning; \
        'sojourn check' shows them all. With --skip-invalid an action map that refers to a segment or group that is neither \
        given nor in force is taken as inactive, which a line says: exports do not carry groups. \
        --watch stays and applies again whenever a file changes: for development.

        Exit codes: 0 in force, or nothing to change; 1 the definitions have errors, or the log cannot be reached; \
        2 wrong argument or configuration.
        """)

    @Argument(help: ArgumentHelp("Folders and files of definitions.", valueName: "DIR|FILE"))
    var files: [String]

    @Flag(name: .long, help: "Remove definitions that are not given.")
    var prune = false

    @OptionGroup var refusal: RefusalOptions

    @Flag(name: .long, help: "Stay, and apply again whenever a file changes.")
    var watch = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try common.settings()
        let log = try common.openLog(settings)
        try TopicsCommand.prepare(settings, log)
        let store = DefinitionStore(log: log, topic: settings.processor.lanes.topics.definitions)
        let paths = files
        let (prunes, refusal) = (prune, refusal)
        guard watch else {
          return try await onOwnThread { try Apply.apply(paths, store, prunes: prunes, refusal) }
        }
        var seen: [String: Date]?
        var complaint: String?
        while !Task.isCancelled {
          do {
            let now = try DefinitionFiles(paths, origin: "definitions").modificationDates
            if now != seen {
              do {
                try await onOwnThread { try Apply.apply(paths, store, prunes: prunes, refusal) }
              } catch is ExitCode {
                StandardError.print("sojourn: nothing was applied; waiting for the next change")
              }
              seen = now
            }
            complaint = nil
          } catch let error where seen != nil && Apply.mayPass(error) {
            let text = (error as? LogError).map { "\($0.message) [\($0.code)]" } ?? "\(error)"
            if text != complaint { StandardError.print("sojourn: \(text); trying again") }
            complaint = text
          }
          try await Task.sleep(for: .milliseconds(500))
        }
      }
    }

    /// Whether an error may pass by itself: editors and version control take files away and put them back,
    /// and a broker starts anew. A refused login or a topic that is too small does not.
    static func mayPass(_ error: any Error) -> Bool {
      if let error = error as? LogError { return error.reaction != .fatal }
      return !(error is CancellationError)
    }

    private static func apply(
      _ paths: [String], _ store: DefinitionStore, prunes: Bool, _ refusal: RefusalOptions
    ) throws {
      let (revision, current) = try DefinitionsCommand.revision(paths, store, prunes: prunes, refusal)
      guard let bundle = revision.check.bundle else { throw ExitCode(1) }
      for line in revision.skippedLines { try StandardOutput.print(line) }
      guard !revision.isEmpty || current == nil else {
        try StandardOutput.print(
          "nothing to change: revision \(current?.current.revision ?? 0) says the same")
        return
      }
      for line in revision.lines { try StandardOutput.print(line) }
      let applied = try store.apply(bundle, after: current?.current.revision ?? 0)
      try StandardOutput.print(
        "in force: revision \(applied.revision), \(CheckCommand.count(bundle.entries.count, "definition")), bundle \(bundle.hash)"
      )
    }
  }

  /// `sojourn definitions diff`.
  struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff", abstract: "Shows what 'definitions apply' would change, and changes nothing.",
      discussion: """
        One line a definition that would be added, changed or, with --prune, removed; then a summary.

        Exit codes: 0 compared, whether or not anything differs; 1 the definitions have errors, or the log cannot be \
        reached; 2 wrong argument or configuration; with --exit-code, 3 if something differs.
        """)

    @Argument(help: ArgumentHelp("Folders and files of definitions.", valueName: "DIR|FILE"))
    var files: [String]

    @Flag(name: .long, help: "As with 'apply --prune'.")
    var prune = false

    @Flag(name: .long, help: "End with 3 if something differs, for scripts.")
    var exitCode = false
    @OptionGroup var refusal: RefusalOptions

    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try common.settings()
        let topic = settings.processor.lanes.topics.definitions
        let log = try await common.existingTopic(topic, settings).log
        let (paths, prunes, tells, refusal) = (files, prune, exitCode, refusal)
        try await onOwnThread {
          let (revision, current) = try DefinitionsCommand.revision(
            paths, DefinitionStore(log: log, topic: topic), prunes: prunes, refusal)
          guard revision.check.bundle != nil else { throw ExitCode(1) }
          for line in revision.skippedLines { try StandardOutput.print(line) }
          for line in revision.lines { try StandardOutput.print(line) }
          let base = current.map { "revision \($0.current.revision)" } ?? "nothing in force"
          try StandardOutput.print(
            "against \(base): \(CheckCommand.count(revision.changes.count, "change")), \(revision.unchanged) unchanged"
          )
          if tells, !revision.changes.isEmpty { throw ExitCode(3) }
        }
      }
    }
  }

  /// `sojourn definitions list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Shows the definitions in force.",
      discussion: """
        A table, or with --json the bundle as one JSON object, which 'definitions apply' takes.

        Exit codes: 0 shown, also if nothing was ever applied; 1 the log cannot be reached; 2 wrong argument or configuration.
        """)

    @Flag(name: .long, help: "The definitions themselves, as JSON.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let settings = try common.settings()
        let topic = settings.processor.lanes.topics.definitions
        let log = try await common.existingTopic(topic, settings).log
        let isJSON = json
        try await onOwnThread {
          guard let (current, bundle) = try DefinitionStore(log: log, topic: topic).current() else {
            if isJSON {
              try StandardOutput.print("{\"entities\":[]}")
            } else {
              try StandardOutput.print(
                "nothing in force; 'sojourn definitions apply DIR' puts definitions there")
            }
            return
          }
          if isJSON {
            try StandardOutput.print(String(decoding: bundle.bytes, as: UTF8.self))
            return
          }
          for line in DefinitionTable(bundle.entries).lines { try StandardOutput.print(line) }
          try StandardOutput.print(
            "revision \(current.revision), applied \(current.appliedAt.iso8601), "
              + "\(CheckCommand.count(bundle.entries.count, "definition")), bundle \(current.bundle)")
        }
      }
    }
  }

  /// Reads files and compares them with what is in force. Findings go to standard error; errors in the files
  /// end it.
  private static func revision(
    _ paths: [String], _ store: DefinitionStore, prunes: Bool, _ refusal: RefusalOptions
  ) throws -> (DefinitionRevision, (current: DefinitionRecords.Current, bundle: DefinitionBundle)?) {
    // What a file says by itself must be right; what it refers to may be in force already.
    let reading = try DefinitionFiles(paths, origin: "definitions").read()
    guard !reading.findings.contains(where: { $0.severity == .error }) else {
      for finding in reading.findings { StandardError.print(DisplayText("\(finding)").text) }
      throw ExitCode(1)
    }
    guard !reading.entries.isEmpty else {
      throw ConfigurationProblem(
        key: "FILE", value: paths.joined(separator: " "),
        expected: "at least one definition; to take all out of force, deactivate them", origin: "definitions")
    }
    let (current, versions) = try store.currentAndVersions()
    let revision = DefinitionRevision(
      current: current?.bundle, past: versions, given: reading.entries, prunes: prunes,
      skipsInvalid: refusal.skipInvalid)
    for finding in revision.check.findings { StandardError.print(DisplayText("\(finding)").text) }
    if refusal.strict, revision.check.count(.warning) > 0 {
      let count = CheckCommand.count(revision.check.count(.warning), "warning")
      StandardError.print("sojourn: \(count), and --strict takes none")
      throw ExitCode(1)
    }
    return (revision, current)
  }
}

/// What becomes of definitions that are not in order.
struct RefusalOptions: ParsableArguments {
  @Flag(name: .long, help: "Refuse warnings as well.")
  var strict = false

  @Flag(
    name: .long, help: "Take action maps that refer to something that is not there as inactive.")
  var skipInvalid = false
}
