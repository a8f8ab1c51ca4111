import JourneyModel
import JourneyRules
import LogTools

/// A comparison as one JSON object, for machines.
struct ComparisonJSON {
  private let named: NamedComparison
  /// Most differences; the others are counted.
  private let maxRows: Int

  init(_ named: NamedComparison, maxRows: Int = .max) {
    self.named = named
    self.maxRows = maxRows
  }

  /// One line.
  var line: String {
    var bytes: [UInt8] = []
    value.appendJSON(to: &bytes, sorted: false)
    return String(decoding: bytes, as: UTF8.self)
  }

  private typealias Member = DefinitionValue.Member

  private var value: DefinitionValue {
    let comparison = named.comparison
    var left = maxRows
    var definitions: [DefinitionValue] = []
    for entry in named.entries {
      let shown = entry.rows.prefix(left)
      left -= shown.count
      definitions.append(definition(entry, Array(shown)))
    }
    var members = [
      Member("differs", .bool(comparison.differs)), Member("events", number(comparison.events)),
    ]
    if let first = comparison.first { members.append(Member("first", .string(first.iso8601))) }
    if let last = comparison.last { members.append(Member("last", .string(last.iso8601))) }
    let rows = named.entries.reduce(0) { $0 + $1.rows.count }
    members += [
      Member("sessions", number(comparison.sessions)),
      Member("wholeSessions", number(comparison.wholeSessions)),
      Member("definitions", .array(definitions)),
      Member("omittedRows", number(comparison.omittedRows + max(0, rows - maxRows))),
      Member("notes", .array(comparison.notes.map { .string($0) })),
    ]
    return .object(members)
  }

  private func definition(_ entry: NamedComparison.Entry, _ rows: [Comparison.Row]) -> DefinitionValue {
    .object([
      Member("kind", .string(entry.kind.rawValue)), Member("id", .string(entry.id)),
      Member("displayName", .string(entry.name)), Member("change", .string(entry.change.rawValue)),
      Member(
        "counts",
        .array(
          entry.counts.map { count in
            .object(
              words(count.happening) + [Member("old", number(count.old)), Member("new", number(count.new))])
          })),
      Member("rows", .array(rows.map(row))),
    ])
  }

  private func row(_ row: Comparison.Row) -> DefinitionValue {
    .object(
      words(row.happening) + [
        Member("session", .string(row.session)), Member("customerId", .string(row.customerID)),
        Member("customerIdType", .string(row.customerIDType)), Member("old", told(row.old)),
        Member("new", told(row.new)),
      ])
  }

  private func words(_ happening: Comparison.Happening) -> [Member] {
    [Member("what", .string(happening.word))]
      + (happening.reason.map { [Member("reason", .string($0))] } ?? [])
  }

  private func told(_ told: Comparison.Told) -> DefinitionValue {
    var members = [Member("count", number(told.count))]
    if let first = told.first { members.append(Member("first", .string(first.iso8601))) }
    if let event = told.event { members.append(Member("event", .string(event))) }
    return .object(members)
  }

  private func number(_ number: Int) -> DefinitionValue { .number("\(number)") }
}
