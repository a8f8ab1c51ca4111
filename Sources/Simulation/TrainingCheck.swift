internal import EventLog
internal import Learning
internal import LogTools
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
    }
    if !run.predicts, !runs.isEmpty { run.violate("something was trained without predictors") }
    let result = try Verification(settings: run.settings.lanes, patience: .zero).verifyTraining(on: run.log)
    for mismatch in result.mismatches { run.violate("training differs: \(mismatch)") }
    let reader = try run.log.makeReader()
    defer { reader.close() }
    let examples = (0..<run.settings.lanes.partitions).map { TopicPartition(topics[.examples], $0) }
    // What retention has removed cannot be learned from again.
    if try reader.bounds(examples).values.contains(where: { $0.earliest.value > 0 }) { return }
    for gap in result.unverifiable { run.violate("run \(gap.revision) cannot be verified: \(gap.reason)") }
  }
}
