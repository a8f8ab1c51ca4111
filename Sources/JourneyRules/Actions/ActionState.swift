/// Where an action is: the vendor's states, and `expired`, which is ours.
///
///     qualified ──▶ offered ──▶ accepted ──▶ started ──▶ engaged ──▶ completed | abandoned
///         │            └──────▶ rejected | ignored | timedout | errored
///         └──▶ expired
public enum ActionState: UInt8, Sendable, Hashable, CaseIterable {
  // The raw values are in stored state: never renumber, only append.
  case qualified = 0
  case offered = 1
  case accepted = 2
  case started = 3
  case engaged = 4
  case completed = 5
  case rejected = 6
  case ignored = 7
  case timedout = 8
  case errored = 9
  case abandoned = 10
  /// It would have been offered, but too long after the event that caused it.
  case expired = 11

  /// The word in records.
  public var word: String {
    switch self {
    case .qualified: "qualified"
    case .offered: "offered"
    case .accepted: "accepted"
    case .started: "started"
    case .engaged: "engaged"
    case .completed: "completed"
    case .rejected: "rejected"
    case .ignored: "ignored"
    case .timedout: "timedout"
    case .errored: "errored"
    case .abandoned: "abandoned"
    case .expired: "expired"
    }
  }

  /// The state that a client may report under this word; `nil` for none, as for those that only the processor
  /// sets.
  public init?(reported word: String) {
    guard let state = ActionState.allCases.first(where: { $0.word == word }), state.isReported else {
      return nil
    }
    self = state
  }

  /// Whether clients report it.
  public var isReported: Bool {
    switch self {
    case .qualified, .offered, .expired: false
    default: true
    }
  }

  /// Whether nothing comes after it. A content offer ends with being accepted, an invitation to chat only
  /// begins with it.
  public func isTerminal(of mediaType: MediaType) -> Bool {
    switch self {
    case .completed, .rejected, .ignored, .timedout, .errored, .abandoned, .expired: true
    case .accepted: mediaType == .contentOffer
    case .qualified, .offered, .started, .engaged: false
    }
  }

  /// Whether an offer of it is out: shown, or in use.
  public func isOpen(of mediaType: MediaType) -> Bool {
    switch self {
    case .offered, .accepted, .started, .engaged: !isTerminal(of: mediaType)
    default: false
    }
  }

  /// Whether it came to what it was for, as `capOnceFinalized` asks.
  public func isFinalized(_ mediaType: MediaType) -> Bool {
    switch self {
    case .completed, .engaged, .started: true
    case .accepted: mediaType == .contentOffer
    default: false
    }
  }

  /// Whether a report of this state may follow another one: forward only, and nothing follows a terminal
  /// state.
  public func follows(_ state: ActionState, of mediaType: MediaType) -> Bool {
    guard isReported, !state.isTerminal(of: mediaType), state != .qualified else { return false }
    return isTerminal(of: mediaType) || rawValue > state.rawValue
  }
}
