/// Limits of what is sent to one target.
package struct DeliveryRules: Sendable, Hashable {
  /// Requests under way at a time.
  package var maxConcurrent = 8
  /// How long a request may take, from the name's look-up to the last byte of the answer.
  package var timeout: Duration = .seconds(10)
  /// How often a trigger is tried.
  package var maxAttempts = 10
  /// Pause before the second attempt; doubles with each one.
  package var firstPause: Duration = .milliseconds(500)
  /// Longest pause between two attempts.
  package var longestPause: Duration = .seconds(60)
  /// Triggers that are held in memory.
  package var maxPending = 1_000
  /// Bytes of triggers that are held in memory; one larger trigger passes alone.
  package var maxPendingBytes = 16 << 20
  /// Records between the oldest trigger that is not settled and the newest that was read: what a restart may
  /// send again.
  package var maxWindow = 50_000
  /// Largest trigger that is sent, in bytes.
  package var maxBodyBytes = 2 << 20
  /// Bytes of an answer that are read.
  package var maxAnswerBytes = 8_192
  /// Bytes of an answer that a dead letter shows.
  package var maxShownBytes = 1_024
  /// Failures in a row after which a target is left alone for a while.
  package var maxFailures = 5
  /// How long at first; doubles with each probe that fails.
  package var firstRest: Duration = .seconds(1)
  /// How long at most.
  package var longestRest: Duration = .seconds(30)
  /// How long after the answer 410.
  package var restWhenGone: Duration = .seconds(600)
  /// The longest `Retry-After` that is heeded: nobody can ask for silence for ever.
  package var longestRetryAfter: Duration = .seconds(3_600)

  /// Creates the default rules.
  package init() {}
}
