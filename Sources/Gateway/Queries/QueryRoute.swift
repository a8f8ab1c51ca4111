internal import Bytes

/// What can be asked for, and at which path.
enum QueryRoute: Hashable, Sendable {
  case session(id: String)
  case events(session: String)
  case segments(session: String)
  case outcomeScores(session: String)
  case conversation(id: String)
  case customerSessions(idType: String, id: String)
  /// Of a person, who may have had several customer ids.
  case contactSessions(contact: String)
  case contact(id: String)
  case sessions
  /// Who asks, and what that one may see.
  case me
  /// What is defined, and what it gave lately.
  case definitions
  /// Those of one kind, and one of them, at the Journey API's paths.
  case definitionList(DefinitionList)
  case definition(DefinitionList, id: String)
  /// How lanes are, what they rejected, and what action maps did.
  case operations
  case rejections
  case triggers
  /// What became of an event.
  case event(id: String)

  init?(path: String) {
    var parts: [String] = []
    for part in path.utf8.split(separator: ASCII.slash, omittingEmptySubsequences: false).dropFirst() {
      guard let text = PercentText.decode(path: part), !text.isEmpty else { return nil }
      parts.append(text)
    }
    switch (parts.first, parts.count) {
    case ("v1", 2) where parts[1] == "sessions": self = .sessions
    case ("v1", 2) where parts[1] == "me": self = .me
    case ("v1", 2) where parts[1] == "definitions": self = .definitions
    case ("v1", 2) where parts[1] == "operations": self = .operations
    case ("v1", 3) where parts[1...2] == ["operations", "rejected"]: self = .rejections
    case ("v1", 3) where parts[1...2] == ["operations", "triggers"]: self = .triggers
    case ("v1", 3) where parts[1] == "events": self = .event(id: parts[2])
    case ("v1", 3) where parts[1] == "conversations": self = .conversation(id: parts[2])
    case ("v1", 5) where parts[1] == "customers" && parts[4] == "sessions":
      self = .customerSessions(idType: parts[2], id: parts[3])
    case ("api", 5) where parts[1...3] == ["v2", "externalcontacts", "contacts"]:
      self = .contact(id: parts[4])
    case ("api", 7) where parts[1...3] == ["v2", "externalcontacts", "contacts"]:
      guard parts[5...6] == ["journey", "sessions"] else { return nil }
      self = .contactSessions(contact: parts[4])
    case ("api", 5...6) where parts[1...3] == ["v2", "journey", "sessions"]:
      guard let route = QueryRoute(session: parts[4], part: parts.count == 6 ? parts[5] : nil) else {
        return nil
      }
      self = route
    case ("api", 4...6) where parts[1...2] == ["v2", "journey"]:
      guard let (list, id) = DefinitionList.found(at: parts[3...]) else { return nil }
      if let id { self = .definition(list, id: id) } else { self = .definitionList(list) }
    default: return nil
    }
  }

  private init?(session id: String, part: String?) {
    switch part {
    case nil: self = .session(id: id)
    case "events": self = .events(session: id)
    case "segments": self = .segments(session: id)
    case "outcomescores": self = .outcomeScores(session: id)
    default: return nil
    }
  }

  /// The path with names for its variable parts: a label of metrics, and a path of the description.
  var template: String {
    switch self {
    case .session: "/api/v2/journey/sessions/{sessionId}"
    case .events: "/api/v2/journey/sessions/{sessionId}/events"
    case .segments: "/api/v2/journey/sessions/{sessionId}/segments"
    case .outcomeScores: "/api/v2/journey/sessions/{sessionId}/outcomescores"
    case .conversation: "/v1/conversations/{conversationId}"
    case .customerSessions: "/v1/customers/{customerIdType}/{customerId}/sessions"
    case .contactSessions: "/api/v2/externalcontacts/contacts/{contactId}/journey/sessions"
    case .contact: "/api/v2/externalcontacts/contacts/{contactId}"
    case .sessions: "/v1/sessions"
    case .me: "/v1/me"
    case .definitions: "/v1/definitions"
    case .definitionList(let list): list.path
    case .definition(let list, _): "\(list.path)/{\(list.idName)}"
    case .operations: "/v1/operations"
    case .rejections: "/v1/operations/rejected"
    case .triggers: "/v1/operations/triggers"
    case .event: "/v1/events/{eventId}"
    }
  }

  /// What a token has to grant: all of these lists, of each any.
  var permissions: [[String]] {
    let session = ["journey:session:view"]
    return switch self {
    case .session, .conversation: [session + ["externalContacts:session:view"]]
    case .events: [session, ["journey:event:view"]]
    case .segments: [session, ["journey:segment:view"]]
    case .outcomeScores: [session, ["journey:outcomescores:view"]]
    case .customerSessions: [session, ["journey:customer:view"]]
    case .contactSessions: [["externalContacts:session:view"]]
    case .contact: [["externalContacts:contact:view"]]
    case .sessions: [session]
    case .me, .definitions: []
    case .definitionList(let list), .definition(let list, _): [list.permissions]
    case .operations, .rejections: [["sojourn:operations:view"]]
    case .event: [["sojourn:events:view"]]
    case .triggers: [["sojourn:operations:view"], session, ["journey:event:view"]]
    }
  }
}

extension PercentText {
  /// Text of a path, in which `+` is itself.
  static func decode(path text: some Collection<UInt8>) -> String? {
    var escaped: [UInt8] = []
    for byte in text {
      if byte == ASCII.plus { escaped += Array("%2B".utf8) } else { escaped.append(byte) }
    }
    return decode(escaped)
  }
}
