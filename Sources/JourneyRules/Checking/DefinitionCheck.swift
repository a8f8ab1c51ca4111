/// Documents read and checked together.
public struct DefinitionCheck: Sendable, Hashable {
  /// Every definition without an error of its own, in the order of documents.
  public let entries: [DefinitionEntry]
  /// Everything that was found: document by document, then what concerns several of them.
  public let findings: [Finding]
  /// What may run; `nil` if there is an error.
  public let bundle: DefinitionBundle?

  /// Reads and checks documents. Time zones that schedule groups name must be among them as definitions: the
  /// core has no data of its own.
  ///
  /// - Parameter caseFolding: the folding of the bundle; the newest, unless it is one that was in force
  ///   already.
  public init(
    _ documents: [DefinitionDocument], limits: DefinitionLimits = DefinitionLimits(),
    caseFolding: CaseFolding = .newest
  ) {
    let reader = DefinitionReader(limits: limits)
    var entries: [DefinitionEntry] = []
    var findings: [Finding] = []
    for document in documents {
      let reading = reader.read(document)
      entries += reading.entries
      findings += reading.findings
    }
    let check = SetCheck(entries, limits)
    findings += check.findings(unread: findings.contains { $0.severity == .error })
    self.entries = entries
    self.findings = findings
    bundle =
      findings.contains { $0.severity == .error } ? nil : DefinitionBundle(check.distinctEntries, caseFolding)
  }

  /// The number of findings of a severity.
  public func count(_ severity: Finding.Severity) -> Int {
    findings.reduce(0) { $0 + ($1.severity == severity ? 1 : 0) }
  }

  /// The time zones that schedule groups name, each once, sorted.
  public static func timeZoneNames(in entries: [DefinitionEntry]) -> [String] {
    var names: Set<String> = []
    for case .scheduleGroup(let group) in entries.map(\.definition) { names.insert(group.timeZone) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
