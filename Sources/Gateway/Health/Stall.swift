package import JourneyModel

/// A partition that has records and does not get on.
package struct Stall: Sendable, Hashable {
  /// The lane.
  package var lane: LaneNumber
  /// The input topic.
  package var topic: String
  /// Records that wait.
  package var lag: Int64
  /// Since when the position is the same while records wait.
  package var since: EventTime
  /// Why nothing is fetched, if it was stopped on purpose.
  package var pause: String?
}
