internal import Bytes

extension Segment {
  /// Most days of an assignment: a century.
  static let maxExpirationDays = 36_500

  init(_ reader: MemberReader, _ head: DefinitionHead) {
    let scope = reader.choice("scope", Scope.self) ?? .session
    self.init(
      id: head.id, version: head.version, isActive: reader.flag("isActive") ?? true,
      displayName: reader.requiredText("displayName"), description: reader.freeText("description"),
      color: Segment.color(reader, "color"), scope: scope,
      shouldDisplayToAgent: reader.flag("shouldDisplayToAgent") ?? (scope == .session), rule: Rule(reader),
      externalSegment: reader.object("externalSegment").flatMap { ExternalSegment($0) },
      assignmentExpirationDays: reader.integer("assignmentExpirationDays", in: 0...Segment.maxExpirationDays))
    switch scope {
    case .session:
      if reader.has("externalSegment") {
        reader.error("externalSegment", reader.value("externalSegment"), "none: only scope Customer has one")
      }
      if rule.isEmpty {
        reader.findings.report(
          .note, reader.path, nil, "a pattern of context or journey: without any it never matches")
      }
    case .customer:
      if shouldDisplayToAgent {
        reader.error("shouldDisplayToAgent", .bool(true), "false, because scope is Customer")
      }
      if !rule.isEmpty {
        reader.findings.report(
          .warning, reader.path, nil,
          "no patterns, because scope is Customer: such a segment is assigned by requests, its rule is not heeded"
        )
      }
    }
  }

  /// `#RRGGBB`.
  static func color(_ reader: MemberReader, _ name: String) -> String? {
    guard let value = reader.value(name) else { return nil }
    guard case .string(let text) = value, text.utf8.count == 7, text.utf8.first == UInt8(ascii: "#"),
      text.utf8.dropFirst().allSatisfy({
        switch $0 {
        case ASCII.digits, UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
      })
    else {
      reader.error(name, value, "a colour such as #1a2b3c")
      return nil
    }
    return text
  }
}

extension Segment.ExternalSegment {
  init?(_ reader: MemberReader) {
    let id = reader.requiredText("id")
    let name = reader.requiredText("name")
    let source = reader.requiredChoice("source", Source.self)
    reader.finish()
    guard let source else { return nil }
    self.init(id: id, name: name, source: source)
  }
}
