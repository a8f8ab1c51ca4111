package import EventLog
internal import Foundation
package import JourneyModel
internal import Synchronization
internal import WireFormat

/// Follows the topics and keeps a view of them: reads what is committed, without a group, on the thread that
/// calls `run`.
package final class ViewFeed: Sendable {
  /// How long a log or a file that does not answer is left alone.
  private static let pause = 1.0

  package let progress = ViewProgress()
  package let changes: ViewChanges
  package let watch = ViewWatch()
  private let log: any EventLog
  private let store: ViewStore
  private let settings: ViewSettings
  private let now: @Sendable () -> EventTime
  private let report: @Sendable (ViewEvent) -> Void
  private let isStopped = Atomic(false)

  /// Which events have rows of their own.
  package var keptEvents: KeptEvents { settings.events }
  /// The topic of decisions about persons.
  package var commands: String { settings.topics.commands }

  /// - Parameter now: the machine's clock.
  package init(
    log: any EventLog, store: ViewStore, settings: ViewSettings, now: @escaping @Sendable () -> EventTime,
    report: @escaping @Sendable (ViewEvent) -> Void
  ) {
    changes = ViewChanges(capacity: settings.limits.maxChanges)
    self.log = log
    self.store = store
    self.settings = settings
    self.now = now
    self.report = report
  }

  /// Ends `run` after the step under way.
  package func stop() { isStopped.store(true, ordering: .relaxed) }

  private var goesOn: Bool { !isStopped.load(ordering: .relaxed) }

  /// Follows the topics until it is stopped. Blocks. Whatever fails is tried again: a view that cannot go on
  /// is old, and says how old.
  package func run() {
    var told: String?
    while goesOn {
      do {
        if let reason = store.damage { throw ViewError.damaged(reason) }
        guard
          let course = try ViewCourse(
            log: log, store: store, settings: settings, now: now(), changes: changes, watch: watch,
            report: report)
        else {
          tell("topics of \(log.name) are missing", &told)
          sleep(ViewFeed.pause)
          continue
        }
        defer { course.close() }
        if course.isNew { progress.noteRebuilding() }
        try follow(course, &told)
      } catch ViewError.damaged(let reason) {
        makeAnew(reason, &told)
      } catch {
        tell("\(error)", &told)
        sleep(ViewFeed.pause)
      }
    }
  }

  /// Takes steps until nothing is new; for tests, and for whoever wants to be sure.
  ///
  /// - Parameter maxSteps: steps after which it stops in any case.
  package func catchUp(maxSteps: Int = .max) throws {
    guard
      let course = try ViewCourse(
        log: log, store: store, settings: settings, now: now(), changes: changes, watch: watch,
        report: report)
    else { return }
    defer { course.close() }
    var steps = 0
    while steps < maxSteps, try course.step(now(), progress) { steps += 1 }
    guard steps < maxSteps else { return }
    _ = try course.isAtEnd(now(), progress)
    while try course.trim(now()) {}
  }

  private func follow(_ course: ViewCourse, _ told: inout String?) throws {
    var wasBehind = true
    while goesOn {
      if let reason = store.damage { throw ViewError.damaged(reason) }
      try course.keepSmall(now())
      if try course.step(now(), progress) {
        wasBehind = true
        continue
      }
      if try course.isAtEnd(now(), progress), wasBehind {
        wasBehind = false
        if course.isNew || told != nil { report(.caughtUp(sessions: try ViewCounts.sessions(in: store))) }
        course.isNew = false
        told = nil
      }
      try course.purge(now())
      sleep(Double(ViewTrim.milliseconds(settings.limits.pollInterval)) / 1_000)
    }
  }

  private func makeAnew(_ reason: String, _ told: inout String?) {
    progress.noteRebuilding()
    do {
      try store.makeAnew()
      report(.madeAnew(reason))
    } catch {
      tell("\(error)", &told)
      sleep(ViewFeed.pause)
    }
  }

  /// Says once what is waited for.
  private func tell(_ reason: String, _ told: inout String?) {
    if told != reason { report(.waiting(reason)) }
    told = reason
  }

  private func sleep(_ seconds: Double) { Thread.sleep(forTimeInterval: seconds) }
}
