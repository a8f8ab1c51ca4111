internal import JourneyModel

/// The members of an input event that are read, for whoever looks for misspelt ones.
package enum InputMembers {
  /// At the top of an event.
  package static let event = InputRule.eventRules.map(\.name.description)
  /// In `webEvent`, `appEvent`, `customEvent` or `conversationEvent`.
  package static let body = InputRule.bodyRules.map(\.name.description)
  /// Members that make an event one of the detail feed, which has members of its own.
  package static let detail = ["topicName", "eventBody", "detail-type", "detail"]
  /// Members that hold an event's body.
  package static let bodies = Stream.allCases.map(\.profile.bodyMember.description)
}
