import ArgumentParser
import Foundation
import JourneyModel
import Presentation
import Processor

/// `sojourn check`.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates definitions, configuration files and files of events, with places and reasons.",
    discussion: """
      Definitions: a folder means every .json, .yaml and .yml file below it. A file holds definitions too if its \
      folder (segments, outcomes, actionmaps, …) or its content (kind, selfUri, entities, …) says so, or with \
      --definitions. All that are given are checked as one set: a table shows what was loaded and what it listens to; \
      each finding is a line FILE: error|warning|note: PATH is VALUE, expected …; the last line says whether it may run.

      Other files: one that ends in .yaml or .yml, or that does not begin with '{' or '[', is a configuration; any other \
      holds events: JSON lines, an array, or objects over several lines; gzip and zstd are unpacked. The stream of a file of \
      events is --stream, or what its first event says, or a word in its name or directory. Each finding is a line FILE:LINE: \
      reason; a member that was probably meant to be another one is a note. Each file ends with a summary. Events are judged \
      one by one: what depends on others, such as being late, shows in a replay.

      Exit codes: 0 all good, warnings and notes on definitions included: it may run; 1 there are findings, of \
      definitions an error, or with --strict a warning: it may not; 2 a file cannot be read, or wrong argument.

      Examples: sojourn check definitions/; sojourn check sojourn.yaml web.ndjson
      """)

  @Argument(help: ArgumentHelp("Files to check, and folders of definitions.", valueName: "DIR|FILE"))
  var files: [String]

  @Flag(name: .long, help: "Every file given holds definitions.")
  var definitions = false

  @Flag(name: .long, help: "Warnings on definitions count as errors.")
  var strict = false

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
            key: "--stream", value: stream, expected: "one of \(JourneyModel.Stream.names)", origin: "check"
          )
        }
        given = known
      }
      var total = 0
      let definitionFiles = files.filter {
        definitions || CheckCommand.isFolder($0) || DefinitionFiles.isDefinition($0)
      }
      if !definitionFiles.isEmpty {
        let result = try DefinitionFiles(definitionFiles).check()
        let report = DefinitionReport(check: result.check, unread: result.unread, isStrict: strict)
        for line in report.lines { try StandardOutput.print(line) }
        if !report.mayRun { total += 1 }
      }
      for file in files where !definitionFiles.contains(file) {
        let start = try InputFile.head(
          InputFile.open(file, key: "FILE", origin: "check", takesStandardInput: false), path: file,
          count: 4_096)
        if CheckCommand.isConfiguration(file, start) {
          let findings = ConfigurationCheck.findings(in: file)
          for finding in findings { try StandardOutput.print(DisplayText("\(finding)").text) }
          try StandardOutput.print("\(file): configuration, \(CheckCommand.count(findings.count, "finding"))")
          total += findings.count
        } else {
          let check = EventCheck(path: file, limits: settings.processor.lanes.decoding)
          let handle = try InputFile.open(file, key: "FILE", origin: "check", takesStandardInput: false)
          total += try await check.run(handle, stream: given)
        }
      }
      if total > 0 { throw ExitCode(1) }
    }
  }

  /// `1 finding`, `no findings`.
  static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number == 0 ? "no" : "\(number)") \(noun)s"
  }

  private static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  private static func isConfiguration(_ file: String, _ start: [UInt8]) -> Bool {
    if file.hasSuffix(".yaml") || file.hasSuffix(".yml") { return true }
    let plain = [".gz", ".zst"].first(where: file.hasSuffix).map { file.dropLast($0.count) } ?? file[...]
    if [".json", ".ndjson", ".jsonl"].contains(where: plain.hasSuffix) { return false }
    let first = start.first { ![ASCII.space, ASCII.tab, ASCII.newline, ASCII.carriageReturn].contains($0) }
    return first != ASCII.openBrace && first != ASCII.openBracket
  }
}
