package import EventLog
package import JourneyModel
package import Predictions
internal import WireFormat

/// Looks for what is new to learn from, says when that is enough, and trains: for as long as one ownership of
/// lane 0 lasts. Synchronous; what it has come to is written by whoever owns the lane.
///
/// It has no state that is not in the log: another one goes on from the newest run that was committed.
package final class TrainingDesk {
  private let settings: LearningSettings
  private let reader: any PartitionReader
  private let examples: ExampleReader
  private var ledger: ModelLedger
  private var schedule = TrainingSchedule()
  /// Up to where examples are counted; empty before the first look.
  private var positions: [Int64] = []
  /// The run that is counted from.
  private var counted: Int?
  /// When an example was seen first, for the run that has none before it.
  private var firstSeen: EventTime?

  /// - Throws: `LogError` if there is no reader.
  package init(_ settings: LearningSettings, log: any EventLog) throws {
    self.settings = settings
    reader = try log.makeReader()
    examples = ExampleReader(settings, reader: reader)
    ledger = ModelLedger(topic: settings.models, reader: reader, patience: settings.patience)
  }

  package func close() { reader.close() }

  /// The newest run that is committed.
  package var newestRun: TrainingRecord? { ledger.newestRun }

  /// Examples that there have ever been, as far as they were counted.
  package var exampleCount: Int { schedule.examples }

  /// Looks what is new, and trains if that is enough.
  ///
  /// - Parameters:
  ///   - time: when the batch is taken that is at hand; decides whether it is time.
  ///   - outcomes: what is predicted.
  /// - Returns: the run and its records; `nil` if it is not time yet.
  package func look(
    at time: EventTime, _ outcomes: [PredictedOutcome]
  ) throws -> (run: TrainingRun, records: OutputBatch)? {
    try ledger.refresh()
    let bounds = try examples.bounds()
    let last = ledger.newestRun
    if positions.count != bounds.count || counted != last?.revision {
      counted = last?.revision
      schedule = TrainingSchedule(trained: last?.examples ?? 0)
      let ends = last?.ranges.map(\.upperBound) ?? []
      positions = bounds.indices.map { ends.indices.contains($0) ? ends[$0] : bounds[$0].lowerBound }
    }
    try count(bounds)
    guard isTime(time, after: last) else { return nil }
    let name = ledger.current?.set ?? ModelSet.empty.name
    guard let set = ledger.set(name) else {
      throw LogError(
        .retry, code: "modelsMissing",
        "\(settings.models): set \(name) is in force, but not all of it is there")
    }
    var ranges = bounds.indices.map { partition in
      let first = last.flatMap {
        $0.ranges.indices.contains(partition) ? $0.ranges[partition].lowerBound : nil
      }
      let from = max(first ?? 0, bounds[partition].lowerBound)
      return from..<max(from, positions[partition])
    }
    var held = HeldExamples(settings.training)
    try examples.read(ranges) { held.take($0, partition: $1, offset: $2) }
    ranges = held.needed(of: ranges)
    let run = TrainingRun(
      outcomes, on: held.records(), from: .init(set: set, after: last), revision: ledger.nextRevision,
      trainedAt: time, ranges: ranges, counted: schedule.examples, settings: settings.training)
    let unneeded = ledger.unneeded(with: run.record, set: run.set, before: time - settings.pace.history)
    return (run, run.records(settings.models, forgetting: unneeded))
  }

  /// Counts what has been written since the last look.
  private func count(_ bounds: [Range<Int64>]) throws {
    let new = bounds.indices.map { partition in
      let from = max(positions[partition], bounds[partition].lowerBound)
      return from..<max(from, bounds[partition].upperBound)
    }
    var count = 0
    try examples.read(new) { record, _, _ in count += record.examples.count }
    schedule.note(count)
    positions = new.map(\.upperBound)
  }

  /// Whether so much is new, or so much time has gone by. A clock that has gone back holds nothing up.
  private func isTime(_ time: EventTime, after last: TrainingRecord?) -> Bool {
    guard schedule.new > 0 else { return false }
    if firstSeen == nil { firstSeen = time }
    let since = time.milliseconds - (last?.trainedAt ?? firstSeen ?? time).milliseconds
    if last != nil, (0..<settings.pace.minimum.milliseconds).contains(since) { return false }
    return schedule.isDue || !(0..<settings.pace.interval.milliseconds).contains(since)
  }
}
