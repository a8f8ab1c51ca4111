package import Learning

/// What is known of training: of the runs that this process has written, and where it owns lane 0 of what
/// they have come to.
package struct LearningFacts: Sendable {
  /// What became of outcomes in the runs that were written since the start.
  package private(set) var decisions: [TrainingRecord.Decision: Int] = [:]
  /// How long the newest of them took.
  package private(set) var elapsed: Duration?
  /// The newest run in the log; `nil` where another process trains, or nobody has yet.
  package private(set) var newest: TrainingRecord?
  /// Examples that there have ever been; `nil` where another process trains.
  package private(set) var examples: Int?
  /// How often nobody could look what is to be learned.
  package private(set) var failures = 0

  mutating func note(_ report: LearningReport) {
    newest = report.newest
    examples = report.examples
  }

  mutating func note(_ report: TrainingReport) {
    newest = report.record
    examples = report.record.examples
    elapsed = report.elapsed
    for outcome in report.record.outcomes { decisions[outcome.decision, default: 0] += 1 }
  }

  mutating func noteFailure() { failures += 1 }

  /// Another process trains from now on.
  mutating func noteReleased() {
    newest = nil
    examples = nil
  }
}
