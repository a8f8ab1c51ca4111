internal import Identity
internal import JourneyModel
internal import JourneyRules

/// One command's members, read into what is to be done.
struct CommandReader {
  /// What a command can ask for, and which members it takes beside `id`, `createdDate` and `operation`.
  enum Operation: String, CaseIterable {
    case put, claim, release, separate, merge, verify, segments, link, unlink, erase, sweep

    var members: [String] {
      switch self {
      case .put: ["contactId", "identifier", "identifiers", "traits"]
      case .claim, .release, .separate: ["contactId", "identifier", "identifiers"]
      case .merge: ["contactIds"]
      case .verify: ["contactId", "identifier"]
      case .segments: ["contactId", "identifier", "assign", "unassign"]
      case .link: ["contactId", "identifier", "session"]
      case .unlink: ["session"]
      case .erase: ["contactId", "identifier", "identifiers"]
      case .sweep: ["sessionIds"]
      }
    }
  }

  private let members: [DefinitionValue.Member]
  private let rules: IdentityCommandDecoder

  init(_ members: [DefinitionValue.Member], _ rules: IdentityCommandDecoder) {
    self.members = members
    self.rules = rules
  }

  func command() throws(CommandProblemAt) -> IdentityCommand {
    let name = try text("operation", most: 32)
    guard let operation = Operation(rawValue: name) else {
      throw .at(
        "operation", name, expected: "one of " + Operation.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let known = ["id", "createdDate", "operation"] + operation.members
    for member in members where !known.contains(member.name) {
      throw .at(
        member.name, nil, expected: "no other members of '\(name)' than " + known.joined(separator: ", "))
    }
    let stamp = Stamp(try time(), Array(try text("id", most: Identifier.longest).utf8))
    return IdentityCommand(name, try orders(operation, stamp), stamp)
  }

  private func orders(_ operation: Operation, _ stamp: Stamp) throws(CommandProblemAt)
    -> [IdentityCommand.Order]
  {
    switch operation {
    case .put: return try put(stamp)
    case .claim: return try each { .claim($0) }
    case .release: return try each { .release($0) }
    case .separate: return try each { .separate($0) }
    case .verify: return [.decide(.verify, try subject())]
    case .merge: return [try merge(stamp)]
    case .segments: return [.decide(try segments(stamp), try subject())]
    case .erase:
      if value("identifiers") == nil { return [.erase(try subject())] }
      guard value("contactId") == nil, value("identifier") == nil else { throw twoSubjects }
      return try identifiers().map { .erase(.identifier($0)) }
    case .link: return [.link(try session(), try subject())]
    case .unlink: return [.unlink(try session())]
    case .sweep: return [.sweep(try sessions())]
    }
  }

  // MARK: - Operations

  /// With `identifiers`, what is said of all of them; else of whom it is about.
  private func put(_ stamp: Stamp) throws(CommandProblemAt) -> [IdentityCommand.Order] {
    let traits = try traits(stamp)
    if value("identifiers") != nil {
      guard value("contactId") == nil, value("identifier") == nil else { throw twoSubjects }
      return [.put(try identifiers(), traits)]
    }
    guard !traits.isEmpty else {
      throw .at("traits", nil, expected: "at least one, where there are no identifiers")
    }
    return [.decide(.put(traits), try subject())]
  }

  /// The same with each of the identifiers.
  private func each(_ operation: (Identifier) -> Command.Operation) throws(CommandProblemAt)
    -> [IdentityCommand.Order]
  {
    let subject = try subject()
    return try identifiers().map { .decide(operation($0), subject) }
  }

  private func merge(_ stamp: Stamp) throws(CommandProblemAt) -> IdentityCommand.Order {
    var ids: [ContactID] = []
    for (place, one) in try list("contactIds", 2...rules.limits.maxMerge).enumerated() {
      ids.append(try contact(one, at: "contactIds[\(place)]"))
    }
    do {
      // Looked up in their order, beginning with the first.
      return .decide(try Command.merge(ids, stamp, rules.limits).operation, .contact(ids.min() ?? ids[0]))
    } catch {
      throw problem(error, at: "contactIds")
    }
  }

  private func sessions() throws(CommandProblemAt) -> [SessionID] {
    var ids: [SessionID] = []
    for (place, one) in try list("sessionIds", 1...IdentityCommandDecoder.mostSessions).enumerated() {
      let text = try text(one, at: "sessionIds[\(place)]", most: SessionID.textLength)
      guard let id = SessionID(text: Array(text.utf8)) else {
        throw .at("sessionIds[\(place)]", text, expected: "a session's id")
      }
      ids.append(id)
    }
    return ids
  }

  /// A conversation of the detail feed by its own id, any other session by type and customer.
  private func session() throws(CommandProblemAt) -> SessionReference {
    guard let found = value("session"), case .object(let parts) = found else {
      throw .at("session", nil, expected: "an object with id, and conversationId or type and customer")
    }
    func part(_ name: String) throws(CommandProblemAt) -> [UInt8] {
      Array(try text(found[name], at: "session.\(name)", most: Identifier.longest).utf8)
    }
    func only(_ names: [String]) throws(CommandProblemAt) {
      for part in parts where part.name != "id" && !names.contains(part.name) {
        throw .at(
          "session.\(part.name)", nil, expected: "only id, " + names.joined(separator: ", "))
      }
    }
    let name = try text(found["id"], at: "session.id", most: SessionID.textLength)
    guard let id = SessionID(text: name.utf8.map(ASCII.lowercased)) else {
      throw .at("session.id", name, expected: "a session's id")
    }
    if let conversation = found["conversationId"], !conversation.isNull {
      try only(["conversationId"])
      return SessionReference(id, conversation: try part("conversationId"))
    }
    try only(["type", "customerId", "customerIdType", "externalId"])
    let hasObject = found["externalId"].map { !$0.isNull } ?? false
    return SessionReference(
      id, type: try part("type"), customerIDType: try part("customerIdType"),
      customerID: try part("customerId"), externalID: hasObject ? try part("externalId") : [])
  }

  private func segments(_ stamp: Stamp) throws(CommandProblemAt) -> Command.Operation {
    var assigned: [(segment: [UInt8], days: Int?)] = []
    let most = rules.limits.maxSegments
    for (place, one) in try list("assign", 0...most).enumerated() {
      let path = "assign[\(place)]"
      guard case .object(let parts) = one else { throw .at(path, nil, expected: "an object with segment") }
      for part in parts where part.name != "segment" && part.name != "days" {
        throw .at("\(path).\(part.name)", nil, expected: "segment and days only")
      }
      let segment = try text(one["segment"], at: "\(path).segment", most: Identifier.longest)
      assigned.append((Array(segment.utf8), try days(one["days"], at: "\(path).days")))
    }
    var unassigned: [[UInt8]] = []
    for (place, one) in try list("unassign", 0...most).enumerated() {
      unassigned.append(Array(try text(one, at: "unassign[\(place)]", most: Identifier.longest).utf8))
    }
    do {
      return try Command.segments(
        of: .contact(ContactID(text: [])), assign: assigned, unassign: unassigned, stamp, rules.limits
      ).operation
    } catch {
      throw problem(error, at: "assign, unassign")
    }
  }

  private func days(_ value: DefinitionValue?, at path: String) throws(CommandProblemAt) -> Int? {
    guard let value, !value.isNull else { return nil }
    guard case .number(let text) = value, let days = Int(text) else {
      throw .at(path, nil, expected: "a whole number of days")
    }
    return days
  }

  private func problem(_ problem: CommandProblem, at path: String) -> CommandProblemAt {
    switch problem {
    case .count(let found, let expected):
      .at(
        path, nil, expected: "\(expected.lowerBound) to \(expected.upperBound) different ones, not \(found)")
    case .days(let found, let expected):
      .at(path, "\(found)", expected: "\(expected.lowerBound) to \(expected.upperBound) days")
    case .nameBytes(let found, let expected):
      .at(
        path, nil,
        expected: "\(expected.lowerBound) to \(expected.upperBound) bytes of a segment, not \(found)")
    }
  }

  // MARK: - Members

  private func value(_ name: String) -> DefinitionValue? {
    guard let found = members.first(where: { $0.name == name })?.value, !found.isNull else { return nil }
    return found
  }

  private func text(_ name: String, most: Int) throws(CommandProblemAt) -> String {
    try text(value(name), at: name, most: most)
  }

  /// A text of one byte at least, without control characters.
  private func text(_ value: DefinitionValue?, at path: String, most: Int) throws(CommandProblemAt) -> String
  {
    guard let value else { throw .at(path, nil, expected: "a text of 1 to \(most) bytes, not nothing") }
    guard case .string(let text) = value, !text.isEmpty, text.utf8.count <= most,
      !text.utf8.contains(where: { $0 < ASCII.space || $0 == 0x7f })
    else {
      var shown: String?
      if case .string(let text) = value { shown = text }
      throw .at(path, shown, expected: "a text of 1 to \(most) bytes without control characters")
    }
    return text
  }

  private func time() throws(CommandProblemAt) -> EventTime {
    switch value("createdDate") {
    case .string(let text)?:
      if let time = EventTime(iso8601: text), time.milliseconds >= 0 { return time }
      throw .at("createdDate", text, expected: "ISO 8601 with an offset, since 1970")
    case .number(let text)?:
      if let number = Int64(text), number >= DecodingLimits().minEpochMilliseconds,
        number <= EventTime.latest.milliseconds
      {
        return EventTime(milliseconds: number)
      }
      throw .at("createdDate", text, expected: "whole milliseconds since 1970")
    case nil: throw CommandProblemAt(.missingTime)
    default: throw CommandProblemAt(.badTime)
    }
  }

  private func list(_ name: String, _ counts: ClosedRange<Int>) throws(CommandProblemAt) -> [DefinitionValue]
  {
    guard let found = value(name) else {
      if counts.contains(0) { return [] }
      throw .at(name, nil, expected: "a list of \(counts.lowerBound) to \(counts.upperBound), not nothing")
    }
    guard case .array(let values) = found, counts.contains(values.count) else {
      throw .at(name, nil, expected: "a list of \(counts.lowerBound) to \(counts.upperBound)")
    }
    return values
  }

  private func identifiers() throws(CommandProblemAt) -> [Identifier] {
    var found: [Identifier] = []
    for (place, one) in try list("identifiers", 1...IdentityCommandDecoder.mostIdentifiers).enumerated() {
      let identifier = try identifier(one, at: "identifiers[\(place)]")
      if !found.contains(identifier) { found.append(identifier) }
    }
    return found
  }

  private func identifier(_ value: DefinitionValue, at path: String) throws(CommandProblemAt) -> Identifier {
    guard case .object(let parts) = value else {
      throw .at(path, nil, expected: "an object with type and value")
    }
    for part in parts where !["type", "value", "externalSource"].contains(part.name) {
      throw .at("\(path).\(part.name)", nil, expected: "type, value and externalSource only")
    }
    let name = try text(value["type"], at: "\(path).type", most: 32)
    guard let type = IdentifierType(name: Array(name.utf8)), type.isStrong else {
      let strong = IdentifierType.allCases.filter(\.isStrong).map(\.name).joined(separator: ", ")
      throw .at("\(path).type", name, expected: "one of \(strong)")
    }
    let text = try text(value["value"], at: "\(path).value", most: Identifier.longest)
    var source: [UInt8] = []
    if let origin = value["externalSource"], !origin.isNull {
      source = Array(
        try self.text(origin, at: "\(path).externalSource", most: Identifier.longest).utf8)
    }
    do {
      return try rules.identifiers.identifier(type, Array(text.utf8), source: source)
    } catch {
      throw .at("\(path).value", text, expected: "what names somebody: it is \(error.rawValue)")
    }
  }

  /// Whom it is about, said in one of two ways.
  private func subject() throws(CommandProblemAt) -> IdentityCommand.Subject {
    switch (value("contactId"), value("identifier")) {
    case (let id?, nil): return .contact(try contact(id, at: "contactId"))
    case (nil, let one?): return .identifier(try identifier(one, at: "identifier"))
    case (nil, nil): throw .at("contactId, identifier", nil, expected: "one of the two: whom it is about")
    default: throw twoSubjects
    }
  }

  private var twoSubjects: CommandProblemAt {
    .at("contactId, identifier, identifiers", nil, expected: "only one that says whom it is about")
  }

  private func contact(_ value: DefinitionValue, at path: String) throws(CommandProblemAt) -> ContactID {
    ContactID(text: Array(try text(value, at: path, most: Identifier.longest).utf8))
  }

  private func traits(_ stamp: Stamp) throws(CommandProblemAt) -> [Trait] {
    guard let found = value("traits") else { return [] }
    guard case .object(let parts) = found, parts.count <= rules.limits.maxTraits else {
      throw .at("traits", nil, expected: "an object of at most \(rules.limits.maxTraits) texts")
    }
    var traits: [Trait] = []
    for part in parts {
      let most = rules.limits.maxTraitBytes
      guard !part.name.isEmpty, part.name.utf8.count <= most else {
        throw .at("traits", part.name, expected: "names of 1 to \(most) bytes")
      }
      let text = try text(part.value, at: "traits.\(part.name)", most: most)
      traits.append(Trait(Array(part.name.utf8), Array(text.utf8), stamp))
    }
    return traits
  }
}
