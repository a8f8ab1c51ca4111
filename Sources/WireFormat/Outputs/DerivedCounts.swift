package import JourneyRules

/// What rules gave.
package struct DerivedCounts: Sendable, Hashable {
  /// Segments assigned.
  package var assigned = 0
  /// Segments that expired.
  package var unassigned = 0
  /// Outcomes achieved.
  package var achieved = 0
  /// Actions that qualified.
  package var qualified = 0
  /// Triggers: actions offered.
  package var offered = 0
  /// Triggers that were too old.
  package var expired = 0
  /// Times that an action was kept from being offered.
  package var blocked = 0
  /// States that clients reported.
  package var reported = 0
  /// What became of persons.
  package var persons = PersonCounts()

  /// Creates zeros.
  package init() {}

  package mutating func count(_ happening: ActionEvent.Happening) {
    switch happening {
    case .qualified: qualified += 1
    case .offered: offered += 1
    case .expired: expired += 1
    case .blocked: blocked += 1
    case .reported: reported += 1
    }
  }

  /// Adds two counts.
  package static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.assigned += right.assigned
    sum.unassigned += right.unassigned
    sum.achieved += right.achieved
    sum.qualified += right.qualified
    sum.offered += right.offered
    sum.expired += right.expired
    sum.blocked += right.blocked
    sum.reported += right.reported
    sum.persons.add(right.persons)
    return sum
  }
}
