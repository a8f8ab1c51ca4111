import ArgumentParser
import Foundation
import JourneyModel
import Processor

/// `sojourn check`.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates configuration files and files of events, with line numbers and reasons.",
    discussion: """
      A file that ends in .yaml or .yml, or that does not begin with '{' or '[', is a configuration; any other holds \
      events: JSON lines, or one JSON object over several lines. The stream of a file of events is --stream, or what its \
      first event says, or a word in its name or directory. Each finding is a line FILE:LINE: reason; each file ends with \
      a summary. Events are judged one by one: what depends on others, such as being late, shows in a replay.

      Exit codes: 0 all good; 1 there are findings; 2 a file cannot be read, or wrong argument.
      """)

  @Argument(help: ArgumentHelp("Files to check.", valueName: "FILE"))
  var files: [String]

  @Option(
    name: .long,
    help: ArgumentHelp("Stream of the events: web, app, conversation or custom.", valueName: "STREAM"))
  var stream: String?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      let settings = try common.settings()
      var given: JourneyModel.Stream?
      if let stream {
        guard let known = JourneyModel.Stream(name: stream) else {
          throw ConfigurationProblem(
            key: "--stream", value: stream, expected: "one of web, app, conversation, custom", origin: "check"
          )
        }
        given = known
      }
      var total = 0
      for file in files {
        guard let handle = FileHandle(forReadingAtPath: file), let start = try? handle.read(upToCount: 65_536)
        else {
          throw ConfigurationProblem(key: "FILE", value: file, expected: "a readable file", origin: "check")
        }
        try handle.seek(toOffset: 0)
        if CheckCommand.isConfiguration(file, start) {
          let findings = ConfigurationCheck.findings(in: file)
          for finding in findings { try StandardOutput.print("\(finding)") }
          try StandardOutput.print("\(file): configuration, \(CheckCommand.count(findings.count, "finding"))")
          total += findings.count
        } else {
          let check = EventCheck(path: file, limits: settings.processor.lanes.decoding)
          total += try await check.run(handle, start: start, stream: given)
        }
      }
      if total > 0 { throw ExitCode(1) }
    }
  }

  /// `1 finding`, `no findings`.
  static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number == 0 ? "no" : "\(number)") \(noun)s"
  }

  private static func isConfiguration(_ file: String, _ start: Data) -> Bool {
    if file.hasSuffix(".yaml") || file.hasSuffix(".yml") { return true }
    if [".json", ".ndjson", ".jsonl"].contains(where: file.hasSuffix) { return false }
    let first = start.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
    return first != 0x7b && first != 0x5b
  }
}
