internal import JourneyModel

/// Who may see what: the whole policy, as a table.
extension Redaction {
  private static let open = Rule.needs([])

  /// Titles and icons of the types that need no definition, and of all others.
  private static let typeTexts = {
    var texts = ["": ["title": "Session", "icon": "session"]]
    for profile in Stream.allCases.map(\.profile) {
      guard let type = profile.sessionType, case .fixed(let title, let icon, _) = profile.card else {
        continue
      }
      texts[type.description] = ["title": title.description, "icon": icon.description]
    }
    return texts
  }()

  /// Members of a snapshot: `schemas/session.schema.json`.
  static let sessionRules: [String: Rule] = [
    // What the session is.
    "id": open, "selfUri": open, "type": open, "externalId": open, "createdDate": open, "endedDate": open,
    "endReason": open, "mergedInto": open, "revision": open, "final": open, "durationInSeconds": open,
    "eventCount": open, "pageviewCount": open, "screenviewCount": open, "idleDate": open, "awayDate": open,
    "omittedValues": open,
    // Whose it is.
    "customerIdType": open, "customerId": .masked, "externalContact": .needs(.customer),
    "verification": .needs(.customer), "contactRevision": open,
    "externalUrl": .needs(.customer), "authenticated": .needs(.customer), "journeyContext": .needs(.customer),
    // What happened.
    "lastEvent": .needs(.event), "searchTerms": .needs(.event), "openActions": .needs(.event),
    "journeyMap": .members(
      [
        "events": .needs(.event), "omitted": .needs(.event),
        "eventTypes": .needs([.event, .eventType]),
      ], others: .all),
    "segmentAssignments": .needs(.segment), "outcomeAchievements": .needs(.outcome),
    "outcomeScores": .needs(.outcomeScores),
    // Where the visitor is.
    "lastPage": .needs(.visit), "lastScreen": .needs(.visit), "ipAddress": .needs(.visit),
    "ipOrganization": .needs(.visit), "geolocation": .needs(.visit),
    // With what.
    "browser": open, "device": open, "userAgentString": open, "mktCampaign": open, "referrer": open,
    "app": open, "sdkLibrary": open, "networkConnectivity": open,
    // Conversations.
    "conversation": open, "originatingDirection": open, "conversationSubject": open,
    "lastConnectedQueue": open, "lastConnectedUser": open, "lastUserDisposition": open,
    "lastAcdOutcome": open,
    "lastUserDisconnectType": open, "conversationChannels": open, "divisionIds": open,
    // What definitions make of it.
    "attributes": .needs(.sessionType), "attributeLists": .needs(.sessionType),
    "card": .members(
      [
        "title": .ofType(typeTexts, .sessionType), "icon": .ofType(typeTexts, .sessionType), "color": open,
        "status": open, "duration": open, "queue": open, "agent": open, "currentPage": .needs(.visit),
        "segments": .needs(.segment), "customer": .needs(.customer),
      ], others: .all),
  ]

  /// Members of a contact: `schemas/contact.schema.json`.
  static let contactRules: [String: Rule] = [
    "id": open, "selfUri": open, "revision": open, "type": open, "createDate": open, "modifyDate": open,
    "verification": open, "mergedTo": open, "mergeSet": open,
    "name": .needs(.customer), "traits": .needs(.customer), "identifiers": .needs(.customer),
    "devices": .needs(.customer), "omittedDevices": .needs(.customer), "suggestions": .needs(.customer),
    "segmentAssignments": .needs([.customer, .segment]),
  ]

  /// What all events have.
  static let envelopeRules: [String: Rule] = [
    "id": open, "correlationId": open, "createdDate": open, "eventType": open, "session": open,
    "customerIdType": open, "customerId": .masked, "externalContact": .needs(.customer), "because": open,
  ]

  /// What a visit was like, within an event.
  private static let visitRules: [String: Rule] = [
    "geolocation": .needs(.visit), "ipAddress": .needs(.visit), "ipOrganization": .needs(.visit),
  ]

  /// What an event says beside its name: of a person, and of its type's own.
  private static let bodyRules: [String: Rule] = [
    "traits": .needs(.customer), "externalId": .needs(.customer),
    "attributes": .needs(.eventType), "omittedAttributes": .needs(.eventType),
  ]

  /// The same where the external id is the session's.
  private static let sessionBodyRules = bodyRules.filter { $0.key != "externalId" }

  /// By kind: what is needed to see such an event at all, and its body.
  static let eventRules = Stream.allCases.reduce(into: derivedRules) { rules, stream in
    let profile = stream.profile
    let body = profile.externalID == .none ? bodyRules : sessionBodyRules
    rules[profile.eventType.description] = (
      [], [profile.bodyMember.description: .members(body, others: [])]
    )
  }

  /// The same of what rules give.
  private static let derivedRules: [String: (ViewPermissions, [String: Rule])] = [
    "SegmentAssignmentEvent": (.segment, ["segmentAssignmentEvent": open]),
    "OutcomeAchievedEvent": (.outcome, ["outcomeAchievedEvent": .members(visitRules, others: [])]),
    "WebActionEvent": ([], ["webActionEvent": .members(visitRules, others: [])]),
    "BlockedWebActionOfferEvent": ([], ["blockedWebActionOfferEvent": open]),
  ]
}
