package import JourneyModel

/// An offered action: somebody is to act on it, once and in time.
package struct Trigger: Sendable, Hashable {
  /// The action's id: the key by which a receiver tells repeated deliveries.
  package var action: String
  /// The action's media type, as the record names it.
  package var mediaType: String
  /// Id of the action map that offered it.
  package var actionMap: String
  /// Id of the session.
  package var session: String
  /// Nobody is to act on it later than this.
  package var expiresAt: EventTime

  /// Creates a trigger.
  package init(action: String, mediaType: String, actionMap: String, session: String, expiresAt: EventTime) {
    self.action = action
    self.mediaType = mediaType
    self.actionMap = actionMap
    self.session = session
    self.expiresAt = expiresAt
  }

  /// Whether it may still be sent: at `expiresAt` itself, but no later.
  package func isInTime(at now: EventTime) -> Bool { now <= expiresAt }
}
