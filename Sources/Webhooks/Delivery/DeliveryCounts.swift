/// What happened to a target's triggers since the start.
package struct DeliveryCounts: Sendable, Hashable {
  /// Triggers that the target is to be sent.
  package var taken = 0
  /// Of those, already expired when the target's group began to read.
  package var skipped = 0
  /// Triggers that it has.
  package var delivered = 0
  /// Triggers that it never gets.
  package var failed: [FailureReason: Int] = [:]
  /// Requests that were begun.
  package var attempts = 0
  /// Answers by the first digit of their status.
  package var answers: [Int: Int] = [:]
  /// Requests without an answer.
  package var unanswered: [SendFailure: Int] = [:]

  mutating func note(_ result: AttemptResult) {
    switch result {
    case .answered(let status, _, _): answers[status / 100, default: 0] += 1
    case .failed(let failure): unanswered[failure, default: 0] += 1
    }
  }
}
