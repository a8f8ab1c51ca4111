import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import JourneyRules
import LogTools
import Presentation
import Processor
import SessionQueries
import Sessionizer
import Threads
import WireFormat

/// `sojourn explain session`, or `sojourn explain` alone.
struct ExplainSessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "Says why a segment, an outcome or an action map held in a session, or why not.",
    discussion: """
      For each criterion: when and by which event it held, or why not: that its key is missing, or what it had instead. \
      For an action map also what qualified it, and what blocked or offered it. For an outcome that is predicted also what each \
      fact adds to the newest prediction, exactly, and what each event has moved. DEFINITION is an id, or a name that only one has.

      From a log: reads the journal and the inputs of the session's lane again, each batch with \
      the definitions that were in force then, or all with those that --definitions gives; DEFINITION is one of those in force now. From files: with --input and --definitions, as 'sojourn replay' reads them, and --models; a file is read twice.

      Event times are UTC. --json prints one object.

      Exit codes: 0 explained, whether or not it held; 1 failed; 2 wrong argument or configuration, or no such session or \
      definition.
      """)

  @Argument(help: ArgumentHelp("The session's id; of a log, its beginning is enough.", valueName: "SESSION"))
  var session: String

  @Argument(
    help: ArgumentHelp("Id or name of a segment, an outcome or an action map.", valueName: "DEFINITION"))
  var definition: String

  @Option(
    name: .long,
    help: ArgumentHelp("Where several kinds have the id: segment, outcome or actionMap.", valueName: "KIND"))
  var kind: String?

  @Option(
    name: .long, help: ArgumentHelp("A stream and its file, instead of a log.", valueName: "STREAM=FILE"))
  var input: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Folder or file of definitions; may be repeated.", valueName: "DIR|FILE"))
  var definitions: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Models to score by, as 'sojourn replay --predict' left them; with --input.", valueName: "FILE"))
  var models: String?

  @Flag(name: .long, help: "Advance event time past every timeout at the end; with --input.")
  var close = false

  @Flag(name: .long, help: "Print one JSON object.")
  var json = false

  @Flag(inversion: .prefixedNo, help: "Of a log: wait until what was published before is processed.")
  var wait = true

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      let settings = try common.settings()
      let kind = try chosenKind()
      if wait, input.isEmpty, exists(settings.log) {
        try await SessionWait.run(try common.openLog(settings), settings)
      }
      let id = try await sessionID(settings)
      var explanation = try await input.isEmpty ? fromLog(id, kind, settings) : fromFiles(id, kind, settings)
      explanation.notes = explanation.notes.map { DisplayText($0).text }
      if json {
        try StandardOutput.print(ExplanationJSON(explanation: explanation).line)
      } else {
        let lines = ExplanationReport(explanation: explanation, terminal: Terminal()).lines
        try StandardOutput.print(lines.joined(separator: "\n"))
      }
    }
  }

  /// Whether there is a log to wait for; without one, what follows says so.
  private func exists(_ log: LogAddress) -> Bool {
    if case .embedded(let path) = log { return FileManager.default.fileExists(atPath: path) }
    return true
  }

  /// The session that is meant. Of a log, the beginning of its id is enough.
  private func sessionID(_ settings: Settings) async throws -> SessionID {
    if let id = SessionID(text: Array(session.lowercased().utf8)) { return id }
    guard input.isEmpty, let match = SessionMatch(session) else {
      throw problem(
        "SESSION", DisplayText(session).text, "a session's id, as 'sojourn sessions --json' lists them")
    }
    let source = try await common.existingTopic(settings.processor.lanes.topics.sessions, settings)
    let found = try await onOwnThread {
      var match = match
      try SessionTopic(log: source.log, topic: source.topic).read { match.take($0) }
      return match
    }
    guard case .one(let text, _) = found.result, let id = SessionID(text: Array(text.utf8)) else {
      throw problem(
        "SESSION", DisplayText(session).text,
        "a session's id, or the beginning of one: "
          + DisplayText(found.problem(of: source.log.name) ?? "").text)
    }
    return id
  }

  private func chosenKind() throws -> DefinitionKind? {
    guard let kind else { return nil }
    guard let known = DefinitionChoice.kinds.first(where: { $0.rawValue == kind }) else {
      throw problem("--kind", kind, "segment, outcome or actionMap")
    }
    return known
  }

  // MARK: - From files

  private func fromFiles(
    _ id: SessionID, _ kind: DefinitionKind?, _ settings: Settings
  ) async throws -> Explanation {
    let lanes = settings.processor.lanes
    guard !definitions.isEmpty else {
      throw problem("--definitions", nil, "definitions together with --input")
    }
    let bundle = try given()
    let chosen = try choice(bundle, kind)
    let models = try self.models.map { try ModelFile.read($0, key: "--models", origin: "explain") }
    let files = try input.map { try ExplainInput($0) }
    let now = EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let events = RecordedEvents(settings: lanes, takenAt: now, closes: close) {
      try files.enumerated().map { try $0.element.open($0.offset, lanes) }
    }
    switch try await events.search(id) {
    case .unknown(let nearest): throw unknown("these files", nearest)
    case .found(let customer, let lane):
      let compiled = CompiledBundle(bundle, settings: lanes.sessions.rules)
      guard
        let explanation = try await events.explain(
          chosen, of: compiled, session: id, customer: customer, lane: lane, models: models)
      else { throw unknown("these files", nil) }
      return explanation
    }
  }

  // MARK: - From a log

  private func fromLog(
    _ id: SessionID, _ kind: DefinitionKind?, _ settings: Settings
  ) async throws -> Explanation {
    guard !close else { throw problem("--close", nil, "--close together with --input only") }
    guard models == nil else { throw problem("--models", models, "--models together with --input only") }
    let lanes = settings.processor.lanes
    let source = try await common.existingTopic(lanes.topics.sessions, settings)
    guard source.topic.partitions == lanes.partitions else {
      throw problem(
        "lanes", "\(lanes.partitions)",
        "\(source.topic.partitions), the number of partitions of topic \(source.topic.name)")
    }
    let bundle = definitions.isEmpty ? try await inForce(source.log, lanes.topics.definitions) : try given()
    let chosen = try choice(bundle, kind)
    let (result, notes) = try await onOwnThread {
      let place: SessionPlace
      switch try SessionPlace.search(id.text, in: source) {
      case .found(let found): place = found
      case .unknown(let nearest): throw unknown(source.log.name, nearest)
      }
      return try JournaledEvents(log: source.log, settings: lanes).explain(
        chosen, of: CompiledBundle(bundle, settings: lanes.sessions.rules),
        by: definitions.isEmpty ? .bundlesOfThen : .givenBundle, session: id, customer: place.customer,
        lane: place.lane)
    }
    guard var explanation = result else {
      let why = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
      StandardError.print(
        "sojourn: no event of session \(id.text) can be read again from \(source.log.name)\(why)")
      throw ExitCode(1)
    }
    explanation.notes += notes
    return explanation
  }

  private func inForce(_ log: any EventLog, _ topic: String) async throws -> DefinitionBundle {
    let current = try await onOwnThread {
      try log.describe([topic])[topic].flatMap { _ in try DefinitionStore(log: log, topic: topic).current() }
    }
    guard let current else {
      throw problem(
        "--definitions", nil,
        "definitions: none are in force on \(log.name); 'sojourn definitions apply' puts some there")
    }
    return current.bundle
  }

  // MARK: - Arguments

  /// The definitions that are given, free of errors. Errors go to standard error.
  private func given() throws -> DefinitionBundle {
    let result = try DefinitionFiles(definitions, key: "--definitions", origin: "explain").check()
    let findings = result.unread + result.check.findings
    if let bundle = result.check.bundle, result.unread.isEmpty { return bundle }
    for finding in findings where finding.severity == .error {
      StandardError.print(DisplayText("\(finding)").text)
    }
    throw problem(
      "--definitions", definitions.joined(separator: " "),
      "definitions without errors; sojourn check shows them all")
  }

  private func choice(_ bundle: DefinitionBundle, _ kind: DefinitionKind?) throws -> Definition {
    try DefinitionChoice(bundle: bundle, origin: "explain").definition(definition, kind: kind)
  }

  private func unknown(_ place: String, _ nearest: String?) -> ConfigurationProblem {
    problem(
      "SESSION", session, "a session of \(place)" + (nearest.map { " (nearest is \($0))" } ?? ""))
  }

  private func problem(_ key: String, _ value: String?, _ expected: String) -> ConfigurationProblem {
    ConfigurationProblem(key: key, value: value, expected: expected, origin: "explain")
  }
}

