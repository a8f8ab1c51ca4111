/// What a register's owner has to do after a message.
package struct RegisterOutput: Sendable, Hashable {
  /// To send, in this order.
  package var messages: [RegisterMessage.Envelope] = []
  /// Ids of contacts that readers must forget, before they are told of others: an address book's may return
  /// at once.
  package var removed: [Removal] = []
  /// Contacts that readers must be told of anew.
  package var contacts: [Contact] = []
  /// What has become of contacts, one by one.
  package var changes: [ContactChange] = []
  /// What was not done.
  package var refusals: [Refusal] = []
  /// How many links were sent on their way.
  package var unions = 0

  /// An id that stands for nobody any more.
  package struct Removal: Sendable, Hashable {
    package var id: ContactID
    package var cause: ContactEnd
  }

  package init() {}

  /// What readers are told of ids that stand for nobody of their own any more: where they lead, in one step.
  package var merged: [(ContactID, into: ContactID)] {
    contacts.flatMap { contact in
      contact.mergeSet.filter { $0 != contact.id }.map { ($0, into: contact.id) }
    }
  }

  mutating func send(_ message: RegisterMessage, to node: NodeRef) {
    messages.append(RegisterMessage.Envelope(to: node, message))
  }
}
