import Foundation
import Simulation

/// What many seeds gave together.
struct SimulationSummary {
  private(set) var seeds = 0
  private(set) var failed: [UInt64] = []
  private var events = 0
  private var commits = 0
  private var virtualTime = Duration.zero
  private var fired: [String: Int] = [:]

  mutating func add(_ report: SimulationReport) {
    seeds += 1
    events += report.events
    commits += report.commits
    virtualTime += report.virtualTime
    if !report.isSound { failed.append(report.seed) }
    fired.merge(report.fired) { $0 + $1 }
  }

  /// Classes of faults that never struck.
  var missing: [String] { SimulationReport.classes.filter { fired[$0, default: 0] == 0 } }

  /// Whether everything held.
  ///
  /// - Parameter requiresAllFaults: whether a class of faults that never struck counts as a failure.
  func isSound(requiresAllFaults: Bool) -> Bool {
    failed.isEmpty && !(requiresAllFaults && !missing.isEmpty)
  }

  /// Faults by class, what was run, and in the last line the verdict.
  func text(elapsed: Duration, requiresAllFaults: Bool = false) -> String {
    var lines: [String] = []
    for (name, count) in fired.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(name.padding(toLength: 40, withPad: " ", startingAt: 0)) \(count)")
    }
    if !missing.isEmpty { lines.append("never struck: \(missing.joined(separator: ", "))") }
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    lines.append(
      "\(seeds) seeds, \(events) events, \(commits) commits, \(virtualTime.components.seconds / 3_600) h of virtual time in \(String(format: "%.1f", seconds)) s"
    )
    return (lines + [verdict(requiresAllFaults)]).joined(separator: "\n")
  }

  private func verdict(_ requiresAllFaults: Bool) -> String {
    var reasons: [String] = []
    if !failed.isEmpty {
      let named = failed.sorted().prefix(20).map(String.init).joined(separator: ", ")
      reasons.append("\(failed.count) of \(seeds) seeds failed (\(named)\(failed.count > 20 ? ", …" : ""))")
    }
    if requiresAllFaults, !missing.isEmpty {
      reasons.append("\(missing.count) classes of faults never struck (\(missing.joined(separator: ", ")))")
    }
    return reasons.isEmpty ? "sound: \(seeds) seeds, 0 failed" : "FAILED: \(reasons.joined(separator: "; "))"
  }
}
