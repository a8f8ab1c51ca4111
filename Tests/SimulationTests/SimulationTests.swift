import Foundation
import Simulation
import Testing

/// The guarantees under faults: seeds in which processes are killed, overtaken, hang or meet failing
/// requests.
@Suite(.serialized) struct SimulationTests {
  private func run(_ seeds: ClosedRange<UInt64>, mutation: Mutation? = nil) async -> [SimulationReport] {
    var reports: [SimulationReport] = []
    for await report in SimulationPool().reports(of: seeds, mutation: mutation) { reports.append(report) }
    return reports.sorted { $0.seed < $1.seed }
  }

  @Test func everySeedIsSoundAndEveryFaultHasStruck() async {
    var fired: [String: Int] = [:]
    for report in await run(
      1...(UInt64(ProcessInfo.processInfo.environment["SIMULATION_SEEDS"] ?? "") ?? 520))
    {
      #expect(
        report.isSound,
        "sojourn simulate --seeds \(report.seed)..\(report.seed) --verbose: \(report.violations.joined(separator: "; "))"
      )
      fired.merge(report.fired) { $0 + $1 }
    }
    for name in SimulationReport.classes {
      #expect(fired[name, default: 0] > 0, "\(name) never struck, so the suite says nothing about it")
    }
  }

  /// Not only by counting events: what names her is seen.
  @Test func shouldSeeARecordThatNamesSomebodyErased() async {
    let violations = await run(1...24, mutation: .keepsErasedRecords).flatMap(\.violations)
    #expect(violations.contains { $0.hasSuffix("who was erased") })
  }

  @Test func theSameSeedGivesTheSameTrace() async {
    let first = await run(1...6)
    let second = await run(1...6)
    #expect(first.map(\.trace) == second.map(\.trace))
    #expect(first.map(\.fired) == second.map(\.fired))
    #expect(Set(first.map(\.trace)).count == 6)
  }

  /// A suite that stays green although the processor is broken proves nothing.
  @Test(arguments: Mutation.allCases) func shouldNoticeABrokenProcessor(_ mutation: Mutation) async {
    var seed: UInt64 = 1
    while seed <= 240 {
      let failed = await run(seed...seed + 7, mutation: mutation).filter { !$0.isSound }
      if let first = failed.first {
        print("mutation \(mutation.rawValue): noticed by seed \(first.seed): \(first.violations.first ?? "")")
        return
      }
      seed += 8
    }
    Issue.record("240 seeds did not notice that the processor \(mutation.rawValue)")
  }
}
