internal import JourneyRules

/// What rules gave.
public struct DerivedCounts: Sendable, Hashable {
  /// Segments assigned.
  public var assigned = 0
  /// Segments that expired.
  public var unassigned = 0
  /// Outcomes achieved.
  public var achieved = 0
  /// Actions that qualified.
  public var qualified = 0
  /// Triggers: actions offered.
  public var offered = 0
  /// Triggers that were too old.
  public var expired = 0
  /// Times that an action was kept from being offered.
  public var blocked = 0
  /// States that clients reported.
  public var reported = 0

  /// Creates zeros.
  public init() {}

  mutating func count(_ happening: ActionEvent.Happening) {
    switch happening {
    case .qualified: qualified += 1
    case .offered: offered += 1
    case .expired: expired += 1
    case .blocked: blocked += 1
    case .reported: reported += 1
    }
  }

  /// Adds two counts.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.assigned += right.assigned
    sum.unassigned += right.unassigned
    sum.achieved += right.achieved
    sum.qualified += right.qualified
    sum.offered += right.offered
    sum.expired += right.expired
    sum.blocked += right.blocked
    sum.reported += right.reported
    return sum
  }
}
