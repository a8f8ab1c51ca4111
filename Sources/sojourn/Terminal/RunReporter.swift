import EventLog
import Foundation
import Processor

/// Tells on standard error what a running processor does: ownership at once, commits summed up once a second.
///
/// Unchecked, because events come from the worker's threads and the sums are guarded by the lock.
final class RunReporter: @unchecked Sendable {
  private let lock = NSLock()
  private let isQuiet: Bool
  private var total = BatchCounts()
  private var since = BatchCounts()
  private var sessions = 0
  private var commits = 0
  private var lastLine = Date()
  private var hasLanes = false

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  func note(_ event: ProcessorEvent) {
    lock.withLock {
      switch event {
      case .waiting(let text):
        if !hasLanes { StandardError.print("waiting: \(text)") }
      case .restoring(let lanes): StandardError.print("restoring lanes \(list(lanes))")
      case .restoreProgress(let lane, let read, let of):
        // A restore of a second needs no line.
        let now = Date()
        guard !isQuiet, now.timeIntervalSince(lastLine) >= 1 else { break }
        lastLine = now
        StandardError.print("lane \(lane): restoring, \(read * 100 / max(of, 1)) %")
      case .restored(let report):
        StandardError.print(RunReporter.text(report))
      case .laneFileIgnored(let lane, let doubt):
        StandardError.print("lane \(lane): the local file is not used, \(doubt)")
      case .laneFileFailed(let lane, let reason):
        StandardError.print("lane \(lane): the local file could not be written: \(reason)")
      case .laneFileWritten: break
      case .running: hasLanes = true
      case .released(let lanes):
        hasLanes = false
        StandardError.print("released lanes \(list(lanes))")
      case .rewound(let error): StandardError.print("rewound: \(error)")
      case .breakerOpened(let opening):
        StandardError.print(
          "\(opening.topic) is not read for \(opening.cooldown.components.seconds) s: \(opening.rejected) of its last "
            + "\(opening.read) records were rejected as broken; they stand in the topic of rejected records")
      case .breakerHalfOpened(let topic): StandardError.print("\(topic) is read again, on trial")
      case .breakerClosed(let topic): StandardError.print("\(topic) is read as before")
      case .committed(let report):
        total = total + report.counts
        since = since + report.counts
        sessions = report.sessions
        commits += 1
        let now = Date()
        if !isQuiet, now.timeIntervalSince(lastLine) >= 1 { line(now) }
      case .definitions(let report):
        StandardError.print(
          "definitions: revision \(report.revision), \(report.count) in force, bundle \(report.hash)")
      case .definitionsIgnored(let error):
        StandardError.print(
          "definitions: new ones are ignored, the ones before stay in force: \(error.message)")
      // What metrics count, terminals do not tell.
      case .retried, .turned: break
      }
    }
  }

  /// The totals.
  func finish() {
    lock.withLock {
      StandardError.print(
        "stopped: read \(total.read), applied \(total.applied), duplicates \(total.duplicates), "
          + "rejected \(total.rejected), ignored \(total.ignored), routed \(total.routed), \(commits) commits"
      )
    }
  }

  private func line(_ now: Date) {
    let rate = Int(Double(since.read) / max(now.timeIntervalSince(lastLine), 0.001))
    StandardError.print(
      "read \(total.read) (\(rate)/s), rejected \(total.rejected), routed \(total.routed), sessions held \(sessions)"
    )
    since = BatchCounts()
    lastLine = now
  }

  /// `lane 3 runs with 1200 sessions, restored from its file in 0.4 s`.
  static func text(_ report: RestoreReport) -> String {
    let source =
      switch report.source {
      case .nothing: "it is new"
      case .log: "restored from the log"
      case .file: "restored from its local file"
      case .memory: "which were still in memory"
      }
    let tenths = Int((report.elapsed / .milliseconds(100)).rounded())
    return
      "lane \(report.lane) runs with \(report.sessions) sessions, \(source) in \(tenths / 10).\(tenths % 10) s"
  }

  private func list(_ lanes: [Int32]) -> String { lanes.map(String.init).joined(separator: ", ") }
}
