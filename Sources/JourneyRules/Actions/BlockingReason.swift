/// Why an action that has qualified is not offered: the vendor's reasons, and one of our own, `ControlGroup`.
///
/// `NoAvailableAgents` and `ServiceLevelThrottling` need a feed of agents' presence, which does not exist
/// yet.
public enum BlockingReason: Sendable, Hashable {
  /// Its delay is not over.
  case triggerDateInFuture
  /// The visitor is not on a page that the map names.
  case pageURLConditionsNotMatching([ActionMap.PageURLCondition])
  /// It is closed, by which of the map's groups is not said.
  case offeredOutsideSchedule(scheduleGroup: String?, emergencyGroup: String?)
  /// A cap keeps further offers of its kind away.
  case frequencyCapping(CapBehaviour, by: Blocker?)
  /// An offer of its kind is out already.
  case alreadyExistingOffer(by: Blocker)
  /// Its map has conditions on predictions, and its session is one of those without such offers.
  case controlGroup
  /// Another map's offer won.
  case multipleSimultaneousOffers(by: Blocker)

  /// Which part of a cap applied.
  public enum CapBehaviour: String, Sendable, Hashable {
    case onceFinalized = "CapOnceFinalized"
    case onceRejected = "CapOnceRejected"
    case forPeriod = "CapForPeriod"
  }

  /// The action in the way.
  public struct Blocker: Sendable, Hashable {
    /// Its map.
    public var map: String
    /// Its id.
    public var action: ActionID

    /// Creates a reference.
    public init(map: String, action: ActionID) {
      self.map = map
      self.action = action
    }
  }

  /// The word that is written: the vendor's, where it has one.
  public var word: String {
    switch self {
    case .triggerDateInFuture: "TriggerDateInFuture"
    case .pageURLConditionsNotMatching: "PageUrlConditionsNotMatching"
    case .offeredOutsideSchedule: "OfferedOutsideSchedule"
    case .frequencyCapping: "FrequencyCapping"
    case .alreadyExistingOffer: "AlreadyExistingOffer"
    case .controlGroup: "ControlGroup"
    case .multipleSimultaneousOffers: "MultipleSimultaneousOffers"
    }
  }
}
