/// What questions that take long may take.
package struct JobLimits: Sendable, Hashable {
  /// Questions that wait while another one is worked on.
  package var maxQueued = 16
  /// Answers that are kept; the one that was made longest ago goes.
  package var maxKept = 64
  /// Bytes of all answers that are kept.
  package var maxKeptBytes = 16_777_216
  /// How long an answer is kept.
  package var keptFor = Duration.seconds(600)
  /// How long one question may take.
  package var timeLimit = Duration.seconds(60)

  package init() {}
}
