import ArgumentParser
import Bytes
import Foundation

/// Instructions an event, by stage, as callgrind counts them: the same on a busy machine as on an idle one.
///
/// Each way is measured on all events of every sixteenth customer and of every forty-eighth, and the second
/// count is taken from the first, so that start-up cancels and a session has as many events as in the whole.
/// The way is run on one binary; another one is compared by running it there with the same seed.
struct CostBenchmark {
  /// Events of which those customers are taken.
  let events: Int
  let seed: UInt64
  let directory: String
  /// The program, and this one.
  let program: String
  let own: String

  /// One way that events go.
  private struct Way {
    var name: String
    var arguments: [String] = []
    /// Which of the inputs.
    var input = "plain"
    /// Whether the processor runs on the simulated log, in a process of the benchmark.
    var isProcessor = false
  }

  private struct Cost {
    var events = 0
    var total = 0
    var shares: CostShares
  }

  /// The rows of a table: a way each, a stage a column.
  func run(note: (String) -> Void) throws -> [String] {
    guard let valgrind = CostBenchmark.find("valgrind") else {
      throw ValidationError(
        "--only cost counts with valgrind, which is not on PATH (apt-get install valgrind)")
    }
    note("writing inputs")
    try write("plain", naming: false)
    try write("persons", naming: true)
    var rules = RulesWorkload(segments: 500, outcomes: 100, actionMaps: 100, seed: seed)
    try rules.write(to: "\(directory)/rules.json")
    try Data(CostBenchmark.predictors.utf8).write(to: URL(filePath: "\(directory)/predictors.json"))
    note("learning predictions")
    try start(
      program,
      replay("plain-16", ["--definitions", "\(directory)/predictors.json", "--predict"], to: "learned"))
    let ways = [
      Way(name: "replay"),
      Way(name: "replay, 700 rules", arguments: ["--definitions", "\(directory)/rules.json"]),
      Way(name: "replay, persons", arguments: ["--set", "identity.enabled=on"], input: "persons"),
      Way(
        name: "replay, ten predictors",
        arguments: [
          "--definitions", "\(directory)/predictors.json", "--models", "\(directory)/learned/models.sjps",
        ]),
      Way(name: "processor, simulated log", isProcessor: true),
    ]
    var rows: [String] = []
    let stages = CostStage.allCases
    rows.append("| instructions an event | all | " + stages.map(\.rawValue).joined(separator: " | ") + " |")
    rows.append("|---|--:|" + stages.map { _ in "--:|" }.joined())
    for way in ways {
      note("counting \(way.name)")
      let large = try count(way, "16", valgrind)
      let small = try count(way, "48", valgrind)
      let events = Double(large.events - small.events)
      let parts = stages.map { stage in
        let spent = (large.shares.instructions[stage] ?? 0) - (small.shares.instructions[stage] ?? 0)
        return String(format: "%.0f", spent / events)
      }
      rows.append(
        "| \(way.name) | \(String(format: "%.0f", Double(large.total - small.total) / events)) | "
          + parts.joined(separator: " | ") + " |")
    }
    return rows
  }

  private func count(_ way: Way, _ part: String, _ valgrind: String) throws -> Cost {
    let profile = "\(directory)/callgrind.out"
    let input = "\(way.input)-\(part)"
    let arguments =
      way.isProcessor
      ? [stripped(own), "processor-part", "--input", "\(directory)/\(input).ndjson"]
      : [stripped(program)] + replay(input, way.arguments, to: "out")
    try start(
      valgrind, ["--tool=callgrind", "--callgrind-out-file=\(profile)"] + arguments)
    let counted = CallgrindProfile(text: try String(contentsOfFile: profile, encoding: .utf8))
    let lines = try Data(contentsOf: URL(filePath: "\(directory)/\(input).ndjson")).count {
      $0 == ASCII.newline
    }
    return Cost(events: lines, total: counted.total, shares: CostShares(counted))
  }

  private func replay(_ input: String, _ further: [String], to output: String) -> [String] {
    [
      "replay", "--input", "web=\(directory)/\(input).ndjson", "--output", "\(directory)/\(output)", "--set",
      "partitions=4",
    ] + further
  }

  /// A copy without lines and types, of which valgrind does not know every form; the names stay.
  private func stripped(_ program: String) -> String {
    let copy = "\(directory)/\(URL(filePath: program).lastPathComponent)"
    if FileManager.default.fileExists(atPath: copy) { return copy }
    guard let strip = CostBenchmark.find("strip"), (try? start(strip, ["-g", "-o", copy, program])) != nil
    else {
      return program
    }
    return copy
  }

  private func start(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    // A hash table's order would else differ from run to run, and its cost with it.
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_DETERMINISTIC_HASHING": "1"]) {
      $1
    }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError(
        "\(([program] + arguments).joined(separator: " ")): exit code \(process.terminationStatus)")
    }
  }

  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// - Parameter naming: whether one customer in ten says who it is, in each of its events.
  private func write(_ name: String, naming: Bool) throws {
    var workload = Workload(seed: seed)
    var texts = ["16": [UInt8](), "48": [UInt8]()]
    var numbers: [[UInt8]: Int] = [:]
    for _ in 0..<events {
      var (key, value) = workload.next()
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      guard number % 16 == 0 else { continue }
      if naming, number % 160 == 0 {
        value.removeLast()
        value += Array(",\"traits\":{\"email\":\"customer-\(number)@example.com\"}}".utf8)
      }
      value.append(ASCII.newline)
      texts["16"]?.append(contentsOf: value)
      if number % 48 == 0 { texts["48"]?.append(contentsOf: value) }
    }
    for (part, text) in texts {
      try Data(text).write(to: URL(filePath: "\(directory)/\(name)-\(part).ndjson"))
    }
  }

  /// Ten outcomes that sessions achieve or not, and a predictor for each.
  private static var predictors: String {
    let outcomes = (0..<10).map { number in
      let name = ["product_added", "object_clicked"][number % 2]
      return """
        {"kind":"outcome","id":"outcome-\(number)","displayName":"Outcome \(number)","version":1,"journey":{"patterns":[\
        {"count":\(1 + number / 4),"streamType":"Web","sessionType":"web","eventName":"\(name)","criteria":[\
        {"key":"page.pathname","values":["\(number)"],"operator":"containsAny","shouldIgnoreCase":true}]}]}}
        """
    }
    let predictors = (0..<10).map { number in
      #"{"kind":"predictor","id":"predictor-\#(number)","outcome":{"id":"outcome-\#(number)"}}"#
    }
    return "{\"entities\":[\((outcomes + predictors).joined(separator: ",\n"))]}"
  }
}
