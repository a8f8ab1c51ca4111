import ArgumentParser
import Foundation
import Presentation
import Simulation

/// `sojourn simulate`.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Runs the processor on a simulated log with faults at every step.",
    discussion: """
      Each seed decides everything: how many processes, what customers do, which requests fail before or after they took \
      effect, who is killed, hangs, is overtaken or has a wrong clock. Then the faults stop, and what is in the log is \
      checked: no event lost or applied twice, one owner a lane, no torn batch in sight of any reader, equal to a cold replay.

      The last line is the verdict: sound, or FAILED and why. One build gives the same trace hash for a seed on every machine. A seed that fails prints what is wrong and the command that \
      repeats it.

      Exit codes: 0 every check of every seed held; 1 some did not; 2 wrong argument.
      """)

  @Option(name: .long, help: ArgumentHelp("Seeds to run, both ends included.", valueName: "A..B"))
  var seeds: SeedRange = SeedRange(first: 1, last: 100)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Breaks the processor on purpose, to see that the checks notice: "
        + Mutation.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "NAME"),
    transform: { name in
      guard let mutation = Mutation(rawValue: name) else {
        throw ValidationError(
          "'\(name)' is none of \(Mutation.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return mutation
    })
  var mutation: Mutation?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What each seed has, instead of every third: "
        + Emphasis.allCases.map(\.rawValue).joined(separator: ", ") + ". May be repeated.",
      valueName: "WHAT"),
    transform: { name in
      guard let emphasis = Emphasis(rawValue: name) else {
        throw ValidationError(
          "'\(name)' is none of \(Emphasis.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return emphasis
    })
  var always: [Emphasis] = []

  @Option(name: .long, help: "Seeds that run at the same time, each on one core.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Flag(name: .long, help: "A line for every seed, with its trace hash.")
  var verbose = false

  @Flag(name: .long, help: "Prints every step of the log.")
  var trace = false

  @Flag(name: .long, help: "Fails if some class of fault never struck.")
  var requireAllFaults = false

  func run() async throws {
    guard jobs >= 1, jobs <= 1_024 else { throw ValidationError("--jobs: a whole number from 1 to 1024") }
    let started = ContinuousClock.now
    var summary = SimulationSummary()
    let showsProgress = isatty(2) == 1
    let reports = SimulationPool(jobs: jobs)
      .reports(of: seeds.first...seeds.last, mutation: mutation, always: Set(always), keepsTrace: trace)
    for await report in reports {
      summary.add(report)
      if showsProgress { StandardError.write("\r\(summary.seeds) of \(seeds.count) seeds\u{1b}[K") }
      for line in report.traceLines { try StandardOutput.print(line) }
      if verbose {
        try StandardOutput.print(
          "seed \(report.seed): \(report.isSound ? "sound" : "FAILED"), \(report.events) events, \(report.commits) commits, \(report.virtualTime), trace \(String(report.trace, radix: 16))"
        )
      }
      if !report.isSound {
        try StandardOutput.print("seed \(report.seed) failed:")
        for violation in report.violations { try StandardOutput.print("  \(violation)") }
        let mutant =
          (mutation.map { " --mutation \($0.rawValue)" } ?? "")
          + always.map { " --always \($0.rawValue)" }.joined()
        try StandardOutput.print(
          "  repeat it with: sojourn simulate --seeds \(report.seed)..\(report.seed) --verbose\(mutant)")
      }
    }
    if showsProgress { StandardError.write("\r\u{1b}[K") }
    let elapsed = ContinuousClock.now - started
    try StandardOutput.print(summary.text(elapsed: elapsed, requiresAllFaults: requireAllFaults))
    if !summary.isSound(requiresAllFaults: requireAllFaults) { throw ExitCode(1) }
  }
}
