/// The contacts that a cluster consists of, and how they came about.
package struct ContactPartition: Sendable, Hashable {
  /// By the key of the canonical identifier.
  package var contacts: [Contact]
  /// What became of each assertion, in the order in which they were looked at.
  package var decisions: [LinkDecision]

  package init(contacts: [Contact], decisions: [LinkDecision]) {
    self.contacts = contacts
    self.decisions = decisions
  }

  /// The contact that an identifier belongs to.
  package func contact(of key: IdentifierKey) -> Contact? {
    contacts.first { $0.identifiers.contains(key) }
  }
}
