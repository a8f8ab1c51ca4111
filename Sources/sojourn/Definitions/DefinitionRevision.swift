import JourneyRules
import Presentation
import Processor

/// What applying definitions to those in force would change, and the set that it would give.
struct DefinitionRevision {
  /// A definition that would be another one.
  struct Change: Equatable {
    enum Kind: String { case added, changed, removed }
    var kind: Kind
    /// The definition after the change; of a removed one, before it.
    var definition: Definition
    /// The version before; `nil` for an added one.
    var before: Int?
  }

  /// What would change, by kind and id.
  let changes: [Change]
  /// The case folding that is in force and would be another one; `nil` if it would stay.
  let caseFolding: CaseFolding?
  /// Definitions that would stay as they are.
  let unchanged: Int
  /// The resulting set, checked as one: what is given may refer to what is in force.
  let check: DefinitionCheck

  /// Action maps that are taken as inactive, since they refer to something that is not there.
  let skipped: [DanglingMap]

  private typealias Key = DefinitionVersion.Key

  /// - Parameters:
  ///   - current: what is in force; `nil` for nothing.
  ///   - past: the newest version that each definition has ever had, those of removed ones included.
  ///   - given: what is applied, each definition without an error of its own.
  ///   - prunes: whether definitions that are not given are removed.
  ///   - skipsInvalid: whether given action maps that refer to something that is not there are taken as
  ///     inactive.
  init(
    current: DefinitionBundle?, past: [DefinitionVersion] = [], given: [DefinitionEntry], prunes: Bool,
    skipsInvalid: Bool = false, limits: DefinitionLimits = DefinitionLimits()
  ) {
    let kept = prunes ? [] : current?.entries ?? []
    let skipped = skipsInvalid ? DanglingMap.all(in: given, beside: kept) : []
    let ids = Set(skipped.map(\.id))
    let taken = given.map { entry in
      entry.definition.kind == .actionMap && ids.contains(entry.definition.id) ? entry.inactive : entry
    }
    self.init(current: current, past: past, given: taken, prunes: prunes, limits: limits, skipped: skipped)
  }

  private init(
    current: DefinitionBundle?, past: [DefinitionVersion], given: [DefinitionEntry], prunes: Bool,
    limits: DefinitionLimits, skipped: [DanglingMap]
  ) {
    self.skipped = skipped
    caseFolding = current.map(\.caseFolding).flatMap { $0 == .newest ? nil : $0 }
    let versions = Dictionary(past.map { ($0.key, $0) }) { $0.version >= $1.version ? $0 : $1 }
    var before: [Key: DefinitionEntry] = [:]
    for entry in current?.entries ?? [] {
      before[Key(kind: entry.definition.kind, id: entry.definition.id)] = entry
    }
    var seen: Set<Key> = []
    var changes: [Change] = []
    var documents: [DefinitionDocument] = []
    var unchanged = 0
    func keep(_ entry: DefinitionEntry, _ canonical: DefinitionValue) {
      documents.append(DefinitionDocument(file: entry.file, value: canonical))
    }
    for entry in given {
      let key = Key(kind: entry.definition.kind, id: entry.definition.id)
      // A second one of the same id is the check's to refuse.
      guard seen.insert(key).inserted, let old = before[key] else {
        if before[key] == nil {
          changes.append(Change(kind: .added, definition: entry.definition, before: nil))
          if let last = versions[key] {
            // It was there before: the same content is the same version, another is a new one.
            let isSame = last.content.withVersion(0) == entry.canonical.withVersion(0)
            let version = isSame ? last.version : max(last.version + 1, entry.definition.version)
            keep(entry, entry.canonical.withVersion(version))
            continue
          }
        }
        keep(entry, entry.canonical)
        continue
      }
      if entry.canonical.withVersion(0) == old.canonical.withVersion(0) {
        unchanged += 1
        keep(entry, old.canonical)
      } else {
        let last = max(old.definition.version, versions[key]?.version ?? 0)
        let version = max(last + 1, entry.definition.version)
        changes.append(Change(kind: .changed, definition: entry.definition, before: old.definition.version))
        keep(entry, entry.canonical.withVersion(version))
      }
    }
    for entry in current?.entries ?? []
    where !seen.contains(Key(kind: entry.definition.kind, id: entry.definition.id)) {
      // Tables of time zones come and go with the groups that name them.
      if prunes, entry.definition.kind != .timeZone {
        changes.append(Change(kind: .removed, definition: entry.definition, before: entry.definition.version))
      } else {
        unchanged += 1
        keep(entry, entry.canonical)
      }
    }
    check = DefinitionCheck(documents, limits: limits)
    self.unchanged = unchanged
    let order = Dictionary(
      uniqueKeysWithValues: zip(DefinitionKind.allCases, DefinitionKind.allCases.indices))
    self.changes = changes.sorted { left, right in
      let places = (order[left.definition.kind] ?? 0, order[right.definition.kind] ?? 0)
      return places.0 == places.1
        ? left.definition.id.utf8.lexicographicallyPrecedes(right.definition.id.utf8) : places.0 < places.1
    }
  }

  /// The definition as the resulting set has it: with its new version.
  func result(of change: Change) -> Definition {
    check.entries.first {
      $0.definition.kind == change.definition.kind && $0.definition.id == change.definition.id
    }?
    .definition ?? change.definition
  }

  /// What was skipped, one line a map.
  var skippedLines: [String] { skipped.map { DisplayText($0.line).text } }

  /// Whether nothing would be another than what is in force.
  var isEmpty: Bool { changes.isEmpty && caseFolding == nil }

  private var foldingLine: [String] {
    caseFolding.map { ["changed  caseFolding  \($0.rawValue) → \(CaseFolding.newest.rawValue)"] } ?? []
  }

  /// `changed  segment  s1  Chrome visitors  version 1 → 2`, one line a change.
  var lines: [String] {
    foldingLine
      + changes.map { change in
        let now = result(of: change).version
        let versions =
          switch change.kind {
          case .added: "version \(now)"
          case .changed: "version \(change.before ?? 0) → \(now)"
          case .removed: "version \(change.before ?? 0)"
          }
        return DisplayText(
          "\(change.kind.rawValue)  \(change.definition.kind.rawValue)  \(change.definition.id)  "
            + "\(change.definition.displayName)  \(versions)"
        ).text
      }
  }
}

extension DefinitionValue {
  /// The same object with another `version`.
  fileprivate func withVersion(_ version: Int) -> DefinitionValue {
    guard case .object(let members) = self else { return self }
    var changed = members.filter { $0.name != "version" }
    changed.append(Member("version", .number("\(version)")))
    return DefinitionValue.object(changed).sorted
  }
}
