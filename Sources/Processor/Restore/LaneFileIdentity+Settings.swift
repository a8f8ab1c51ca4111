package import JourneyModel
package import LaneStorage
internal import WireFormat

extension LaneFileIdentity {
  /// The identity of a lane under these settings on this log.
  package init(_ settings: LaneSettings, log: String, lane: LaneNumber) {
    self.init(
      log: log, group: settings.group, lane: lane, partitions: settings.partitions,
      journal: settings.topics.journal, redo: settings.topics.redo, state: settings.topics.state)
  }
}
