/// Reads documents into definitions.
public struct DefinitionReader: Sendable {
  /// The bounds that it keeps.
  public var limits: DefinitionLimits

  /// Creates a reader.
  public init(limits: DefinitionLimits = DefinitionLimits()) { self.limits = limits }

  /// What a document holds. An object with an error is left out of `entries`; every other one is in it.
  public struct Reading: Sendable, Hashable {
    /// The definitions, in written order.
    public var entries: [DefinitionEntry] = []
    /// What was found, in written order.
    public var findings: [Finding] = []
  }

  /// Reads a document.
  public func read(_ document: DefinitionDocument) -> Reading {
    let findings = FindingCollector(file: document.file)
    var reading = Reading()
    for (value, path, kind) in objects(of: document, findings) {
      if let entry = entry(value, path, kind, document, findings) { reading.entries.append(entry) }
    }
    reading.findings = findings.findings
    return reading
  }

  /// Whether a folder's name, such as `segments` or `action-maps`, says that definitions lie in it.
  public static func recognizes(folder: String) -> Bool { KindRecognition.kind(folder: folder) != nil }

  /// Whether a document looks like one of definitions rather than one of events or settings: a list answer,
  /// or an object whose `kind`, `selfUri` or members say so. Folders do not count.
  public static func recognizes(_ value: DefinitionValue) -> Bool {
    switch value {
    case .array(let values): return values.first.map { recognizes($0) } ?? false
    case .object(let members):
      if case .array = value["entities"] { return true }
      if ["customerId", "customerCookieId", "conversationId", "session"].contains(where: { value[$0] != nil })
      {
        return false
      }
      if case .string(let word) = value["kind"], DefinitionKind(rawValue: word) != nil { return true }
      return KindRecognition.kind(of: members, folder: nil) != nil
    default: return false
    }
  }

  /// The objects of a document with their paths, and the kind that a list gives to all of its own.
  private func objects(of document: DefinitionDocument, _ findings: FindingCollector)
    -> [(DefinitionValue, DefinitionPath, DefinitionKind?)]
  {
    let root = DefinitionPath()
    switch document.value {
    case .array(let values):
      return values.enumerated().map { ($0.element, root.element($0.offset), nil) }
    case .object where document.value["entities"] != nil:
      guard let list = MemberReader(document.value, root, findings, limits) else { return [] }
      let kind = list.choice("kind", DefinitionKind.self)
      list.ignore(
        "pageSize", "pageNumber", "total", "pageCount", "firstUri", "lastUri", "previousUri", "selfUri",
        "nextUri",
        // Of a bundle: whoever applies it again compares by the newest one.
        "caseFolding")
      if let next = document.value["nextUri"], !next.isNull {
        findings.report(
          .warning, root.member("nextUri"), next, "the last page, or all of them: this list goes on elsewhere"
        )
      }
      let entities = list.list("entities", atMost: limits.maxDefinitions, "maxDefinitions")
      list.finish()
      return entities.map { ($0.0, $0.1, kind) }
    case .object: return [(document.value, root, nil)]
    default:
      findings.error(root, document.value, "a definition, an array of them, or {\"entities\":[…]}")
      return []
    }
  }

  private func entry(
    _ value: DefinitionValue, _ path: DefinitionPath, _ listKind: DefinitionKind?,
    _ document: DefinitionDocument,
    _ findings: FindingCollector
  ) -> DefinitionEntry? {
    guard case .object(let members) = value else {
      findings.error(path, value, "an object")
      return nil
    }
    let errors = findings.errorCount
    let reader = MemberReader(members, path, findings, limits)
    let given = reader.choice("kind", DefinitionKind.self)
    guard findings.errorCount == errors else { return nil }
    guard let kind = given ?? listKind ?? KindRecognition.kind(of: members, folder: document.folder) else {
      findings.error(
        path, value,
        "a kind: a member kind (\(DefinitionKind.allCases.map(\.rawValue).joined(separator: ", "))), "
          + "a selfUri, or a folder such as segments")
      return nil
    }
    if let folder = document.folder.flatMap({ KindRecognition.kind(folder: $0) }), folder != kind {
      findings.report(
        .warning, path, value,
        "a definition of kind \(folder.rawValue), as the folder says: it is read as \(kind.rawValue)")
    }
    let head = DefinitionHead(reader, kind)
    let definition = definition(kind, reader, head)
    reader.finish()
    guard let definition, findings.errorCount == errors else { return nil }
    let entry = DefinitionEntry(
      file: document.file, path: path, definition: definition,
      canonical: DefinitionReader.canonical(members, definition))
    let size = entry.canonicalBytes.count
    guard size <= limits.maxDefinitionBytes else {
      findings.error(
        path, .number("\(size)"),
        "at most \(limits.maxDefinitionBytes) bytes in canonical form (maxDefinitionBytes)")
      return nil
    }
    return entry
  }

  private func definition(_ kind: DefinitionKind, _ reader: MemberReader, _ head: DefinitionHead)
    -> Definition?
  {
    switch kind {
    case .segment: .segment(Segment(reader, head))
    case .outcome: .outcome(Outcome(reader, head))
    case .predictor: .predictor(OutcomePredictor(reader, head))
    case .actionMap: .actionMap(ActionMap(reader, head))
    case .actionTemplate: .actionTemplate(ActionTemplate(reader, head))
    case .actionTarget: .actionTarget(ActionTarget(reader, head))
    case .frequencyCap: FrequencyCap(reader, head).map { .frequencyCap($0) }
    case .schedule: Schedule(reader, head).map { .schedule($0) }
    case .scheduleGroup: .scheduleGroup(ScheduleGroup(reader, head))
    case .emergencyGroup: .emergencyGroup(EmergencyGroup(reader, head))
    case .timeZone: .timeZone(TimeZoneDefinition(reader, head))
    case .sessionType: .sessionType(SessionTypeDefinition(reader, head))
    case .eventType: .eventType(EventTypeDefinition(reader, head))
    }
  }

  /// Members that only the vendor's server says, and that change nothing.
  private static let serverMembers = ["selfUri", "createdDate", "modifiedDate", "kind", "id", "version"]

  /// The canonical form: see `DefinitionEntry.canonical`.
  private static func canonical(_ members: [DefinitionValue.Member], _ definition: Definition)
    -> DefinitionValue
  {
    var kept = members.filter { !serverMembers.contains($0.name) }
    kept.append(.init("kind", .string(definition.kind.rawValue)))
    kept.append(.init("id", .string(definition.id)))
    kept.append(.init("version", .number("\(definition.version)")))
    return withoutNulls(.object(kept))
  }

  /// Drops members that are null and sorts the others. Configuration of open actions is kept whole: its nulls
  /// may mean something.
  private static func withoutNulls(_ value: DefinitionValue, keepsNulls: Bool = false) -> DefinitionValue {
    switch value {
    case .object(let members):
      let kept = members.filter { keepsNulls || !$0.value.isNull }
        .map {
          DefinitionValue.Member(
            $0.name, withoutNulls($0.value, keepsNulls: keepsNulls || $0.name == "configurationFields"))
        }
      return .object(kept.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    case .array(let values): return .array(values.map { withoutNulls($0, keepsNulls: keepsNulls) })
    default: return value
    }
  }
}
