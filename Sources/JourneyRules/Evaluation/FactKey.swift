public import JourneyModel

/// What a criterion's `key` names: a fact of the event, or of its session once the event is folded in.
///
/// Criteria of the context always read the session. Criteria of the journey read their event, unless the key is one that only
/// sessions have (`lastUserDisposition.code`, `originatingDirection`, `eventCount`, …).
public struct FactKey: Sendable, Hashable {
  /// Where the fact is.
  public enum Origin: Sendable, Hashable { case event, session }

  /// What the path starts from.
  public enum Root: Sendable, Hashable {
    /// The event's name.
    case eventName
    /// A fact kept as JSON.
    case field(EventField)
    /// A custom attribute of this name.
    case attribute(String)
    /// All values of a list attribute of this name.
    case attributeList(String)
    /// A number the session counts.
    case count(SessionCount)
    /// A text of the session's identity.
    case identity(SessionText)
  }

  /// Numbers that a session counts.
  public enum SessionCount: String, Sendable, Hashable, CaseIterable {
    case eventCount, pageviewCount, screenviewCount, durationInSeconds
  }

  /// Texts that identify a session.
  public enum SessionText: String, Sendable, Hashable, CaseIterable {
    case type, customerId, customerIdType, externalId
    /// Of conversations only: their external id.
    case conversationId = "conversation.id"
  }

  /// Where the fact is.
  public var origin: Origin
  /// What the path starts from.
  public var root: Root
  /// Names of members from there.
  public var path: [String]
  /// Whether numeric operators compare the digits before the first point only.
  public var isMajorVersion: Bool

  /// What a key names.
  ///
  /// - Parameter isContext: whether the criterion is in a context pattern.
  /// - Returns: `nil` for a key that no event or session has; such a criterion never holds, negative ones included.
  public init?(_ key: String, isContext: Bool) {
    if let name = FactKey.name(in: key, from: "attributes.", to: ".value") {
      self.init(isContext ? .session : .event, .attribute(name), ["value"])
      return
    }
    if let name = FactKey.name(in: key, from: "attributeLists.", to: ".values") {
      self.init(.session, .attributeList(name), ["value"])
      return
    }
    if let count = SessionCount(rawValue: key) {
      self.init(.session, .count(count), [])
      return
    }
    if let text = SessionText(rawValue: key) ?? FactKey.eventTexts[key] {
      self.init(.session, .identity(text), [])
      return
    }
    if key == "eventName" {
      guard !isContext else { return nil }
      self.init(.event, .eventName, [])
      return
    }
    let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, !parts.contains("") else { return nil }
    let path = Array(parts.dropFirst())
    if let named = FactKey.named[key] {
      let isEvent = !isContext && FactKey.eventFields[first] != nil
      self.init(isEvent ? .event : .session, .field(named), [])
      return
    }
    guard let field = FactKey.eventFields[first] ?? FactKey.sessionFields[first],
      field.isObject
        ? path.count == 1 && CriterionKeys.members[first]?.contains(path[0]) == true : path.isEmpty
    else { return nil }
    let isEvent = !isContext && FactKey.eventFields[first] != nil
    self.init(isEvent ? .event : .session, .field(field), path)
    isMajorVersion = field == .browser && path == ["version"]
  }

  private init(_ origin: Origin, _ root: Root, _ path: [String]) {
    self.origin = origin
    self.root = root
    self.path = path
    isMajorVersion = false
  }

  /// The streams whose sessions can have the fact: elsewhere its absence means nothing, and negative operators are false.
  var streams: [Stream] {
    switch root {
    case .field(let field): field.streams
    case .identity(.conversationId): Stream.having { $0.externalID == .conversationID }
    case .identity(.externalId): Stream.having { $0.externalID != .none }
    case .count(.pageviewCount): Stream.having { $0.view == .page }
    case .count(.screenviewCount): Stream.having { $0.view == .screen }
    default: Stream.allCases
    }
  }

  /// By bytes: a name may begin with what Unicode would join to the point.
  private static func name(in key: String, from prefix: String, to suffix: String) -> String? {
    let bytes = key.utf8
    guard bytes.starts(with: prefix.utf8), bytes.reversed().starts(with: suffix.utf8.reversed()),
      bytes.count > prefix.utf8.count + suffix.utf8.count
    else { return nil }
    return String(decoding: bytes.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count), as: UTF8.self)
  }

  /// What events call their session's identity.
  private static let eventTexts: [String: SessionText] = [
    "sessionType": .type, "conversationId": .conversationId,
  ]

  /// Members that both an event and its session can have, by the event's name for them.
  private static let eventFields: [String: EventField] = [
    "page": .page, "referrer": .referrer, "browser": .browser, "device": .device,
    "geolocation": .geolocation, "mktCampaign": .campaign, "userAgentString": .userAgent,
    "ipAddress": .ipAddress, "ipOrganization": .ipOrganization, "authenticated": .authenticated,
    "app": .app, "sdkLibrary": .sdkLibrary, "networkConnectivity": .networkConnectivity,
    "screenName": .screenName, "externalUrl": .externalURL, "searchQuery": .searchQuery,
    "queue": .queue, "user": .user, "userDisposition": .disposition,
    "disconnectType": .userDisconnectType, "acdOutcome": .acdOutcome, "channels": .channel,
  ]

  /// Members that only sessions have.
  private static let sessionFields: [String: EventField] = [
    "lastPage": .page, "lastScreen": .screenName, "searchTerms": .searchQuery,
    "lastConnectedQueue": .queue, "lastConnectedUser": .user, "lastUserDisposition": .disposition,
    "lastUserDisconnectType": .userDisconnectType, "lastAcdOutcome": .acdOutcome,
    "conversationChannels": .channel, "originatingDirection": .originatingDirection,
    "conversationSubject": .conversationSubject, "conversation": .conversation, "divisionIds": .division,
    "externalContact": .externalContact, "journeyContext": .journeyContext,
  ]

  /// Names, which are facts of their own: the detail feed has ids only, and an id stands in for a missing name.
  private static let named: [String: EventField] = [
    "queue.name": .queueName, "lastConnectedQueue.name": .queueName,
    "user.name": .userName, "lastConnectedUser.name": .userName,
    "userDisposition.name": .dispositionName, "lastUserDisposition.name": .dispositionName,
  ]
}

extension EventField {
  /// Whether its value is a JSON object.
  fileprivate var isObject: Bool {
    switch self {
    case .page, .referrer, .browser, .device, .geolocation, .campaign, .app, .sdkLibrary,
      .networkConnectivity, .externalContact, .conversation, .queue, .user, .disposition, .journeyContext,
      .channel:
      true
    default: false
    }
  }

  /// The streams that can have it (`domain.md` §1.3, column "applies").
  fileprivate var streams: [Stream] {
    switch self {
    case .page, .pageTitle, .referrer, .browser, .userAgent, .searchQuery:
      Stream.having { $0.view == .page }
    case .device, .geolocation, .campaign, .ipAddress, .ipOrganization, .sdkLibrary:
      Stream.having { $0.view != nil }
    case .app, .networkConnectivity, .screenName: Stream.having { $0.view == .screen }
    case .authenticated: Stream.having { $0.view == .page || $0.isConversational }
    case .externalURL: Stream.having { $0.externalID == .object }
    case .externalContact: Stream.allCases
    default: isConversational ? Stream.having { $0.isConversational } : Stream.allCases
    }
  }
}

extension Stream {
  /// The streams with a trait.
  fileprivate static func having(_ trait: (StreamProfile) -> Bool) -> [Stream] {
    allCases.filter { trait($0.profile) }
  }
}
