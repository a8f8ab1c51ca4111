public import EventLog

/// What a worker knew at one turn of its loop. Made from what is at hand: it costs no request.
public struct TurnReport: Sendable {
  /// Whether the worker is a member of its group. Without lanes it may be one for whom there were none.
  public var isMember: Bool
  /// The inputs of the running lanes, by lane and topic.
  public var inputs: [InputReport]

  /// Creates a report.
  public init(isMember: Bool, inputs: [InputReport]) {
    self.isMember = isMember
    self.inputs = inputs
  }
}

/// How far a lane has come in one of its input topics.
public struct InputReport: Sendable, Hashable {
  /// The lane.
  public var lane: Int32
  /// The topic.
  public var topic: String
  /// Everything before this is committed, or holds nothing to commit.
  public var position: NextOffset
  /// High watermark as far as it is known; `nil` before the first answer.
  public var end: NextOffset?
  /// Why nothing is fetched for now; `nil` if it is.
  public var pause: String?

  /// Creates a report.
  public init(
    lane: Int32, topic: String, position: NextOffset, end: NextOffset?, pause: String? = nil
  ) {
    self.lane = lane
    self.topic = topic
    self.position = position
    self.end = end
    self.pause = pause
  }
}
