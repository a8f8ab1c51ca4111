import JourneyModel
import JourneyRules
import LogTools
import Presentation

/// A comparison as lines for people: each definition with what it gave, and the differences session by
/// session. `+` is given by the new definitions only, `-` by the old ones only, `~` by both, not alike.
struct ComparisonReport {
  private let named: NamedComparison
  private let terminal: Terminal
  /// Most differences of all definitions; the others are counted.
  private let maxRows: Int

  init(_ named: NamedComparison, terminal: Terminal, maxRows: Int = .max) {
    self.named = named
    self.terminal = terminal
    self.maxRows = maxRows
  }

  /// The lines.
  var lines: [String] {
    let comparison = named.comparison
    var lines = [terminal.styled(verdict, .bold), scope(comparison)]
    lines += comparison.notes.map { "  note: \(clean($0))" }
    var left = maxRows
    for entry in named.entries {
      lines += head(entry)
      lines += entry.rows.prefix(left).map(row)
      left -= min(left, entry.rows.count)
    }
    let rows = named.entries.reduce(0) { $0 + $1.rows.count }
    let omitted = comparison.omittedRows + max(0, rows - maxRows)
    if omitted > 0 { lines.append("and \(CheckCommand.count(omitted, "more difference"))") }
    return lines
  }

  private var verdict: String {
    guard named.comparison.differs else { return "NO DIFFERENCE" }
    let rows = named.comparison.rows.count + named.comparison.omittedRows
    return "\(CheckCommand.count(rows, "difference"))".uppercased()
  }

  private func scope(_ comparison: Comparison) -> String {
    var text = "\(CheckCommand.count(comparison.events, "event"))"
    if let first = comparison.first, let last = comparison.last {
      text += " from \(first.iso8601) to \(last.iso8601)"
    }
    return text
      + ", \(CheckCommand.count(comparison.sessions, "session")), \(comparison.wholeSessions) of them seen whole"
  }

  private func head(_ entry: NamedComparison.Entry) -> [String] {
    let change = entry.change == .same ? "" : ", \(entry.change.rawValue)"
    let name = terminal.styled(
      "\(entry.kind.rawValue) \(clean(entry.name)) (\(clean(entry.id))\(change))", .bold)
    return [name]
      + entry.counts.map { count in
        let words = words(count.happening)
        return count.old == count.new
          ? "  \(words): \(count.new)" : "  \(words): \(count.old) -> \(count.new)"
      }
  }

  private func row(_ row: Comparison.Row) -> String {
    let mark = row.old.count == 0 ? "+" : row.new.count == 0 ? "-" : "~"
    let who = "session \(row.session) of \(row.customerID) (\(row.customerIDType))"
    let when: String
    switch (row.old.count, row.new.count) {
    case (0, _): when = moment(row.new)
    case (_, 0): when = moment(row.old)
    default: when = "\(moment(row.old)) -> \(moment(row.new))"
    }
    return "  \(mark) \(words(row.happening)): " + clean("\(who), \(when)")
  }

  private func moment(_ told: Comparison.Told) -> String {
    var text = told.first?.iso8601 ?? ""
    text += told.event.map { " by event \($0)" } ?? " by time"
    return told.count == 1 ? text : text + ", \(told.count) times"
  }

  private func words(_ happening: Comparison.Happening) -> String {
    clean(happening.word + (happening.reason.map { " \($0)" } ?? ""))
  }

  private func clean(_ text: String) -> String { DisplayText(text).text }
}
