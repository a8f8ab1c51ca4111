public import JourneyModel

/// Something that happened to an action: a record of `actions`.
public struct ActionEvent: Sendable, Hashable {
  /// What happened.
  public enum Happening: Sendable, Hashable {
    /// Its trigger held. `isOutsideSchedule`: while the map's schedule was closed.
    case qualified(isOutsideSchedule: Bool)
    /// It is to be done: what orchestration acts on.
    case offered
    /// It would have been offered, but its event is too old for anybody to act on.
    case expired
    /// It was not offered.
    case blocked(BlockingReason)
    /// A client reported a state.
    case reported(ActionState, report: Report)
  }

  /// What a client said along with a state.
  public struct Report: Sendable, Hashable {
    /// The vendor's `errorCode`.
    public var errorCode: String?
    /// The vendor's `errorMessage`.
    public var errorMessage: String?

    /// Creates a report.
    public init(errorCode: String? = nil, errorMessage: String? = nil) {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }
  }

  /// The action as it is afterwards.
  public var action: SessionAction
  /// Index into `CompiledActions.maps`; `nil` if the map is gone.
  public var map: Int?
  /// What happened.
  public var happening: Happening
  /// When, in event time.
  public var time: EventTime
  /// The event after which it happened; `nil` for a timer.
  public var event: String?

  /// Creates an event.
  public init(
    action: SessionAction, map: Int?, happening: Happening, time: EventTime, event: String?
  ) {
    self.action = action
    self.map = map
    self.happening = happening
    self.time = time
    self.event = event
  }
}
