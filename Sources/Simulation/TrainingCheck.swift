internal import EventLog
internal import Learning
internal import LogTools
internal import Predictions
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// Runs of training follow each other whoever owned lane 0: each was written once, begins with what the one
/// before left, and comes to the same again.
enum TrainingCheck {
  static func run(_ run: SimulationRun) throws {
    let topics = run.settings.lanes.topics
    let models = TopicPartition(topics[.models], 0)
    let forgotten = try run.log.tombstones(models)
    var runs: [TrainingRecord] = []
    for record in try run.log.committedRecords(models) {
      guard let key = record.key, let value = record.value,
        case .run(_, let bytes)? = try? ModelRecords.read(key: key, value: value)
      else { continue }
      guard let one = try? TrainingRecord(decoding: bytes) else {
        run.violate("a run of training cannot be read")
        return
      }
      if let before = runs.last {
        // By a clock that was set back a run is older than the one before it, and is forgotten before that.
        let between = (before.revision..<max(before.revision, one.revision)).dropFirst()
        if one.revision <= before.revision
          || !between.allSatisfy({ forgotten.contains(ModelRecords.runKey($0)) })
        {
          run.violate("run \(one.revision) of training follows run \(before.revision)")
        }
        if between.isEmpty, one.before != before.set {
          run.violate("run \(one.revision) began with another set than was in force")
        }
        if one.examples < before.examples { run.violate("run \(one.revision) knows of fewer examples") }
        for (range, earlier) in zip(one.ranges, before.ranges) where range.upperBound < earlier.upperBound {
          run.violate("run \(one.revision) has read less than the one before")
        }
      }
      runs.append(one)
      count(one, run)
    }
    if !run.predicts, !runs.isEmpty { run.violate("something was trained without predictors") }
    var verification = Verification(settings: run.settings.lanes, patience: .zero)
    verification.fitting = run.settings.fitting
    let result = try verification.verifyTraining(on: run.log)
    for mismatch in result.mismatches { run.violate("training differs: \(mismatch)") }
    try learnAgain(runs, run)
    let reader = try run.log.makeReader()
    defer { reader.close() }
    let examples = (0..<run.settings.lanes.partitions).map { TopicPartition(topics[.examples], $0) }
    // What retention has removed cannot be learned from again.
    if try reader.bounds(examples).values.contains(where: { $0.earliest.value > 0 }) { return }
    for gap in result.unverifiable { run.violate("run \(gap.revision) cannot be verified: \(gap.reason)") }
  }

  private static func count(_ record: TrainingRecord, _ run: SimulationRun) {
    for outcome in record.outcomes {
      switch outcome.decision {
      case .published: run.count(outcome.overCurrent == nil ? .modelPublished : .modelReplaced)
      case .refused: run.count(.modelRefused)
      case .withdrawn: run.count(.modelWithdrawn)
      case .learning: break
      }
    }
  }

  /// Where lanes end their records, and which lane a session was of, is in no model: the newest run that has
  /// put any into force comes to the same if its examples are dealt out anew.
  private static func learnAgain(_ runs: [TrainingRecord], _ run: SimulationRun) throws {
    guard
      let record = runs.last(where: { one in
        one.outcomes.contains { $0.decision == .published } && one.before == ModelSet.empty.name
      })
    else { return }
    let topic = run.settings.lanes.topics[.examples]
    var held = HeldExamples(run.settings.fitting)
    for (lane, range) in record.ranges.enumerated() {
      for stored in try run.log.committedRecords(TopicPartition(topic, Int32(lane)))
      where range.contains(stored.offset.value) {
        let bytes = try Compression.decompress(stored.value ?? [])
        held.take(try ExampleRecord(bytes: bytes), partition: lane, offset: stored.offset.value)
      }
    }
    var random = run.random
    var dealt: [ExampleRecord] = []
    for one in held.records() {
      for example in one.examples {
        let record = ExampleRecord(
          featureVersion: one.featureVersion, every: one.every, outcomes: one.outcomes, examples: [example])
        dealt.insert(record, at: random.below(dealt.count + 1))
      }
    }
    let again = TrainingRun(
      record.outcomes.map(\.outcome), on: dealt, from: .init(set: .empty, before: record),
      revision: record.revision, trainedAt: record.trainedAt, ranges: record.ranges, counted: record.examples,
      settings: run.settings.fitting)
    if again.record != record {
      run.violate("run \(record.revision) comes to other models from the same examples in other records")
    }
    run.count(.trainedFromOtherRecords)
  }
}
