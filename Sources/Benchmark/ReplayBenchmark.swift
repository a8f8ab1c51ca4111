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
  /// Rules that are evaluated as well, one set after the other; without any, none.
  var rules: [RulesWorkload?] = [nil]
  /// Whether calls of the conversation detail feed are replayed, not visits.
  var isOfCalls = false

  /// What one set of rules cost, and gave.
  struct Result {
    var runs: [Measurement] = []
    /// The last line of standard output.
    var summary = ""
  }

  func run(times: Int) async throws -> [Measurement] {
    try await runAll(times: times).first?.runs ?? []
  }

  /// All sets of rules in turn, round after round, so that a slow minute of the machine hits each of them.
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
    var results = [Result](repeating: Result(), count: rules.count)
    for (number, var workload) in rules.enumerated() {
      try workload?.write(to: directory + "/definitions-\(number).json")
    }
    // One more than asked for: the first run warms the page cache and does not count.
    for (round, number) in (0...times).flatMap({ round in rules.indices.map { (round, $0) } }) {
      // What the run before has written is not this one's to delete.
      try? FileManager.default.removeItem(atPath: directory + "/out")
      let cpu = Measurement.cpuSeconds(.children)
      let start = ContinuousClock.now
      let process = Process()
      process.executableURL = binary
      process.arguments = [
        "replay", "--input", "\(isOfCalls ? "conversation" : "web")=\(input)", "--output", directory + "/out",
      ]
      if rules[number] != nil {
        process.arguments? += ["--definitions", directory + "/definitions-\(number).json"]
      }
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
}
