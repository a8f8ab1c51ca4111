package import EventLog
package import JourneyModel

/// What a worker knew at one turn of its loop. Made from what is at hand: it costs no request.
package struct TurnReport: Sendable {
  /// Whether the worker is a member of its group. Without lanes it may be one for whom there were none.
  package var isMember: Bool
  /// The inputs of the running lanes, by lane and topic.
  package var inputs: [InputReport]

  /// Creates a report.
  package init(isMember: Bool, inputs: [InputReport]) {
    self.isMember = isMember
    self.inputs = inputs
  }
}

/// How far a lane has come in one of its input topics.
package struct InputReport: Sendable, Hashable {
  /// The lane.
  package var lane: LaneNumber
  /// The topic.
  package var topic: String
  /// Everything before this is committed, or holds nothing to commit.
  package var position: NextOffset
  /// High watermark as far as it is known; `nil` before the first answer.
  package var end: NextOffset?
  /// Why nothing is fetched for now; `nil` if it is.
  package var pause: String?

  /// Creates a report.
  package init(
    lane: LaneNumber, topic: String, position: NextOffset, end: NextOffset?, pause: String? = nil
  ) {
    self.lane = lane
    self.topic = topic
    self.position = position
    self.end = end
    self.pause = pause
  }
}
