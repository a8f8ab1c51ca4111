/// What the events of a session have in common.
package struct SessionIdentity: Sendable, Hashable {
  package var type: String
  package var customerIDType: String
  package var customerID: String
  /// Of custom sessions.
  package var externalID: String?
  /// Of conversations.
  package var conversationID: String?
}
