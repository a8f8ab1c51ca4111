package import EventLog
package import JourneyModel
package import Processor
internal import WireFormat

/// What a restart of a lane needs of each partition, and nothing below: the newest journal record, the redo
/// records that `state` does not cover, and whatever the group has not read.
///
/// All of these only ever move forward. So what was found a moment ago, or beside a commit, names less than
/// what could be given up, never more.
package struct RestartNeeds {
  let settings: ProcessorSettings
  package let reader: any PartitionReader
  /// Whether positions of the input topics are asked for as well: see `EventLog.retainsInputs`.
  let includesInputs: Bool

  package init(settings: ProcessorSettings, reader: any PartitionReader, includesInputs: Bool) {
    self.settings = settings
    self.reader = reader
    self.includesInputs = includesInputs
  }

  /// The first needed offset of each partition of a lane. A partition of which nothing is known, or of which
  /// the group has read nothing, is absent: all of it is needed.
  ///
  /// - Parameter committed: the group's stable offsets, read before this call.
  package func positions(
    _ lane: LaneNumber, committed: [TopicPartition: NextOffset?]
  ) throws -> [TopicPartition: NextOffset] {
    let topics = settings.lanes.topics
    var needs: [TopicPartition: NextOffset] = [:]
    for topic in topics.consumed where includesInputs || topic == topics.routed {
      let partition = TopicPartition(topic, lane: lane)
      if let position = committed[partition] ?? nil { needs[partition] = position }
    }
    let journal = TopicPartition(topics.journal, lane: lane)
    let redo = TopicPartition(topics.redo, lane: lane)
    let bounds = try reader.bounds([journal, redo])
    let restorer = LaneRestorer(settings: settings, configuration: "", reader: reader, log: "")
    guard let tail = try restorer.journalTail(journal, bounds[journal]) else { return needs }
    needs[journal] = NextOffset(tail.offset.value)
    if let start = try restorer.redoStart(redo, bounds[redo], tail.record),
      let newest = try restorer.newestCommitted(redo, bounds[redo])
    {
      // Never beyond what is committed: a transaction under way may have written values that the next restart
      // needs.
      needs[redo] = min(start, NextOffset(newest.offset.value))
    }
    return needs
  }
}
