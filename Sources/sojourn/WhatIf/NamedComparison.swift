import JourneyRules
import LogTools

/// A comparison with the definitions that it is about.
struct NamedComparison {
  /// What became of a definition.
  enum Change: String {
    case added
    case removed
    case changed
    case same
  }

  /// One definition, with what it gave and where that differs.
  struct Entry {
    let kind: DefinitionKind
    let id: String
    let name: String
    let change: Change
    var counts: [Comparison.Count] = []
    var rows: [Comparison.Row] = []
  }

  let comparison: Comparison
  /// Definitions that gave anything or are not the same; in the order of the bundles.
  let entries: [Entry]

  init(_ comparison: Comparison, old: DefinitionBundle, new: DefinitionBundle) {
    self.comparison = comparison
    let before = Dictionary(
      old.entries.map { (Key($0.definition), $0) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(
      new.entries.map { (Key($0.definition), $0) }, uniquingKeysWith: { first, _ in first })
    let counts = Dictionary(grouping: comparison.counts) { Key($0.happening) }
    let rows = Dictionary(grouping: comparison.rows) { Key($0.happening) }
    var seen: Set<Key> = []
    let asked: [DefinitionKind] = [.segment, .outcome, .actionMap]
    entries = asked.flatMap { kind in (new.entries + old.entries).filter { $0.definition.kind == kind } }
      .compactMap { entry in
        let key = Key(entry.definition)
        guard seen.insert(key).inserted else { return nil }
        let change = NamedComparison.change(before[key], after[key])
        let (own, different) = (counts[key] ?? [], rows[key] ?? [])
        guard change != .same || !own.isEmpty else { return nil }
        return Entry(
          kind: key.kind, id: key.id, name: entry.definition.displayName, change: change, counts: own,
          rows: different)
      }
  }

  private static func change(_ old: DefinitionEntry?, _ new: DefinitionEntry?) -> Change {
    guard let old else { return .added }
    guard let new else { return .removed }
    return old.canonicalBytes == new.canonicalBytes ? .same : .changed
  }

  private struct Key: Hashable {
    var kind: DefinitionKind
    var id: String

    init(_ definition: Definition) { (kind, id) = (definition.kind, definition.id) }
    init(_ happening: Comparison.Happening) { (kind, id) = (happening.kind, happening.definition) }
  }
}
