internal import JourneyModel

extension Rule {
  /// Reads `context` and `journey` of a segment or an outcome.
  init(_ reader: MemberReader) {
    self.init()
    if let context = reader.object("context") {
      self.context = context.objects("patterns", atMost: context.limits.maxPatterns, "maxPatterns").map {
        ContextPattern($0)
      }
      context.finish()
    }
    if let journey = reader.object("journey") {
      self.journey = journey.objects("patterns", atMost: journey.limits.maxPatterns, "maxPatterns").map {
        JourneyPattern($0)
      }
      isOrdered = journey.flag("ordered") ?? false
      journey.finish()
    }
  }
}

extension ContextPattern {
  init(_ reader: MemberReader) {
    let errors = reader.findings.errorCount
    criteria = reader.objects("criteria", atMost: reader.limits.maxCriteria, "maxCriteria").map { criterion in
      if let entity = criterion.value("entityType"), entity != .string("visit") {
        criterion.error("entityType", entity, "visit")
      }
      return Criterion(criterion, CriterionKeys.context)
    }
    if criteria.isEmpty, reader.findings.errorCount == errors {
      reader.error("criteria", reader.value("criteria"), "at least one criterion")
    }
    reader.finish()
  }
}

extension JourneyPattern {
  /// Most events that a pattern can ask for: a session holds no more.
  static let maxCount = 100_000

  init(_ reader: MemberReader) {
    let scope = EventScope(reader)
    self.init(
      criteria: reader.objects("criteria", atMost: reader.limits.maxCriteria, "maxCriteria").map {
        Criterion($0, CriterionKeys.events(of: scope.stream))
      },
      count: reader.integer("count", in: 1...JourneyPattern.maxCount) ?? 1,
      stream: scope.stream ?? .web, sessionType: scope.sessionType, eventName: scope.eventName)
    reader.finish()
  }
}

/// Which events a pattern or a condition is about: `streamType`, `sessionType`, `eventName`.
struct EventScope {
  /// `nil` after an error.
  var stream: Stream?
  var sessionType = ""
  var eventName: String?

  init(_ reader: MemberReader) {
    if let type = reader.value("streamType") {
      if case .string(let text) = type, let known = Stream(streamType: text) {
        stream = known
      } else {
        reader.error("streamType", type, EventScope.streamTypes(instead: type))
      }
    } else {
      reader.error("streamType", nil, EventScope.streamTypes(instead: nil))
    }
    sessionType = EventScope.sessionType(reader, stream) ?? ""
    eventName = EventScope.eventName(reader, "eventName")
  }

  static func streamTypes(instead value: DefinitionValue?) -> String {
    MemberReader.oneOf(["Web", "App", "Conversation", "Custom"], instead: value)
  }

  /// The session type, which the stream may leave no choice of.
  private static func sessionType(_ reader: MemberReader, _ stream: Stream?) -> String? {
    let given = reader.text("sessionType", maxBytes: 255)
    guard let stream else { return given }
    if let only = stream.predefinedSessionType {
      if let given, given != only {
        reader.error("sessionType", .string(given), "'\(only)', the only type of stream \(stream.streamType)")
      }
      return only
    }
    guard let given else {
      if !reader.has("sessionType") {
        reader.error("sessionType", nil, "the type of a custom session, such as delivery")
      }
      return nil
    }
    if let other = Stream.allCases.first(where: { $0.predefinedSessionType == given }) {
      reader.error(
        "sessionType", .string(given), "a type of its own: this one belongs to stream \(other.streamType)")
    }
    return given
  }

  /// A name that events can have.
  static func eventName(_ reader: MemberReader, _ member: String) -> String? {
    guard let name = reader.text(member, maxBytes: 255) else { return nil }
    if !name.utf8.allSatisfy({ Letters.isWord($0) }) {
      reader.warn(
        member, .string(name),
        "letters, digits and underscore: events with other names are rejected, so none will match")
    }
    return name
  }
}

extension Criterion {
  /// Reads a criterion of a pattern.
  init(_ reader: MemberReader, _ keys: CriterionKeys) {
    self.init(
      key: Criterion.key(reader, keys), values: [],
      operator: reader.choice("operator", CriterionOperator.self) ?? .equal,
      shouldIgnoreCase: reader.flag("shouldIgnoreCase") ?? true)
    values = Criterion.values(reader, `operator`)
    reader.finish()
  }

  static func key(_ reader: MemberReader, _ keys: CriterionKeys) -> String {
    guard reader.has("key") else {
      _ = reader.value("key")
      reader.error("key", nil, "the path of an attribute")
      return ""
    }
    guard let key = reader.text("key", maxBytes: 255) else { return "" }
    if let expected = keys.problem(of: key) { reader.warn("key", .string(key), expected) }
    return key
  }

  /// The values of a criterion or a condition: at least one, none blank, and numbers where numbers are
  /// compared.
  static func values(_ reader: MemberReader, _ operation: CriterionOperator) -> [String] {
    let before = reader.findings.errorCount
    let elements = reader.list("values", atMost: reader.limits.maxValues, "maxValues")
    if elements.isEmpty, reader.findings.errorCount == before {
      reader.error("values", reader.value("values"), "at least one value")
    }
    return elements.compactMap { value, path in
      guard let text = reader.text(value, path) else { return nil }
      if operation.isNumeric, !Decimals.isNumber(text) {
        reader.findings.error(path, value, "a number, because the operator is \(operation.rawValue)")
      }
      return text
    }
  }
}