/// An input file of `explain` and `whatif`: opened anew for each reading.
struct ExplainInput: Sendable {
  let stream: JourneyModel.Stream
  let path: String
  private let origin: String

  /// Reads `STREAM=FILE`.
  init(_ text: String, origin: String = "explain") throws(ConfigurationProblem) {
    self.origin = origin
    guard let separator = text.firstIndex(of: "="),
      let stream = JourneyModel.Stream(name: String(text[..<separator]))
    else {
      throw ConfigurationProblem(
        key: "--input", value: text,
        expected: "STREAM=FILE with STREAM one of \(JourneyModel.Stream.names)",
        origin: origin)
    }
    self.stream = stream
    path = String(text[text.index(after: separator)...])
    guard path != "-" else {
      throw ConfigurationProblem(
        key: "--input", value: text, expected: "a file, which is read twice, and not standard input",
        origin: origin)
    }
  }

  /// The file from its beginning.
  func open(_ index: Int, _ settings: LaneSettings) throws -> Replay.Input {
    let handle = try InputFile.open(path, key: "--input", origin: origin, takesStandardInput: false)
    let reader = LineReader(
      handle: handle, path: path,
      source: TopicPartition(settings.topics.inputs[stream] ?? stream.name, Int32(index)),
      maxLineBytes: settings.decoding.maxEventBytes)
    return Replay.Input(stream: stream) { try await reader.next() }
  }
}
