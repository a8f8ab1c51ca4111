package import EventLog
internal import JourneyModel
internal import Learning
internal import Predictions
internal import Processor
internal import WireFormat

/// What a verification of the runs of training found: each is done again from its examples.
package struct TrainingVerification: Sendable, Equatable {
  /// A run that could not be done again, and why.
  package struct Unverifiable: Sendable, Equatable {
    package var revision: Int
    /// Why, with the numbers.
    package var reason: String
  }

  /// Runs that the topic of models holds.
  package var runs = 0
  /// Runs that were done again, and came to the same.
  package var equal = 0
  /// Models whose bytes in the topic are those that were trained again.
  package var models = 0
  package var unverifiable: [Unverifiable] = []
  /// What differs, with run, outcome and byte.
  package var mismatches: [String] = []

  /// Creates the result of a log without runs.
  package init() {}
}

extension Verification {
  /// Trains each run again that the topic of models holds, and compares what it comes to.
  ///
  /// Blocks, as long as the runs took. Differences are part of the result; what is thrown are `LogError`s.
  ///
  /// - Parameter progress: is told before each run how many there are before it, and in all.
  package func verifyTraining(
    on log: any EventLog, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> TrainingVerification {
    var result = TrainingVerification()
    let topics = settings.topics
    let described = try log.describe([topics[.models], topics[.examples]])
    // What an older build has written has none: then there is nothing to compare.
    guard described.count == 2 else { return result }
    let reader = try log.makeReader()
    defer { reader.close() }
    var learning = LearningSettings(
      topics, partitions: settings.partitions, pace: TrainingPace(), patience: patience)
    learning.training = fitting
    var ledger = ModelLedger(topic: learning.models, reader: reader, patience: patience)
    try ledger.refresh()
    let runs = ledger.runs.values.sorted { $0.revision < $1.revision }
    result.runs = runs.count
    result.mismatches = ledger.damage.sorted { $0.key < $1.key }.map { "\(learning.models): \($0): \($1)" }
    let again = TrainingAgain(
      settings: learning, ledger: ledger, examples: ExampleReader(learning, reader: reader))
    for (index, run) in runs.enumerated() {
      progress(index, runs.count)
      if let reason = try again.obstacle(to: run) {
        result.unverifiable.append(.init(revision: run.revision, reason: reason))
        continue
      }
      let (models, difference) = try again.compare(run)
      result.models += models
      if let difference {
        result.mismatches.append("\(learning.models): run \(run.revision): \(difference)")
      } else {
        result.equal += 1
      }
    }
    return result
  }
}

/// Does runs of training again.
private struct TrainingAgain {
  let settings: LearningSettings
  let ledger: ModelLedger
  let examples: ExampleReader

  /// Why a run cannot be done again; `nil` if nothing prevents it.
  func obstacle(to run: TrainingRecord) throws -> String? {
    guard run.trainer == TrainingSettings.version, run.features == Int(Feature.version) else {
      return
        "by trainer \(run.trainer) from features \(run.features); present are \(TrainingSettings.version), \(Feature.version)"
    }
    guard run.ranges.count == Int(settings.partitions) else {
      return
        "it learned from \(run.ranges.count) partitions of \(settings.examples), there are \(settings.partitions)"
    }
    for (partition, (range, bounds)) in zip(run.ranges, try examples.bounds()).enumerated()
    where !range.isEmpty && range.lowerBound < bounds.lowerBound {
      let gone = min(bounds.lowerBound, range.upperBound) - range.lowerBound
      return
        "\(settings.examples)[\(partition)] begins at offset \(bounds.lowerBound), it learned from \(range.lowerBound) to \(range.upperBound - 1): \(gone) are gone"
    }
    guard ledger.set(run.before) != nil else {
      return "set \(run.before), which was in force before it, is gone"
    }
    return nil
  }

  /// - Returns: of how many models the bytes are equal, and what differs first; `nil` for nothing.
  func compare(_ run: TrainingRecord) throws -> (models: Int, difference: String?) {
    for (partition, (range, bounds)) in zip(run.ranges, try examples.bounds()).enumerated()
    where range.upperBound > bounds.upperBound {
      return (
        0,
        "its range of \(settings.examples)[\(partition)] ends at \(range.upperBound), beyond \(bounds.upperBound)"
      )
    }
    var held = HeldExamples(settings.training)
    try examples.read(run.ranges) { held.take($0, partition: $1, offset: $2) }
    let again = TrainingRun(
      run.outcomes.map(\.outcome), on: held.records(),
      from: .init(set: ledger.set(run.before) ?? .empty, before: run), revision: run.revision,
      trainedAt: run.trainedAt, ranges: run.ranges, counted: run.examples, settings: settings.training)
    if again.record != run { return (0, TrainingAgain.difference(run, again: again.record)) }
    var equal = 0
    for model in again.set.models {
      // One that was not in force for long enough to be named is gone; its hash is in the run.
      guard let stored = ledger.model(model.hash.description) else { continue }
      let trained = model.bytes
      guard stored != trained else {
        equal += 1
        continue
      }
      let at = zip(stored, trained).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      return (
        equal,
        "model \(model.hash) of \(model.outcome) has \(stored.count) bytes, trained again \(trained.count); byte \(at ?? min(stored.count, trained.count)) differs"
      )
    }
    return (equal, nil)
  }

  private static func difference(_ run: TrainingRecord, again: TrainingRecord) -> String {
    for (stored, trained) in zip(run.outcomes, again.outcomes) where stored != trained {
      let id = stored.outcome.id
      if stored.decision != trained.decision {
        return "\(id) was \(stored.decision.rawValue), trained again it is \(trained.decision.rawValue)"
      }
      if stored.model != trained.model {
        return "\(id) has model \(stored.model ?? "none"), trained again \(trained.model ?? "none")"
      }
      if stored.counts != trained.counts {
        return "\(id) had \(stored.counts), trained again \(trained.counts)"
      }
      return "the numbers of \(id) are others when it is trained again"
    }
    if run.set != again.set { return "set \(run.set) came into force, trained again \(again.set)" }
    return
      "it had \(run.sessions) sessions and \(run.immature) that were too young, trained again \(again.sessions) and \(again.immature)"
  }
}
