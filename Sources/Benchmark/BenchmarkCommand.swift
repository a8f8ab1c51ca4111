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
      processor on Kafka beside a bare client that does the same traffic. Every row is the median of several runs. The \
      workload is seeded: visits of about eight events of about 400 bytes, 2 % out of order, skewed customers.
      """,
    subcommands: [RunCommand.self, GenerateCommand.self, RestorePartCommand.self],
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

    @Option(help: "Cap on the memory of sessions of the row 'idle', in MiB.")
    var cap = 256

    @Option(help: "Only rows whose name contains this.")
    var only: String?

    func run() async throws {
      ProcessMemory.keepBetweenBatches()
      var table = ResultTable()
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
      if let brokers {
        note("measuring Kafka")
        let kafka = try KafkaBenchmark(brokers: brokers, events: events, seed: seed)
        for mode in ["changes", "milestones"] where wants("kafka \(mode)") {
          let results = try await kafka.run(snapshots: mode, times: runs)
          table.add("kafka \(mode), sojourn", results.map(\.processor))
          table.add("kafka \(mode), bare client", results.map(\.bare))
          for result in results { note(result.remark) }
        }
      }
      if !table.isEmpty { print(table.text()) }
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
