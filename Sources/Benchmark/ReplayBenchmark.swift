import ArgumentParser
import Bytes
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

extension Workload {
  /// Writes the workload as JSON lines.
  static func write(events: Int, seed: UInt64, to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw ValidationError("\(path) cannot be written") }
    var workload = Workload(seed: seed)
    var buffer: [UInt8] = []
    for _ in 0..<events {
      buffer.append(contentsOf: workload.next().value)
      buffer.append(ASCII.newline)
      if buffer.count > 4 << 20 {
        try handle.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try handle.write(contentsOf: Data(buffer))
    try handle.close()
  }
}

/// `sojourn replay` as a process of its own, from a file to files.
struct ReplayBenchmark {
  let events: Int
  let seed: UInt64
  /// What is evaluated as well, one after the other.
  var evaluations: [Evaluation] = [.nothing]
  /// Whether calls of the conversation detail feed are replayed, not visits.
  var isOfCalls = false

  /// What is evaluated with each event.
  enum Evaluation {
    case nothing
    case rules(RulesWorkload)
    /// Those of `PredictionWorkload`, not predicted.
    case outcomes
    /// The same, predicted by models.
    case predictors

    /// Whether it is of the workload of which models are made.
    var needsModels: Bool {
      switch self {
      case .nothing, .rules: false
      case .outcomes, .predictors: true
      }
    }
  }

  /// What one of them cost, and gave.
  struct Result {
    var runs: [Measurement] = []
    /// The last line of standard output.
    var summary = ""
  }

  func run(times: Int) async throws -> [Measurement] {
    try await runAll(times: times).first?.runs ?? []
  }

  /// All evaluations in turn, round after round, so that a slow minute of the machine hits each of them.
  func runAll(times: Int) async throws -> [Result] {
    let directory = FileManager.default.temporaryDirectory.appending(path: "sojourn-benchmark-\(getpid())")
      .path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let input = directory + "/events.ndjson"
    var events = events
    if isOfCalls {
      var calls = ConversationWorkload(events: events, seed: seed)
      events = try calls.write(to: input)
    } else {
      try Workload.write(events: events, seed: seed, to: input)
    }
    let size = try FileManager.default.attributesOfItem(atPath: input)[.size] as? Int ?? 0
    let binary = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
      path: "sojourn")
    var results = [Result](repeating: Result(), count: evaluations.count)
    let arguments = try arguments(binary, directory)
    // One more than asked for: the first run warms the page cache and does not count.
    for (round, number) in (0...times).flatMap({ round in evaluations.indices.map { (round, $0) } }) {
      // What the run before has written is not this one's to delete.
      try? FileManager.default.removeItem(atPath: directory + "/out")
      let cpu = Measurement.cpuSeconds(.children)
      let start = ContinuousClock.now
      let process = Process()
      process.executableURL = binary
      process.arguments = [
        "replay", "--input", "\(isOfCalls ? "conversation" : "web")=\(input)", "--output", directory + "/out",
      ]
      process.arguments? += arguments[number]
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let said = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      let elapsed = ContinuousClock.now - start
      guard process.terminationStatus == 0 else {
        throw ValidationError("sojourn replay ended with exit code \(process.terminationStatus)")
      }
      if round == 0 { continue }
      results[number].summary =
        String(decoding: said, as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
      results[number].runs.append(
        Measurement(
          events: events, bytes: size, seconds: Measurement.seconds(elapsed),
          cpuSeconds: Measurement.cpuSeconds(.children) - cpu, peakBytes: Measurement.peakBytes(.children)))
    }
    return results
  }

  /// Writes what evaluations need, and tells the arguments of each.
  private func arguments(_ program: URL, _ directory: String) throws -> [[String]] {
    let predictions = PredictionWorkload(seed: seed, directory: directory)
    if evaluations.contains(where: \.needsModels) {
      try predictions.make { try QuietProcess.run(program.path, $0) }
    }
    return try evaluations.enumerated().map { number, evaluation in
      switch evaluation {
      case .nothing: return []
      case .rules(var rules):
        try rules.write(to: directory + "/definitions-\(number).json")
        return ["--definitions", directory + "/definitions-\(number).json"]
      case .outcomes: return predictions.outcomes
      case .predictors: return predictions.predictors
      }
    }
  }
}
