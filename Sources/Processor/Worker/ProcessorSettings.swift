internal import JourneyModel
package import Learning
package import Predictions

/// How a processor instance runs. Nothing here shapes the bytes of an output except through where batches
/// end.
package struct ProcessorSettings: Sendable {
  /// What shapes a lane's output.
  package var lanes = LaneSettings()
  /// Name of this instance: static membership and transactional id follow from it.
  package var instance = "sojourn-1"
  /// Longest time that input is gathered before it is committed.
  package var commitInterval: Duration = .milliseconds(200)
  /// Most records gathered for one commit, over all lanes.
  package var maxBatchEvents = 100_000
  /// Most bytes gathered for one commit, over all lanes.
  package var maxBatchBytes = 64 << 20
  /// When an input topic of broken records is not read for a while.
  package var breaker = PoisonBreaker.Settings()
  /// What to do where retention removed input that was not read.
  package var lostInput = LostInput.Policy.stop
  /// How long a stream of a lane must have had no input before ticks advance its timers.
  package var topicIdle: Duration = .seconds(30)
  /// How long a restore waits without progress for an open transaction below the end of a topic.
  package var restorePatience: Duration = .seconds(60)
  /// Time between two files of a lane, if there is a place for them; `nil` to write one only at a graceful
  /// stop.
  package var laneFileInterval: Duration? = .seconds(300)
  /// Bytes of sessions in memory, by estimate; its lanes share them evenly. What is more goes to the cold
  /// store. Not in the digest of the settings: no output byte depends on it.
  package var maxResidentBytes = 4 << 30
  /// How often the worker looks for new definitions.
  package var definitionsInterval: Duration = .milliseconds(250)
  /// When the owner of lane 0 trains models.
  package var training = TrainingPace()
  /// How it fits and judges them. A run says by which trainer it was, not under which settings: others than
  /// those of the build are for simulations, which verify under the same.
  package var fitting = TrainingSettings()
  /// How often a retriable failure is retried before the transaction is aborted.
  package var maxRetries = 20

  /// Creates the default settings.
  package init() {}
}
