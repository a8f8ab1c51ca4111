import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import Processor
import WireFormat

/// `sojourn replay`.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Runs recorded events through the processor's own code, offline.",
    discussion: """
      Each input is a file of JSON lines; a line that is not empty is one record. Inputs are merged by event time. \
      Writes DIR/sessions.ndjson, the last revision of each session (one that was merged into another is part of that \
      one), and DIR/rejected.ndjson, each rejected record with its reason. The last line of standard output is a summary \
      as JSON; read = applied + duplicates + rejected. On a terminal a bar on standard error shows how far it is.

      Exit codes: 0 done, whatever was rejected; 1 failed; 2 wrong argument or configuration.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("A stream and its file, '-' for standard input.", valueName: "STREAM=FILE"))
  var input: [String]

  @Option(name: .long, help: ArgumentHelp("Directory for the results; made if missing.", valueName: "DIR"))
  var output: String

  @Flag(name: .long, help: "Advance event time past every timeout at the end.")
  var close = false

  @OptionGroup var common: CommonOptions

  func run() async throws { try await reporting(replay) }

  private func replay() async throws {
    ProcessMemory.keepBetweenBatches()
    let settings = try common.settings().processor.lanes
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let now = EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let replay = Replay(settings: settings, takenAt: now, closes: close)
    var inputs: [Replay.Input] = []
    var readers: [LineReader] = []
    var totalBytes = 0
    for (index, text) in input.enumerated() {
      guard let separator = text.firstIndex(of: "="),
        let stream = JourneyModel.Stream(name: String(text[..<separator]))
      else {
        throw ConfigurationProblem(
          key: "--input", value: text,
          expected: "STREAM=FILE with STREAM one of web, app, conversation, custom",
          origin: "replay")
      }
      let path = String(text[text.index(after: separator)...])
      let handle = try open(path)
      totalBytes += size(path)
      let topic = settings.topics.inputs[stream] ?? stream.name
      let reader = LineReader(
        handle: handle, source: TopicPartition(topic, Int32(index)),
        maxLineBytes: settings.decoding.maxEventBytes)
      readers.append(reader)
      inputs.append(Replay.Input(stream: stream) { try await reader.next() })
    }
    let sessions = try NDJSONFile(path: output + "/sessions.ndjson")
    let rejected = try NDJSONFile(path: output + "/rejected.ndjson")
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
        sessions: { try await sessions.write($0) },
        rejected: { try await rejected.write(rejections: $0, inputs: names) },
        progress: { _ in }))
    progress.cancel()
    await progress.value
    try await sessions.close()
    try await rejected.close()
    let counts = [
      ("read", summary.read), ("applied", summary.applied), ("duplicates", summary.duplicates),
      ("rejected", summary.rejected), ("sessions", summary.sessions), ("open", summary.open),
      ("closed", summary.closed),
    ]
    try StandardOutput.print("{" + counts.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}")
  }

  private func open(_ path: String) throws -> FileHandle {
    if path == "-" { return .standardInput }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw ConfigurationProblem(key: "--input", value: path, expected: "a readable file", origin: "replay")
    }
    return handle
  }

  /// Bytes of a file; 0 where nobody knows, as with a pipe.
  private func size(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? Int) ?? 0
  }
}
