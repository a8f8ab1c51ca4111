import EventLog
import Foundation
import JourneyModel
import Learning
import Logging
import Predictions
import Presentation
internal import ProcessRuntime
import Processor
import Synchronization
import WireFormat

/// Logs what a running processor does: ownership at once, commits summed up once a second.
/// Events come from the worker's threads.
final class RunReporter: Sendable {
  /// Most warnings about definitions in force that are printed.
  private static let maxWarnings = 20

  private let isQuiet: Bool
  private let logger: Logger
  private let sums = Mutex(Sums())

  /// What has been reported so far.
  private struct Sums {
    var total = BatchCounts()
    /// Since the last line about commits.
    var since = BatchCounts()
    var sessions = 0
    var commits = 0
    var lastLine = Date()
    var hasLanes = false
  }

  init(isQuiet: Bool, logger: Logger) {
    self.isQuiet = isQuiet
    self.logger = logger
  }

  func note(_ event: ProcessorEvent) {
    sums.withLock { sums in
      switch event {
      case .waiting(let text):
        if !sums.hasLanes { say(.notice, "waiting: \(text)") }
      case .restoring(let lanes): say(.info, "restoring lanes \(list(lanes))")
      case .restoreProgress(let lane, let read, let of):
        // A restore of a second needs no line.
        let now = Date()
        guard !isQuiet, now.timeIntervalSince(sums.lastLine) >= 1 else { break }
        sums.lastLine = now
        say(.info, "lane \(lane): restoring, \(read * 100 / max(of, 1)) %")
      case .inputLost(let lost):
        for loss in lost.prefix(RunReporter.maxListed) { say(.error, RunReporter.text(loss)) }
        if lost.count > RunReporter.maxListed {
          say(.error, "and \(lost.count - RunReporter.maxListed) more partitions")
        }
      case .clockJumped(let jump): say(.warning, RunReporter.text(jump))
      case .retentionFailed(let reason):
        say(.warning, "old records could not be removed, topics grow meanwhile: \(reason)")
      case .restored(let report):
        say(.info, RunReporter.text(report))
      case .laneFileIgnored(let lane, let doubt):
        say(.warning, "lane \(lane): the local file is not used, \(doubt)")
      case .laneFileFailed(let lane, let reason):
        say(.error, "lane \(lane): the local file could not be written: \(reason)")
      case .laneFileWritten: break
      case .running: sums.hasLanes = true
      case .released(let lanes):
        sums.hasLanes = false
        say(.info, "released lanes \(list(lanes))")
      case .rewound(let error): say(.warning, "rewound: \(error)")
      case .breakerOpened(let opening):
        say(
          .error,
          "\(opening.topic) is not read for \(opening.cooldown.components.seconds) s: \(opening.rejected) of its last "
            + "\(opening.read) records were rejected as broken; they are in the topic of rejected records")
      case .breakerHalfOpened(let topic): say(.warning, "\(topic) is read again, on trial")
      case .breakerClosed(let topic): say(.notice, "\(topic) is read as before")
      case .committed(let report):
        sums.total = sums.total + report.counts
        sums.since = sums.since + report.counts
        sums.sessions = report.sessions
        sums.commits += 1
        if let run = report.training { say(.notice, RunReporter.text(run)) }
        let now = Date()
        if !isQuiet, now.timeIntervalSince(sums.lastLine) >= 1 { line(now, &sums) }
      case .definitions(let report): tell(report)
      case .definitionsIgnored(let error):
        say(
          .error,
          "definitions: new ones are ignored, the ones before stay in force: \(error.message)")
      case .models(let report):
        say(
          .notice,
          "predictions: revision \(report.revision), \(report.count) models in force, set \(report.set)")
      case .modelsIgnored(let error):
        say(.error, "predictions: new models are ignored, the ones before stay in force: \(error.message)")
      case .trainingFailed(let error):
        say(
          .warning, "predictions: nothing can be learned at the moment, it is tried again: \(error.message)")
      case .trainingLost: say(.info, "predictions: a run was dropped, as lane 0 was lost meanwhile")
      // What metrics count, terminals do not show.
      case .retried, .turned, .learning: break
      }
    }
  }

