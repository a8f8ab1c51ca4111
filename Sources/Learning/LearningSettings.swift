package import JourneyModel
package import Predictions
package import WireFormat

/// When a running processor trains, and how long it keeps what came of it.
package struct TrainingPace: Sendable, Hashable {
  /// After so long there is a run if anything is new, however little.
  package var interval = EventTime.Span.hours(1)
  /// From one run to the next at least, however much is new.
  package var minimum = EventTime.Span.minutes(5)
  /// How long models and runs stay that are no longer in force. A verification needs those that the journal
  /// names.
  package var history = EventTime.Span.hours(168)

  package init() {}

  /// How long to wait until it is looked again for what is new.
  package var pause: EventTime.Span {
    EventTime.Span(milliseconds: min(minimum.milliseconds / 10, 30_000))
  }
}

/// What a training service learns from, and where to it writes.
package struct LearningSettings: Sendable {
  /// The topic of examples, with a partition for each lane.
  package var examples: String
  /// The topic of models, with one partition.
  package var models: String
  /// Number of lanes.
  package var partitions: Int32
  package var pace: TrainingPace
  package var training = TrainingSettings()
  /// How long a read waits without progress for an open transaction below the end.
  package var patience: Duration

  package init(_ topics: TopicNames, partitions: Int32, pace: TrainingPace, patience: Duration) {
    examples = topics[.examples]
    models = topics[.models]
    self.partitions = partitions
    self.pace = pace
    self.patience = patience
  }
}
