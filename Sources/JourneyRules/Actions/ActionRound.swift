public import JourneyModel

/// The occasion on which a session's actions are looked at: an event or a timer.
public struct ActionRound: Sendable {
  /// Event time of the occasion.
  public var time: EventTime
  /// Wall-clock time at which its batch was taken: how old the occasion is follows from it.
  public var takenAt: EventTime
  /// The event's id; `nil` for a timer.
  public var event: String?
  /// Whether it counts as a ping: a page view, on which whatever has not been offered is tried again.
  public var isPing: Bool
  /// Whether the event has opened the session.
  public var isOpening: Bool
  /// What a client reports with the event.
  public var report: ActionReport?

  /// Creates an occasion.
  public init(
    time: EventTime, takenAt: EventTime, event: String?, isPing: Bool, isOpening: Bool = false,
    report: ActionReport? = nil
  ) {
    self.isOpening = isOpening
    self.time = time
    self.takenAt = takenAt
    self.event = event
    self.isPing = isPing
    self.report = report
  }
}

/// A client's report of what became of an action.
public struct ActionReport: Sendable, Hashable {
  /// The action.
  public var action: ActionID
  /// What became of it.
  public var state: ActionState
  /// What was said along with it.
  public var details: ActionEvent.Report

  /// Creates a report.
  public init(action: ActionID, state: ActionState, details: ActionEvent.Report = ActionEvent.Report()) {
    self.action = action
    self.state = state
    self.details = details
  }
}
