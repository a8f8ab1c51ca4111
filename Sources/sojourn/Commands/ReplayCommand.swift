import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import JourneyRules
import LogTools
import Predictions
import Presentation
import Processor
import Sessionizer
import WireFormat

/// `sojourn replay`.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract:
      "Runs recorded events through the processor's own code, offline, or proves a run by doing it again.",
    discussion: """
      With --input and --output: each input is a file of JSON lines, or of an array or objects over several lines, as it is or \
      packed with gzip or zstd; a line that is not empty is one record. Inputs are \
      merged by event time. Writes DIR/sessions.ndjson, the last revision of each session (one that was merged into another \
      is part of that one), and DIR/rejected.ndjson, each rejected record with its reason. The last line of standard output \
      is a summary as JSON; read = applied + duplicates + rejected + ignored. On a terminal a bar on standard error shows how far it is.

      Where identity.enabled is on, DIR/contacts.ndjson has each contact, and identity=FILE is one more input: commands \
      as they stand in the topic identity, which count in read as well. Everybody has heard what came before a command \
      when it is taken up. What a command takes back is not written, but for sessions that were over by then.

      With --definitions as well: what the segments, outcomes and action maps of a folder would have made of these events. \
      Writes DIR/segments.ndjson, DIR/outcomes.ndjson and DIR/actions.ndjson, each line with the events and criteria that \
      made it true; no trigger is too old there. Where predictors are defined, --predict learns from the sessions as \
      they end and scores those that follow, which takes one core; --models scores by what was learned before.

      With --verify: reads each lane's journal from its earliest record, reads every batch's inputs again, reduces them again \
      under the present settings, and compares that with the journal's digests, with every record of sessions, rejected, \
      routed, redo and state, and with what a restart would restore. Writes nothing, and may run beside a live processor: \
      what is committed after the start is left out. Standard output has a table, a line about whatever compaction, \
      retention or other settings make unverifiable, and a summary as JSON in the last line; the first difference of each \
      lane goes to standard error with lane, sequence, topic, offset, key and byte. Two lanes are verified at a time; each \
      needs the memory that its sessions need in the processor, and some 12 MiB for each partition it reads.

      Exit codes: 0 done, whatever was rejected or could not be verified; 1 failed, or --verify found a difference; \
      2 wrong argument or configuration.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A stream, or identity, and its file, '-' for standard input.", valueName: "STREAM=FILE"))
  var input: [String] = []

  @Option(name: .long, help: ArgumentHelp("Directory for the results; made if missing.", valueName: "DIR"))
  var output: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Folder or file of definitions to try; may be repeated.", valueName: "DIR|FILE"))
  var definitions: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Score sessions by these models, which --predict has written; with --definitions.", valueName: "FILE"))
  var models: String?

  @Flag(
    name: .long,
    help: "Learn predictions from the sessions as they end, and score by them; writes DIR/models.sjps.")
  var predict = false

  @Flag(name: .long, help: "Advance event time past every timeout at the end.")
  var close = false

  @Flag(name: .long, help: "Verify what is in the log; without --input, --output and --close.")
  var verify = false

  @OptionGroup var common: CommonOptions

  func run() async throws { try await reporting(verify ? verifyLog : replay) }

  private func verifyLog() async throws {
    for (option, isGiven) in [
      ("--input", !input.isEmpty), ("--output", output != nil), ("--close", close),
      ("--definitions", !definitions.isEmpty),
    ] where isGiven {
      throw ConfigurationProblem(
        key: option, value: nil, expected: "no \(option) together with --verify, which reads the log",
        origin: "replay")
    }
    let settings = try common.settings()
    let lanes = settings.processor.lanes
    let source = try await common.existingTopic(lanes.topics.journal, settings)
    let run = VerificationRun(settings: lanes, log: source.log)
    let results = try await run.run()
    let training = try await run.runTraining()
    try run.print(results, training)
    if results.contains(where: { $0.mismatch != nil }) || !training.mismatches.isEmpty { throw ExitCode(1) }
  }

  private func replay() async throws {
    guard let output, !input.isEmpty else {
      throw ConfigurationProblem(
        key: output == nil ? "--output" : "--input", value: nil,
        expected: "--input STREAM=FILE and --output DIR, or --verify", origin: "replay")
    }
    let settings = try common.settings().processor.lanes
    do {
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    } catch {
      throw ConfigurationProblem(
        key: "--output", value: output, expected: "a folder to write to: \(SystemReason.text(error))",
        origin: "replay")
    }
    let now = EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    var replay = Replay(
      settings: settings, takenAt: now, closes: close, definitions: try bundle(settings.sessions.rules))
    replay.models = try givenModels()
    if let models, let bundle = replay.definitions?.bundle {
      for gap in ModelFile.gaps(replay.models, in: bundle) {
        StandardError.print(DisplayText("\(models): \(gap)").text)
      }
    }
    replay.learns = predict
    var inputs: [Replay.Input] = []
    var readers: [LineReader] = []
    var totalBytes = 0
    for (index, text) in input.enumerated() {
      let (stream, path) = try source(text, settings)
      let handle = try InputFile.open(path, key: "--input", origin: "replay")
      totalBytes += size(path)
      let topic = stream.map { settings.topics.inputs[$0] ?? $0.name } ?? settings.topics.commands
      let reader = LineReader(
        handle: handle, path: path, source: TopicPartition(topic, Int32(index)),
        maxLineBytes: settings.decoding.maxEventBytes)
      readers.append(reader)
      inputs.append(Replay.Input(stream: stream) { try await reader.next() })
    }
    let results = try ReplayFiles(
      directory: output, hasDefinitions: !definitions.isEmpty, findsPersons: settings.findsPersons)
    let (names, files, bar) = (input, readers, ProgressBar(total: totalBytes))
    let progress = Task {
      await bar.follow {
        var bytes = 0
        for file in files { bytes += await file.bytesRead }
        return bytes
      }
    }
    defer { progress.cancel() }
    let summary = try await replay.run(
      inputs,
      into: Replay.Sink(
        sessions: { try await results.write(sessions: $0) },
        rejected: { try await results.write(rejections: $0, inputs: names) },
        progress: { _ in },
        events: { try await results.write($1, of: $0) }))
    progress.cancel()
    await progress.value
    try await results.publish()
    for (text, reader) in zip(input, readers) where await reader.bytesRead == 0 {
      StandardError.print("sojourn: replay: --input \(text) is empty")
    }
    var counts = [
      ("read", summary.read), ("applied", summary.applied), ("duplicates", summary.duplicates),
      ("rejected", summary.rejected), ("ignored", summary.ignored), ("sessions", summary.sessions),
      ("open", summary.open),
      ("closed", summary.closed),
    ]
    if settings.findsPersons { counts.insert(("commands", summary.commands), at: 5) }
    if !definitions.isEmpty {
      let derived = summary.derived
      counts += [
        ("segmentsAssigned", derived.assigned), ("outcomesAchieved", derived.achieved),
        ("actionsQualified", derived.qualified), ("actionsOffered", derived.offered),
        ("actionsBlocked", derived.blocked),
      ]
    }
    if let learned = summary.learned {
      try ModelFile.write(learned.models, to: output + "/models.sjps")
      counts += [
        ("examples", learned.examples), ("trainings", learned.runs), ("modelsPublished", learned.published),
      ]
    }
    try StandardOutput.print("{" + counts.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}")
  }

  /// The name of the input that is commands about persons.
  private static let commands = "identity"

  /// The stream of an input, `nil` for commands, and its file.
  private func source(
    _ text: String, _ settings: LaneSettings
  ) throws(ConfigurationProblem) -> (JourneyModel.Stream?, path: String) {
    let separator = text.firstIndex(of: "=") ?? text.endIndex
    let name = String(text[..<separator])
    let stream = JourneyModel.Stream(name: name)
    guard separator < text.endIndex, stream != nil || name == ReplayCommand.commands else {
      throw ConfigurationProblem(
        key: "--input", value: text,
        expected:
          "STREAM=FILE with STREAM one of \(JourneyModel.Stream.names), or \(ReplayCommand.commands)=FILE",
        origin: "replay")
    }
    guard stream != nil || settings.findsPersons else {
      throw ConfigurationProblem(
        key: "--input", value: text,
        expected: "identity.enabled on: without it there are no persons to decide about", origin: "replay")
    }
    return (stream, String(text[text.index(after: separator)...]))
  }

  /// The models to score by; none without `--models`.
  private func givenModels() throws -> ModelSet {
    guard !definitions.isEmpty || (models == nil && !predict) else {
      throw ConfigurationProblem(
        key: models == nil ? "--predict" : "--models", value: models,
        expected: "--definitions besides, which say what is predicted", origin: "replay")
    }
    return try models.map { try ModelFile.read($0, key: "--models", origin: "replay") } ?? .empty
  }

  /// The definitions to try; `nil` for none. Findings go to standard error.
  private func bundle(_ settings: RuleSettings) throws -> CompiledBundle? {
    guard !definitions.isEmpty else { return nil }
    let result = try DefinitionFiles(definitions, key: "--definitions", origin: "replay").check()
    for finding in result.unread + result.check.findings {
      StandardError.print(DisplayText("\(finding)").text)
    }
    guard let bundle = result.check.bundle, result.unread.isEmpty else {
      throw ConfigurationProblem(
        key: "--definitions", value: definitions.joined(separator: " "),
        expected: "definitions without errors; sojourn check shows them all", origin: "replay")
    }
    return CompiledBundle(bundle, settings: settings)
  }

  /// Bytes of a file; 0 where nobody knows, as with a pipe.
  private func size(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? Int) ?? 0
  }
}
