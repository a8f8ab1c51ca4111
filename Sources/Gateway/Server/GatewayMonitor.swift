internal import Intake
internal import Synchronization

/// Counts what the ingest server does, for whoever asks, on any thread.
package final class GatewayMonitor: Sendable {
  /// What became of an event.
  package enum Outcome: String, Sendable, CaseIterable {
    case accepted, refused, limited, shed, ignored, unwanted
  }

  /// What became of a refused event of a batch.
  enum Keeping: String {
    /// It is in the topic of refused events.
    case kept
    /// Its source had too many in the minute.
    case limited
    /// It is larger than what is kept.
    case tooLarge
    /// The log did not take it.
    case failed
  }

  struct Facts: Sendable {
    struct Answered: Hashable {
      var route: String
      var status: Int
    }
    struct Counted: Hashable {
      var source: String
      var label: String
    }
    var answers: [Answered: Int] = [:]
    var durations: [String: DurationHistogram] = [:]
    var events: [Counted: Int] = [:]
    var refusals: [Counted: Int] = [:]
    var deadLetters: [Counted: Int] = [:]
    var failedAuthentications: [String: Int] = [:]
    var timeRules: [Counted: Int] = [:]
    var skews = SkewHistogram()
    /// Requests that a source's filter of addresses held back.
    var filtered: [String: Int] = [:]
    var sends = DurationHistogram()
    var sentRecords = 0
    var failedSends = 0
    var isLogAway = false
    var isStopping = false
    /// Sources with a label of their own.
    var sources: Set<String> = []

    /// The label of a source.
    mutating func label(_ source: String) -> String {
      if sources.contains(source) { return source }
      guard sources.count < GatewayMonitor.maxSources else { return "other" }
      sources.insert(source)
      return source
    }
  }

  /// Sources that have a label of their own in metrics; the others share one, `other`. Bearers of tokens are
  /// sources too, and whoever signs tokens may name any number of them.
  package static let maxSources = 100

  private let state: Mutex<Facts>
  /// Memory for bodies in flight.
  package let budget: ByteBudget

  /// - Parameter sources: those of the configuration, which are the first to have labels.
  package init(budget: ByteBudget, sources: [String] = []) {
    self.budget = budget
    var facts = Facts()
    facts.sources = Set(sources.prefix(GatewayMonitor.maxSources))
    state = Mutex(facts)
  }

  func read() -> Facts { state.withLock { $0 } }

  func note(route: String, status: Int, after duration: Duration) {
    state.withLock { facts in
      facts.answers[Facts.Answered(route: route, status: status), default: 0] += 1
      facts.durations[route, default: DurationHistogram()].note(duration)
    }
  }

  func note(_ count: Int, _ outcome: Outcome, source: String) {
    guard count > 0 else { return }
    state.withLock { facts in
      facts.events[Facts.Counted(source: facts.label(source), label: outcome.rawValue), default: 0] += count
    }
  }

  func note(_ count: Int, dead keeping: Keeping, source: String) {
    guard count > 0 else { return }
    state.withLock {
      $0.deadLetters[Facts.Counted(source: source, label: keeping.rawValue), default: 0] += count
    }
  }

  func noteRefusal(_ reason: String, source: String) {
    state.withLock { facts in
      facts.refusals[Facts.Counted(source: facts.label(source), label: reason), default: 0] += 1
    }
  }

  /// Counts events by the clock that their times are from, and how far the clients' clocks are off.
  func noteTimes(of records: [IntakeRecord], source: String) {
    state.withLock { facts in
      let label = facts.label(source)
      for record in records {
        facts.timeRules[Facts.Counted(source: label, label: record.timeRule.rawValue), default: 0] += 1
        if let skew = record.skew { facts.skews.note(milliseconds: skew) }
      }
    }
  }

  /// Counts a request that comes from an address whose events a source does not want.
  func noteFiltered(source: String) {
    state.withLock { facts in facts.filtered[facts.label(source), default: 0] += 1 }
  }

  func noteFailedAuthentication(_ kind: String) {
    state.withLock { $0.failedAuthentications[kind, default: 0] += 1 }
  }

  func noteSend(records: Int, after duration: Duration) {
    state.withLock { facts in
      facts.sends.note(duration)
      facts.sentRecords += records
    }
  }

  func noteLog(isAway: Bool, failed: Bool) {
    state.withLock { facts in
      facts.isLogAway = isAway
      if failed { facts.failedSends += 1 }
    }
  }

  /// Notes that the process was asked to stop.
  package func noteStopping() { state.withLock { $0.isStopping = true } }
}
