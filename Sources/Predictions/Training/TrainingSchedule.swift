/// When there is enough that is new for another run.
package struct TrainingSchedule: Sendable {
  /// A run needs so many new examples at least,
  package static let fewest = 100
  /// and half of those that there were; never more than these.
  package static let most = 1_000

  /// Examples that there have been, and that there were at the newest run.
  package private(set) var examples = 0
  private var trained = 0

  package init() {}

  package mutating func note(_ examples: Int) { self.examples += examples }

  /// Whether enough have come since the newest run.
  package var isDue: Bool {
    let wanted = max(TrainingSchedule.fewest, min(trained / 2, TrainingSchedule.most))
    return examples - trained >= wanted
  }

  /// A run has seen all that there are.
  package mutating func ran() { trained = examples }
}
