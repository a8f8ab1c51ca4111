import ArgumentParser
import Foundation
import Processor

#if canImport(Glibc)
  import Glibc
#endif

/// The benchmark's command line.
@main
struct BenchmarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sojourn-benchmark",
    abstract: "Measures decoding, reducing, encoding and whole runs.",
    discussion: """
      Without a subcommand it prints one table: each stage alone, `sojourn replay` end to end and, with --brokers, the \
      processor on Kafka beside a bare client that does the same traffic. Every row is the median of several runs. \
      '--only idle', '--only latency' and '--only reveal' measure what the table leaves out: memory, the time from event to \
      session, and that from an address to who an earlier session is of. \
      The workload is seeded: visits of about eight events of about 400 bytes, 2 % out of order, skewed customers.
      """,
    subcommands: [
      RunCommand.self, GenerateCommand.self, RestorePartCommand.self, BarePartCommand.self,
      ProcessorPartCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  /// `sojourn-benchmark run`.
  struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Prints the table.")

    @Option(help: "Number of events.")
    var events = 1_000_000

    @Option(help: "Runs of each row; the median is printed.")
    var runs = 5

    @Option(help: "Seed of the workload.")
    var seed: UInt64 = 1

    @Option(
      help: "HOST:PORT of a Kafka broker; its topics with the prefix 'benchmark-' are created anew each run.")
    var brokers: String?

    @Option(help: "Number of sessions of the rows 'idle' and 'restore'.")
    var sessions = 1_000_000

    @Option(help: "Cap on the memory of the process of the row 'idle', in MiB.")
    var cap = 512

    @Option(help: "How long the rows 'latency' publish, at each rate.")
    var seconds = 20

    @Option(help: "Only rows whose name contains this.")
    var only: String?

    @Option(help: "File of recorded counts, which '--only cost' is compared with.")
    var reference: String?

    @Flag(name: .customLong("record"), help: "Record the counts of '--only cost' in that file.")
    var records = false

    func run() async throws {
      var table = ResultTable()
      var shares: [String] = []
      func wants(_ name: String) -> Bool { only.map { name.contains($0) } ?? true }
      func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
      if ["decode", "reduce", "encode"].contains(where: wants) {
        let stages = StageBenchmark(events: min(events, 400_000), seed: seed)
        for (name, stage) in [
          ("decode", stages.decode), ("reduce", stages.reduce), ("encode", stages.encode),
        ] where wants(name) {
          note("measuring \(name)")
          var results: [Measurement] = []
          for _ in 0..<runs { results.append(await stage()) }
          table.add("\(name) (one thread)", results)
        }
      }
      if wants("replay") {
        note("measuring replay")
        table.add(
          "replay, file to file", try await ReplayBenchmark(events: events, seed: seed).run(times: runs))
      }
      if wants("calls") {
        note("measuring replay of calls")
        table.add(
          "calls: replay, five legs in 12 events",
          try await ReplayBenchmark(events: events, seed: seed, isOfCalls: true).run(times: runs))
      }
      if wants("rules") {
        note("measuring replay with rules")
        let sets = [(0, 0, 0), (3, 1, 1), (500, 100, 100)]
        let results = try await ReplayBenchmark(
          events: events, seed: seed,
          evaluations: sets.map { set in
            set.0 == 0
              ? .nothing
              : .rules(RulesWorkload(segments: set.0, outcomes: set.1, actionMaps: set.2, seed: seed))
          }
        ).runAll(times: runs)
        for (set, result) in zip(sets, results) {
          let name = set.0 == 0 ? "no rules" : "\(set.0) segments, \(set.1) outcomes, \(set.2) maps"
          table.add("rules: \(name)", result.runs)
          guard set.0 > 0 else { continue }
          note("rules: \(name): \(result.summary)")
          if let share = Share(of: result.runs, among: results[0].runs) {
            shares.append("rules: \(name): \(share.text(of: "its round's run without rules"))")
          }
        }
      }
      if wants("predictions") {
        note("measuring replay with predictions")
        let results = try await ReplayBenchmark(
          events: events, seed: seed, evaluations: [.nothing, .outcomes, .predictors]
        ).runAll(times: runs)
        table.add("predictions: no outcomes", results[0].runs)
        table.add("predictions: ten outcomes", results[1].runs)
        table.add("predictions: ten outcomes, ten predictors with models", results[2].runs)
        note("predictions: \(results[2].summary)")
        if let share = Share(of: results[2].runs, among: results[1].runs) {
          shares.append("predictions: \(share.text(of: "its round's run without predictors"))")
        }
      }
      if wants("restore") {
        note("measuring restore")
        for row in try RestoreBenchmark(sessions: sessions, brokers: nil).run(times: runs, note: note) {
          table.add(row.name, row.runs)
        }
      }
      if let brokers, wants("restore kafka") {
        note("measuring restore on Kafka")
        for row in try RestoreBenchmark(sessions: sessions, brokers: brokers).run(times: runs, note: note) {
          table.add(row.name, row.runs)
        }
      }
      // The peak memory of this process counts, so it is measured alone.
      if only.map({ "idle".contains($0) }) ?? false {
        note("measuring idle sessions")
        let directory = FileManager.default.temporaryDirectory.appending(path: "sojourn-idle-\(getpid())")
          .path
        for line in try IdleBenchmark(sessions: sessions, cap: cap << 20, directory: directory).run() {
          print("idle: \(line)")
        }
      }
      // Servers of their own processes: only when asked for.
      if only.map({ "gateway".contains($0) }) ?? false {
        let directory = FileManager.default.temporaryDirectory.appending(path: "sojourn-gateway-\(getpid())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
          .appending(path: "sojourn")
        for log in [nil] + (brokers.map { [$0] } ?? []) as [String?] {
          let benchmark = GatewayBenchmark(brokers: log, seconds: seconds, program: program.path)
          for row in try await benchmark.run(directory: directory.path, note: note) { print(row) }
        }
        return
      }
      // It takes minutes, and needs valgrind: only when asked for.
      if only.map({ "cost".contains($0) }) ?? false {
        let directory = FileManager.default.temporaryDirectory.appending(path: "sojourn-cost-\(getpid())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let own = URL(filePath: CommandLine.arguments[0])
        let benchmark = CostBenchmark(
          events: events, seed: seed, directory: directory.path,
          program: own.deletingLastPathComponent().appending(path: "sojourn").path, own: own.path)
        let result = try benchmark.run(note: note)
        for row in result.rows { print(row) }
        if let reference { try compare(result.counts, reference) }
        return
      }
      // It counts and measures nothing: only when asked for.
      if only.map({ "outputs".contains($0) }) ?? false {
        for row in try OutputsBenchmark(events: events, seed: seed).run(note: note) { print(row) }
        return
      }
      // It fills gigabytes of disk: only when asked for.
      if only.map({ "views".contains($0) }) ?? false {
        let directory = FileManager.default.temporaryDirectory.appending(path: "sojourn-views-\(getpid())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let benchmark = ViewsBenchmark(sessions: sessions, seed: seed, directory: directory.path)
        for row in try benchmark.run(note: note) { print(row) }
        return
      }
      // Minutes by the clock, and a machine without other work: only when asked for.
      if only.map({ "latency".contains($0) }) ?? false {
        try await latency(note)
        return
      }
      if only.map({ "reveal".contains($0) }) ?? false {
        try await reveal(note)
        return
      }
      let modes = ["changes", "milestones", "ends"].filter { wants("kafka \($0)") }
      if let brokers, !modes.isEmpty {
        note("measuring Kafka")
        let kafka = try KafkaBenchmark(brokers: brokers, events: events, seed: seed)
        for mode in modes {
          let results = try await kafka.run(snapshots: mode, times: runs)
          table.add("kafka \(mode), sojourn", results.map(\.processor))
          table.add("kafka \(mode), bare client", results.map(\.bare))
          for result in results { note(result.remark) }
          if let share = Share(of: results.map(\.processor), among: results.map(\.bare)) {
            shares.append("kafka \(mode): \(share.text(of: "its round's bare client"))")
          }
        }
      }
      if !table.isEmpty {
        print(table.text())
      } else if let only, !"idle".contains(only) {
        throw ValidationError("no row's name contains '\(only)', or it needs --brokers")
      }
      for share in shares { print(share) }
    }

    /// Records the counts of '--only cost', or says what has grown since they were.
    private func compare(_ counts: CostReference, _ file: String) throws {
      let place = URL(filePath: file)
      if records {
        try Data(counts.text.utf8).write(to: place)
        print("cost: recorded in \(file)")
        return
      }
      guard let text = try? String(contentsOf: place, encoding: .utf8), let known = CostReference(text: text)
      else {
        print("cost: no counts are recorded in \(file)")
        return
      }
      for remark in known.remarks(on: counts) { print(remark) }
    }

    private func reveal(_ note: (String) -> Void) async throws {
      let directory = FileManager.default.temporaryDirectory.appending(path: "sojourn-reveal-\(getpid())")
        .path
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: directory) }
      for address in [nil] + (brokers.map { [$0] } ?? []) {
        for joins in [false, true] {
          note("measuring how soon somebody is revealed on \(address ?? "the embedded log")")
          let benchmark = RevealBenchmark(brokers: address, rate: 50, seconds: seconds, joins: joins)
          let result = try await benchmark.run(directory: directory)
          print("reveal: \(result.text)")
          if result.missing > 0 { throw ValidationError("not everybody was revealed") }
        }
      }
    }

    private func latency(_ note: (String) -> Void) async throws {
      let directory = FileManager.default.temporaryDirectory.appending(path: "sojourn-latency-\(getpid())")
        .path
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: directory) }
      for address in [nil] + (brokers.map { [$0] } ?? []) {
        for (rate, isTrigger) in [(1_000, false), (20_000, false), (1_000, true), (20_000, true)] {
          note(
            "measuring latency\(isTrigger ? " of triggers" : "") on \(address ?? "the embedded log") at \(rate) events a second"
          )
          let benchmark = LatencyBenchmark(
            brokers: address, rate: rate, seconds: seconds, isTrigger: isTrigger)
          let result = try await benchmark.run(directory: directory)
          print("latency: \(result.text)")
          if result.missing > 0 { throw ValidationError("not every event has its record") }
        }
      }
    }
  }
}

/// `sojourn-benchmark generate`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Writes the seeded workload as JSON lines.")

  @Option(help: "Number of events.")
  var events = 1_000_000

  @Option(help: "Seed.")
  var seed: UInt64 = 1

  @Argument(help: "File to write.")
  var file: String

  func run() throws { try Workload.write(events: events, seed: seed, to: file) }
}
