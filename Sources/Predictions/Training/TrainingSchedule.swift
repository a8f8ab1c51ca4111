/// When there is enough that is new for another run.
package struct TrainingSchedule: Sendable {
  /// A run needs so many new examples at least,
  package static let fewest = 100
  /// and half of those that there were; never more than these.
  package static let most = 1_000

  /// Examples that there have been, and that there were at the newest run.
  package private(set) var examples: Int
  private var trained: Int

  /// - Parameter trained: examples that there had been at the newest run.
  package init(trained: Int = 0) {
    examples = trained
    self.trained = trained
  }

  package mutating func note(_ examples: Int) { self.examples += examples }

  /// Examples that have come since the newest run.
  package var new: Int { examples - trained }

  /// Whether enough have come since the newest run.
  package var isDue: Bool {
    new >= max(TrainingSchedule.fewest, min(trained / 2, TrainingSchedule.most))
  }

  /// A run has seen all that there are.
  package mutating func ran() { trained = examples }
}
