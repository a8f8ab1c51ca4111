public import JourneyModel

/// A partition that has records and does not get on.
public struct Stall: Sendable, Hashable {
  /// The lane.
  public var lane: Int32
  /// The input topic.
  public var topic: String
  /// Records that wait.
  public var lag: Int64
  /// Since when the position is the same while records wait.
  public var since: EventTime
  /// Why nothing is fetched, if it was stopped on purpose.
  public var pause: String?
}