  /// Says which definitions are in force, and what is wrong with them.
  private func tell(_ report: DefinitionsReport) {
    say(
      .notice,
      "definitions: revision \(report.revision), \(report.count) in force, bundle \(report.hash)")
    for warning in report.warnings.prefix(RunReporter.maxWarnings) {
      say(.warning, "definitions: in force all the same: \(DisplayText(warning).text)")
    }
    if report.warnings.count > RunReporter.maxWarnings {
      say(
        .warning,
        "definitions: \(report.warnings.count - RunReporter.maxWarnings) more warnings; 'sojourn definitions list --json' and 'sojourn check' show all"
      )
    }
  }

  /// The totals.
  func finish() {
    let (total, commits) = sums.withLock { ($0.total, $0.commits) }
    say(
      .notice,
      "stopped: read \(total.read), applied \(total.applied), duplicates \(total.duplicates), "
        + "rejected \(total.rejected), ignored \(total.ignored), routed \(total.routed), \(commits) commits")
  }

  private func say(_ level: Logger.Level, _ text: String) { logger.log(level: level, "\(text)") }

  private func line(_ now: Date, _ sums: inout Sums) {
    let rate = Int(Double(sums.since.read) / max(now.timeIntervalSince(sums.lastLine), 0.001))
    let total = sums.total
    say(
      .info,
      "read \(total.read) (\(rate)/s), rejected \(total.rejected), routed \(total.routed), sessions held \(sums.sessions)"
    )
    sums.since = BatchCounts()
    sums.lastLine = now
  }

  /// Most partitions of which a loss is reported line by line.
  private static let maxListed = 100

  /// What is gone, and what that means.
  static func text(_ loss: LostInput) -> String {
    loss.isFirstRead
      ? "\(loss.partition): the group is new here and begins at offset \(loss.offsets.upperBound), the earliest that is left"
      : "lost: retention removed, before it was read, of \(loss)"
  }

  /// What is done about a jump of the clock.
  static func text(_ jump: SteadyClock.Jump) -> String {
    let seconds = Duration.milliseconds(abs(jump.milliseconds)).formatted(
      .units(allowed: [.days, .hours, .minutes, .seconds]))
    let direction = jump.milliseconds > 0 ? "ahead" : "back"
    return jump.isAccepted
      ? "the clock, set \(direction) by \(seconds), has stayed there and counts from now on"
      : "the clock was set \(direction) by \(seconds): until it has stayed there for "
        + "\(SteadyClock.defaultSettling.components.seconds) s, timers follow the earlier time"
  }

  /// `predictions: run 4 learned from 1200 sessions in 0.4 s: purchase published, signup learning`.
  static func text(_ report: TrainingReport) -> String {
    let record = report.record
    let outcomes = record.outcomes.map { "\(DisplayText($0.outcome.id).text) \($0.decision.rawValue)" }
    let tenths = Int((report.elapsed / .milliseconds(100)).rounded())
    return
      "predictions: run \(record.revision) learned from \(record.sessions) sessions in \(tenths / 10).\(tenths % 10) s: "
      + outcomes.joined(separator: ", ")
  }

  /// `lane 3 runs with 1200 sessions, restored from its file in 0.4 s`.
  static func text(_ report: RestoreReport) -> String {
    let head = "lane \(report.lane) runs with \(report.sessions) sessions"
    let source: String
    switch report.source {
    case .nothing: return "\(head), it is new"
    case .log: source = "restored from the log"
    case .file: source = "restored from its local file"
    case .memory: source = "which were still in memory"
    }
    let tenths = Int((report.elapsed / .milliseconds(100)).rounded())
    return "\(head), \(source) in \(tenths / 10).\(tenths % 10) s"
  }

  private func list(_ lanes: [LaneNumber]) -> String { lanes.map(\.description).joined(separator: ", ") }
}
