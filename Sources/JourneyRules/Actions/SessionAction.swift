public import JourneyModel

/// What a session remembers of one action that qualified in it.
public struct SessionAction: Sendable, Hashable {
  /// Its id.
  public var id: ActionID
  /// Id of the action map.
  public var map: String
  /// The map's version when it qualified.
  public var version: Int
  /// What it does.
  public var mediaType: MediaType
  /// Where it is.
  public var state: ActionState
  /// Event time of the event after which it qualified.
  public var qualified: EventTime
  /// Not offered before this time.
  public var due: EventTime
  /// Whether a timer is to offer it at `due`; until it has fired.
  public var hasTimer: Bool
  /// Whether the customer has to come back first.
  public var awaits: Return
  /// Whether its map qualifies again in the same session: then only the newest ones are remembered.
  public var repeats: Bool
  /// When it was offered, or would have been; `nil` before.
  public var offered: EventTime?
  /// Why it qualified.
  public var because: [Fired.Cause]
  /// The map in the bundle that the state is bound to; -1 if it has none.
  var bound: Int32 = -1

  /// What has to come before an action is offered.
  public enum Return: UInt8, Sendable, Hashable {
    // The raw values are in stored state.
    case nothing = 0
    /// The customer's next web session.
    case nextVisit = 1
    /// The customer's next session of any type.
    case nextSession = 2
  }

  /// Creates an action.
  public init(
    id: ActionID, map: String, version: Int, mediaType: MediaType, state: ActionState = .qualified,
    qualified: EventTime, due: EventTime, hasTimer: Bool = false, awaits: Return = .nothing,
    repeats: Bool = false, offered: EventTime? = nil,
    because: [Fired.Cause] = []
  ) {
    self.id = id
    self.map = map
    self.version = version
    self.mediaType = mediaType
    self.state = state
    self.qualified = qualified
    self.due = due
    self.hasTimer = hasTimer
    self.awaits = awaits
    self.repeats = repeats
    self.offered = offered
    self.because = because
  }

  /// Equal by what they say, not by the bundle they are bound to.
  public static func == (left: Self, right: Self) -> Bool {
    left.id == right.id && left.map == right.map && left.version == right.version
      && left.mediaType == right.mediaType && left.state == right.state && left.qualified == right.qualified
      && left.due == right.due && left.hasTimer == right.hasTimer
      && left.awaits == right.awaits && left.repeats == right.repeats && left.offered == right.offered
      && left.because == right.because
  }

  /// As `==`.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(state)
  }

  /// Bytes that it takes, about.
  var byteCount: Int {
    160 + map.utf8.count
      + because.reduce(0) { $0 + 64 + $1.events.reduce(0) { $0 + 16 + $1.utf8.count } }
  }
}
