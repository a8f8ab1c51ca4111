/// What every definition begins with: its id and version.
struct DefinitionHead {
  var id: String
  var version: Int

  /// Most changes of one definition.
  static let maxVersion = 1_000_000_000

  /// Reads id and version. The type's or event's name stands in for a missing id of a session type, an event
  /// type.
  init(_ reader: MemberReader, _ kind: DefinitionKind) {
    let standIn: String?
    switch kind {
    case .sessionType: standIn = "type"
    case .eventType: standIn = "eventName"
    default: standIn = nil
    }
    if let standIn, !reader.has("id"), reader.has(standIn) {
      id = reader.identifier(standIn) ?? ""
    } else {
      id = reader.requiredIdentifier("id")
    }
    version = reader.integer("version", in: 1...DefinitionHead.maxVersion) ?? 1
    reader.ignore("kind", "selfUri")
    _ = reader.time("createdDate")
    _ = reader.time("modifiedDate")
  }
}
