/// That a session is another one than before, for whoever looks at it.
package struct SessionChange: Sendable, Hashable {
  package var id: String
  /// Whether no list has it any more: it was removed, or lives on in another session.
  package var isGone = false
  package var type: String
  package var customerIDType: String
  package var customerID: String
  /// Who the customer is, if that is known.
  package var contactID: String?
  /// Divisions of a conversation; none of other sessions.
  package var divisions: [String]

  package init(
    id: String, isGone: Bool = false, type: String, customerIDType: String, customerID: String,
    contactID: String? = nil,
    divisions: [String] = []
  ) {
    (self.id, self.isGone, self.type) = (id, isGone, type)
    (self.customerIDType, self.customerID) = (customerIDType, customerID)
    (self.contactID, self.divisions) = (contactID, divisions)
  }
}

extension SessionChange {
  init(_ facts: SnapshotFacts) {
    self.init(
      id: facts.id, isGone: facts.mergedInto != nil, type: facts.type, customerIDType: facts.customerIDType,
      customerID: facts.customerID, contactID: facts.contactID, divisions: facts.divisions)
  }
}

/// What one transaction has changed, in its order.
final class ChangeNotes {
  private(set) var changes: [SessionChange] = []

  func note(_ change: SessionChange) { changes.append(change) }
}
