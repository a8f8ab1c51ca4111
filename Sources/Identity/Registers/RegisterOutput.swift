/// What a register's owner has to do after a message.
package struct RegisterOutput: Sendable, Hashable {
  /// To send, in this order.
  package var messages: [RegisterMessage.Envelope] = []
  /// Contacts that readers must be told of anew.
  package var contacts: [Contact] = []
  /// How many links were sent on their way.
  package var unions = 0

  package init() {}

  mutating func send(_ message: RegisterMessage, to node: NodeRef) {
    messages.append(RegisterMessage.Envelope(to: node, message))
  }
}
