/// What an event can say about its session, by the Journey API's field names.
///
/// The raw values are in the state codec: never renumber, only append.
public enum EventField: UInt8, Sendable, CaseIterable {
  // Facts that are kept as they came: compact JSON.
  case page = 1
  case referrer = 2
  case browser = 3
  case device = 4
  case geolocation = 5
  case campaign = 6
  case userAgent = 7
  case ipAddress = 8
  case ipOrganization = 9
  case authenticated = 10
  case app = 11
  case sdkLibrary = 12
  case networkConnectivity = 13
  case screenName = 14
  case externalContact = 15
  case externalURL = 16
  case pageTitle = 17
  case conversation = 18
  case originatingDirection = 19
  case conversationSubject = 20
  case queue = 21
  case user = 22
  case disposition = 23
  case dispositionName = 24
  case userDisconnectType = 25
  case customerDisconnectType = 26
  case acdOutcome = 27
  case journeyContext = 28
  case queueName = 29
  case userName = 30
  // Facts that collect.
  case searchQuery = 40
  case channel = 41
  case division = 42
  // A name and, right behind it, a value.
  case attributeName = 50
  case attributeValue = 51
  /// What identifies the customer: a name and, right behind it, a value. Behind an event's facts, and never
  /// stored as one.
  case traitName = 52
  case traitValue = 53
  /// What the event says of a leg of its conversation: a `LegMark`. Never stored as a fact.
  case leg = 60

  /// How a session combines the values of several events.
  public enum Policy: Sendable {
    /// The value of the event with the newest event time; the later arrival wins a tie.
    case latest
    /// The value of the event with the oldest event time: what brought the visitor.
    case earliest
    /// Distinct values, in order of event time.
    case collect
    /// Handled pairwise.
    case pair
    /// Goes to a leg of the conversation.
    case leg
  }

  /// Whether a conversation's value is that of its legs, and not of the event that was last: see
  /// `docs/design/sessions.md`.
  @inlinable
  public var isOfLegs: Bool {
    switch self {
    case .originatingDirection, .queue, .user, .disposition, .dispositionName, .userDisconnectType,
      .customerDisconnectType, .acdOutcome, .queueName, .userName, .leg:
      true
    default: false
    }
  }

  /// Whether only conversations have this field.
  @inlinable
  public var isConversational: Bool {
    switch self {
    case .conversation, .originatingDirection, .conversationSubject, .queue, .user, .queueName, .userName,
      .disposition,
      .dispositionName, .userDisconnectType, .customerDisconnectType, .acdOutcome, .journeyContext,
      .channel, .division, .leg:
      true
    default: false
    }
  }

  /// How a session combines this field.
  @inlinable
  public var policy: Policy {
    switch self {
    case .referrer, .campaign, .journeyContext: .earliest
    case .searchQuery, .channel, .division: .collect
    case .attributeName, .attributeValue, .traitName, .traitValue: .pair
    case .leg: .leg
    default: .latest
    }
  }
}
