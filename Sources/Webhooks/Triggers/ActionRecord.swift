internal import Bytes
internal import JourneyModel
internal import JourneyRules
internal import WireFormat

/// What a record of the topic `actions` says to a webhook.
package enum ActionRecord: Sendable, Hashable {
  /// An action is offered.
  case trigger(Trigger)
  /// Something else has happened to an action.
  case other
  /// No event about an action; which member is wrong and what was expected.
  case unreadable(String)

  /// Most bytes of an action's id: it becomes a header of a request.
  package static let maxActionIDBytes = 255

  /// Reads a record's value; `nil` is a tombstone.
  package init(_ value: [UInt8]?) {
    guard let value else {
      self = .other
      return
    }
    do {
      self = ActionRecord.read(try DefinitionJSON.read(value, limits: ActionRecord.limits))
    } catch {
      self = .unreadable("the value is no JSON: \(error)")
    }
  }

  /// A record has been through its topic's limits already.
  private static let limits: DefinitionLimits = {
    var limits = DefinitionLimits()
    limits.maxDocumentBytes = .max
    limits.maxNodes = .max
    limits.maxDepth = 256
    return limits
  }()

  private static func read(_ document: DefinitionValue) -> ActionRecord {
    guard case .string(let type)? = document["eventType"] else { return missing("eventType", "a string") }
    guard type == "WebActionEvent" else { return .other }
    guard let event = document["webActionEvent"], let action = event["action"] else {
      return missing("webActionEvent.action", "an object")
    }
    guard case .string(let state)? = action["state"] else {
      return missing("webActionEvent.action.state", "a string")
    }
    guard state == "offered" else { return .other }
    guard case .string(let id)? = action["id"], isHeaderText(id) else {
      return missing(
        "webActionEvent.action.id", "1 to \(maxActionIDBytes) printable characters of ASCII without blanks")
    }
    guard case .string(let mediaType)? = action["mediaType"] else {
      return missing("webActionEvent.action.mediaType", "a string")
    }
    guard case .string(let map)? = event["actionMap"]?["id"] else {
      return missing("webActionEvent.actionMap.id", "a string")
    }
    guard case .string(let session)? = document["session"]?["id"] else {
      return missing("session.id", "a string")
    }
    guard case .string(let text)? = event["expiresAt"], let expiresAt = EventTime(iso8601: text) else {
      return missing("webActionEvent.expiresAt", "a date and time")
    }
    return .trigger(
      Trigger(action: id, mediaType: mediaType, actionMap: map, session: session, expiresAt: expiresAt))
  }

  private static func missing(_ path: String, _ expected: String) -> ActionRecord {
    .unreadable("\(path) is not \(expected)")
  }

  private static func isHeaderText(_ text: String) -> Bool {
    (1...maxActionIDBytes).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }
}
