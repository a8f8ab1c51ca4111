internal import JourneyModel
public import JourneyRules
internal import Sessionizer

/// What definitions say of events by name: what snapshots show beside the journey map.
public struct EventTypeTable: Sendable {
  private struct Entry: Sendable {
    var stream: JourneyModel.Stream?
    var sessionType: String?
    /// `"name":{"displayName":…,"icon":…}`.
    var json: [UInt8]
  }

  private var entries: [[UInt8]: [Entry]] = [:]

  /// Takes active types that have something to show. Of two for one event the first counts, those for a session type before others.
  public init(_ types: [EventTypeDefinition] = []) {
    let ordered = types.filter { $0.sessionType != nil } + types.filter { $0.sessionType == nil }
    for type in ordered where type.isActive && (type.displayName != nil || type.icon != nil) {
      let name = Array(type.eventName.utf8)
      var json: [UInt8] = []
      JSONText.append(type.eventName, to: &json)
      json.append(":{")
      if let displayName = type.displayName {
        json.append("\"displayName\":")
        JSONText.append(displayName, to: &json)
      }
      if let icon = type.icon {
        json.append(type.displayName == nil ? "\"icon\":" : ",\"icon\":")
        JSONText.append(icon, to: &json)
      }
      json.append(ASCII.closeBrace)
      entries[name, default: []].append(
        Entry(stream: type.stream, sessionType: type.sessionType, json: json))
    }
  }

  /// Whether there is nothing to show.
  var isEmpty: Bool { entries.isEmpty }

  /// What is shown of an event of a session; `nil` for nothing.
  func json(_ name: [UInt8], of session: Session) -> [UInt8]? {
    guard let candidates = entries[name] else { return nil }
    let type = session.identity.text(session.identity.type)
    return candidates.first {
      ($0.stream ?? session.stream) == session.stream && ($0.sessionType ?? type) == type
    }?.json
  }
}
