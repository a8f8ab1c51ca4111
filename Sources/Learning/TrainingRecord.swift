package import JourneyModel
package import Predictions

/// A run of training: what it took and what it came to, with all that is needed to do it again. The value of
/// `run/<revision>` in the topic of models.
package struct TrainingRecord: Sendable, Hashable {
  /// What came of one outcome.
  package struct Outcome: Sendable, Hashable {
    package var outcome: PredictedOutcome
    package var decision: Decision
    package var counts: TrainingResult.Counts
    /// The new model's gain over the rate; `nil` if there was none to fit.
    package var overBase: Gain?
    /// The new model's gain over the one in force.
    package var overCurrent: Gain?
    /// The gain of the one in force over the rate.
    package var currentOverBase: Gain?
    /// In how many runs in a row the one in force was no better than the rate: before this run, and with it.
    package var failuresBefore = 0
    package var failures = 0
    /// Hash of the model that is in force from now on, and when it came into force.
    package var model: String?
    package var publishedAt: EventTime?
    /// How that model does on the newest sessions; `nil` where nobody looked.
    package var quality: ModelQuality?

    package init(_ outcome: PredictedOutcome, _ decision: Decision, _ counts: TrainingResult.Counts) {
      self.outcome = outcome
      self.decision = decision
      self.counts = counts
    }
  }

  /// What is in force after a run; see `TrainingResult.Decision`.
  package enum Decision: String, Sendable, CaseIterable {
    case learning
    case published
    case refused
    case withdrawn
  }

  /// An `Advantage` in millionths of a nat.
  package struct Gain: Sendable, Hashable {
    package var gain: Int
    package var error: Int

    package init(gain: Int, error: Int) {
      self.gain = gain
      self.error = error
    }

    /// `nil` for one of fewer than two sessions, which has no error.
    package init?(_ advantage: Advantage?) {
      guard let advantage, advantage.standardError.isFinite, advantage.gain.isFinite else { return nil }
      gain = Int((advantage.gain * 1_000_000).rounded())
      error = Int((advantage.standardError * 1_000_000).rounded())
    }
  }

  /// Counts the runs, from 1.
  package var revision: Int
  /// `TrainingSettings.version` of the trainer.
  package var trainer = TrainingSettings.version
  /// The version of the features that were learned from.
  package var features = Int(Feature.version)
  /// When the batch was taken that the run began at.
  package var trainedAt: EventTime
  /// The offsets `[from, to)` of each partition of `examples`.
  package var ranges: [Range<Int64>]
  /// Examples that there had ever been.
  package var examples: Int
  /// Sessions of the window, and those that were too young for it.
  package var sessions = 0
  package var immature = 0
  /// The names of the sets in force before and after.
  package var before: String
  package var set: String
  /// Ascending by outcome.
  package var outcomes: [Outcome] = []

  package init(
    revision: Int, trainedAt: EventTime, ranges: [Range<Int64>], examples: Int, before: String, set: String
  ) {
    self.revision = revision
    self.trainedAt = trainedAt
    self.ranges = ranges
    self.examples = examples
    self.before = before
    self.set = set
  }
}
