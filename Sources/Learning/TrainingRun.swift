package import EventLog
package import JourneyModel
package import Predictions
internal import WireFormat

/// One run of training as a function of what it takes: a running processor does it once, and whoever
/// verifies does it again.
package struct TrainingRun {
  /// What it has in force before, and takes note of.
  package struct Start {
    package var set: ModelSet
    /// In how many runs in a row the model of an outcome was no better than the rate.
    package var failures: [String: Int]
    /// By a model's hash, when it came into force.
    package var publishedAt: [String: EventTime]

    package init(set: ModelSet, failures: [String: Int] = [:], publishedAt: [String: EventTime] = [:]) {
      self.set = set
      self.failures = failures
      self.publishedAt = publishedAt
    }

    /// What the newest run has left, with the set that is in force.
    package init(set: ModelSet, after run: TrainingRecord?) {
      self.init(set: set)
      for outcome in run?.outcomes ?? [] {
        if outcome.failures > 0 { failures[outcome.outcome.id] = outcome.failures }
        if let model = outcome.model { publishedAt[model] = outcome.publishedAt }
      }
    }

    /// What a run had before it.
    package init(set: ModelSet, before run: TrainingRecord) {
      self.init(set: set)
      for outcome in run.outcomes {
        if outcome.failuresBefore > 0 { failures[outcome.outcome.id] = outcome.failuresBefore }
        if outcome.decision != .published, let model = outcome.model {
          publishedAt[model] = outcome.publishedAt
        }
      }
    }
  }

  /// What it has come to.
  package private(set) var record: TrainingRecord
  /// What is in force after it.
  package private(set) var set: ModelSet

  /// Trains.
  ///
  /// - Parameters:
  ///   - outcomes: what is predicted, ascending.
  ///   - examples: those of the ranges.
  package init(
    _ outcomes: [PredictedOutcome], on examples: [ExampleRecord], from start: Start, revision: Int,
    trainedAt: EventTime, ranges: [Range<Int64>], counted: Int, settings: TrainingSettings
  ) {
    let window = TrainingWindow(examples, settings)
    var succession = ModelSuccession(set: start.set, failures: start.failures)
    let every = Sampling(settings).next(after: start.set.every, examples)
    let results = succession.train(outcomes, on: window, Trainer(settings), every: every)
    set = succession.set
    record = TrainingRecord(
      revision: revision, trainedAt: trainedAt, ranges: ranges, examples: counted, before: start.set.name,
      set: set.name)
    record.sessions = window.count
    record.immature = window.immature
    let models = set.models
    record.outcomes = zip(outcomes, results).map { outcome, result in
      var one = TrainingRecord.Outcome(outcome, TrainingRecord.Decision(result.decision), result.counts)
      one.overBase = TrainingRecord.Gain(result.overBase)
      one.overCurrent = TrainingRecord.Gain(result.overCurrent)
      one.currentOverBase = TrainingRecord.Gain(result.currentOverBase)
      one.failuresBefore = start.failures[outcome.id] ?? 0
      one.failures = result.failures
      let model = models.first { $0.outcome == outcome.id && $0.definition == outcome.definition }
      guard let model else { return one }
      let hash = model.hash.description
      one.model = hash
      if case .published = result.decision {
        one.publishedAt = trainedAt
        one.quality = model.quality
      } else {
        one.publishedAt = start.publishedAt[hash]
        one.quality = result.currentQuality
      }
      return one
    }
  }

  /// The records to be written, in one transaction: the run, what it has put into force, and tombstones.
  package func records(_ topic: String, forgetting keys: [[UInt8]]) -> OutputBatch {
    var records = OutputBatch()
    if record.set != record.before {
      let current = ModelRecords.Current(
        set: record.set, revision: record.revision, trainedAt: record.trainedAt)
      records = ModelRecords.records(set, as: current, topic: topic)
    }
    records.append(
      topic, partition: 0, key: ModelRecords.runKey(record.revision), value: record.encoded())
    for key in keys { records.append(topic, partition: 0, key: key, value: nil) }
    return records
  }
}

extension TrainingRecord.Decision {
  init(_ decision: TrainingResult.Decision) {
    self =
      switch decision {
      case .learning: .learning
      case .published: .published
      case .refused: .refused
      case .withdrawn: .withdrawn
      }
  }
}
