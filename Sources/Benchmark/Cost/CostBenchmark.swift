import ArgumentParser
import Bytes
import Foundation

/// Instructions and cache misses an event, by stage, as callgrind counts them: the same on a busy machine as
/// on an idle one.
///
/// Each way is measured on all events of every sixteenth customer and of every forty-eighth, and the second
/// count is taken from the first, so that start-up cancels and a session has as many events as in the whole.
/// A later build is compared with what was recorded of an earlier one: `CostReference`.
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
    var input = Naming.never
    /// Whether the processor runs on the simulated log, in a process of the benchmark.
    var isProcessor = false
  }

  /// Who says in its events who it is.
  private enum Naming: String, CaseIterable {
    /// Nobody.
    case never = "plain"
    /// One visit in ten, in one event: its second or only one, as a login or a form would.
    case once
    /// One customer in ten, in each of its events.
    case always
  }

  /// What was counted of one way on one input.
  private struct Cost {
    var events: Int
    var total: CostCounts
    var instructions: CostShares
    var cacheMisses: CostShares
  }

  /// What was counted.
  struct Result {
    /// Two tables, a way a row and a stage a column: instructions, and misses of the second cache.
    var rows: [String]
    var counts: CostReference
  }

  /// The caches of the machine that the first counts were taken on, whatever this one has.
  private static let caches = ["--cache-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=524288,8,64"]
  /// Events of a commit of the processor: as few as fill one on the smaller of the inputs.
  private static let batch = 1_000

  func run(note: (String) -> Void) throws -> Result {
    guard let valgrind = CostBenchmark.find("valgrind") else {
      throw ValidationError(
        "--only cost counts with valgrind, which is not on PATH (apt-get install valgrind)")
    }
    note("writing inputs")
    for naming in Naming.allCases { try write(naming) }
    var rules = RulesWorkload(segments: 500, outcomes: 100, actionMaps: 100, seed: seed)
    try rules.write(to: "\(directory)/rules.json")
    note("learning predictions")
    let predictions = PredictionWorkload(seed: seed, directory: directory)
    try predictions.make { try start(program, $0) }
    let ways = [
      Way(name: "replay"),
      Way(name: "replay, 700 rules", arguments: ["--definitions", "\(directory)/rules.json"]),
      Way(name: "replay, persons, nobody named", arguments: CostBenchmark.persons),
      Way(name: "replay, one visit in ten names an address once, no persons", input: .once),
      Way(
        name: "replay, one visit in ten names an address once", arguments: CostBenchmark.persons,
        input: .once),
      Way(name: "replay, one customer in ten names an address in each event, no persons", input: .always),
      Way(
        name: "replay, one customer in ten names an address in each event", arguments: CostBenchmark.persons,
        input: .always),
      Way(name: "replay, ten outcomes", arguments: predictions.outcomes),
      Way(name: "replay, ten predictors", arguments: predictions.predictors),
      Way(name: "processor, simulated log", isProcessor: true),
    ]
    let stages = CostStage.ofEvents.map(\.rawValue).joined(separator: " | ")
    let ruler = CostStage.ofEvents.map { _ in "--:|" }.joined()
    var instructions = [
      "| instructions an event | all | \(stages) | misses: I1 | D1 | L2 |", "|---|--:|\(ruler)--:|--:|--:|",
    ]
    var misses = ["| misses of the second cache an event | all | \(stages) |", "|---|--:|\(ruler)"]
    var reference = CostReference(
      CostReference.Conditions(events: events, seed: seed, processor: CostBenchmark.processor))
    for way in ways {
      note("counting \(way.name)")
      let large = try count(way, "16", valgrind)
      let small = try count(way, "48", valgrind)
      let events = Double(large.events - small.events)
      func each(_ kind: KeyPath<CostCounts, Int>) -> Double {
        Double(large.total[keyPath: kind] - small.total[keyPath: kind]) / events
      }
      func parts(_ shares: KeyPath<Cost, CostShares>, _ format: String) -> String {
        CostStage.ofEvents.map { stage in
          let spent =
            (large[keyPath: shares].counts[stage] ?? 0) - (small[keyPath: shares].counts[stage] ?? 0)
          if shares == \Cost.instructions {
            let place = CostReference.Place(way: way.name, stage: stage.rawValue)
            reference.counts[place] = Int((spent / events).rounded())
          }
          return String(format: format, spent / events)
        }.joined(separator: " | ")
      }
      reference.counts[CostReference.Place(way: way.name, stage: "all")] = Int(each(\.instructions).rounded())
      instructions.append(
        "| \(way.name) | \(String(format: "%.0f", each(\.instructions))) | \(parts(\.instructions, "%.0f")) | "
          + [\CostCounts.instructionMisses, \.dataMisses, \.cacheMisses].map {
            String(format: "%.1f", each($0))
          }.joined(separator: " | ") + " |")
      misses.append(
        "| \(way.name) | \(String(format: "%.1f", each(\.cacheMisses))) | \(parts(\.cacheMisses, "%.1f")) |")
    }
    return Result(rows: instructions + [""] + misses, counts: reference)
  }

  /// This machine's processor, by its own name.
  private static var processor: String {
    let facts = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let name = facts.split(separator: "\n").first { $0.hasPrefix("model name") }
    return name?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }

  private func count(_ way: Way, _ part: String, _ valgrind: String) throws -> Cost {
    let profile = "\(directory)/callgrind.out"
    let input = "\(way.input.rawValue)-\(part)"
    let arguments =
      way.isProcessor
      ? [
        stripped(own), "processor-part", "--input", "\(directory)/\(input).ndjson", "--batch",
        "\(CostBenchmark.batch)",
      ]
      : [stripped(program)] + replay(input, way.arguments, to: "out")
    try start(
      valgrind,
      ["--tool=callgrind", "--callgrind-out-file=\(profile)"] + CostBenchmark.caches + arguments)
    let counted = CallgrindProfile(text: try String(contentsOfFile: profile, encoding: .utf8))
    var lines = try Data(contentsOf: URL(filePath: "\(directory)/\(input).ndjson")).count {
      $0 == ASCII.newline
    }
    if way.isProcessor { lines -= lines % CostBenchmark.batch }
    return Cost(
      events: lines, total: counted.ofEvents, instructions: CostShares(counted, of: \.instructions),
      cacheMisses: CostShares(counted, of: \.cacheMisses))
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
    // A hash table's order would else differ from run to run, and its cost with it; and so would the order in
    // which tasks come to threads.
    let always = ["SWIFT_DETERMINISTIC_HASHING": "1", "LIBDISPATCH_COOPERATIVE_POOL_STRICT": "1"]
    try QuietProcess.run(program, arguments, environment: always)
  }

  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static let persons = ["--set", "identity.enabled=on"]

  private func write(_ naming: Naming) throws {
    var workload = Workload(seed: seed)
    var texts = ["16": [UInt8](), "48": [UInt8]()]
    var numbers: [[UInt8]: Int] = [:]
    for _ in 0..<events {
      var (key, value) = workload.next()
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      guard number % 16 == 0 else { continue }
      let (visit, event, isLast) = workload.newest
      let isNamed =
        switch naming {
        case .never: false
        case .once: visit % 10 == 0 && (event == 2 || event == 1 && isLast)
        case .always: number % 160 == 0
        }
      if isNamed {
        value.removeLast()
        value += Array(",\"traits\":{\"email\":\"customer-\(number)@example.com\"}}".utf8)
      }
      value.append(ASCII.newline)
      texts["16"]?.append(contentsOf: value)
      if number % 48 == 0 { texts["48"]?.append(contentsOf: value) }
    }
    for (part, text) in texts {
      try Data(text).write(to: URL(filePath: "\(directory)/\(naming.rawValue)-\(part).ndjson"))
    }
  }
}
