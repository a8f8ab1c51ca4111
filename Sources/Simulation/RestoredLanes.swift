internal import EventLog
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import SimulatedLog
internal import WireFormat

/// What lanes hold at the end, once they are restored from the log.
enum RestoredLanes {
  /// Hands over every value of every lane.
  static func forEachValue(_ run: SimulationRun, _ body: (LaneNumber, StoredValue) -> Void) throws {
    let reader = try run.log.makeReader()
    defer { reader.close() }
    let restorer = LaneRestorer(
      settings: run.settings, configuration: run.settings.lanes.digest, reader: reader, log: run.log.name)
    let committed = run.log.committedOffsets(group: Simulation.group)
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      let inputs = run.settings.lanes.topics.consumed.map { TopicPartition($0, lane: lane) }
      let offsets = Dictionary(uniqueKeysWithValues: inputs.map { ($0, committed[$0]) })
      try restorer.restore(lane, committed: offsets).machine?.forEachValue { body(lane, $0) }
    }
  }
}
