internal import EventLog
internal import JourneyModel
internal import LogTools
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// Live equals cold replay, byte for byte: every batch is reduced again from its journal record and inputs,
/// by a machine that was never interrupted, and compared with the digests and with every record in the
/// topics.
enum ReplayCheck {
  static func run(_ run: SimulationRun, _ journals: [[JournalRecord]]) throws {
    let verification = Verification(settings: run.settings.lanes, patience: .zero)
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      let result = try verification.verify(lane, on: run.log)
      if let mismatch = result.mismatch {
        run.violate("replay differs: \(mismatch)")
        continue
      }
      // What retention has removed cannot be reduced again; what is left must still agree.
      if try hasRetained(run, lane) { continue }
      // Nor can what was scored under models that nobody keeps any more, and what comes next, whose sessions
      // are not known then.
      if run.predicts, result.unverifiable.contains(where: { $0.reason.hasSuffix(", are gone") }) {
        run.count(.modelsForgotten)
        continue
      }
      for gap in result.unverifiable { run.violate("lane \(lane) cannot be verified: \(gap.reason)") }
      if result.batches != journals[lane.index].count {
        run.violate("lane \(lane): \(result.batches) of \(journals[lane.index].count) batches verified")
      }
    }
  }

  /// Whether retention has removed anything that a verification of the lane reads.
  private static func hasRetained(_ run: SimulationRun, _ lane: LaneNumber) throws -> Bool {
    let topics = run.settings.lanes.topics
    let read = topics.consumed + topics.outputs { $0.isOfLanes && $0.cleanup != .compact }
    let reader = try run.log.makeReader()
    defer { reader.close() }
    return try reader.bounds(read.map { TopicPartition($0, lane: lane) }).values.contains {
      $0.earliest.value > 0
    }
  }
}
