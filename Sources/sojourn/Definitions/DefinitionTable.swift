import JourneyRules
import Presentation

/// Definitions as lines of a table.
struct DefinitionTable {
  /// Widest column but the last.
  static let maxColumns = 40

  let rows: [[String]]

  /// One row a definition, by kind and id, under a header.
  init(_ entries: [DefinitionEntry]) {
    let kinds = DefinitionKind.allCases
    let sorted = kinds.flatMap { kind in
      entries.map(\.definition).filter { $0.kind == kind }
        .sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }
    rows =
      [["KIND", "ID", "NAME", "ACTIVE", "VERSION", "LISTENS TO"]]
      + sorted.map { definition in
        [
          definition.kind.rawValue, definition.id, definition.displayName, definition.isActive ? "yes" : "no",
          "\(definition.version)", definition.listensTo.isEmpty ? "-" : definition.listensTo,
        ].map { DisplayText($0).text }
      }
  }

  /// The lines, without blanks at their ends.
  var lines: [String] {
    let widths = (0..<5).map { column in
      min(rows.map { DisplayText.width($0[column]) }.max() ?? 0, DefinitionTable.maxColumns)
    }
    return rows.map { row in
      zip(row, widths).map { DisplayText.fit($0, to: $1) }.joined(separator: "  ") + "  " + (row.last ?? "")
    }
  }
}
