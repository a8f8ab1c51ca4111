/// A line inside of a card: texts, each in a style of its own.
package struct CardRow: Sendable {
  package var runs: [(text: String, style: TextStyle?)]

  package init(_ text: String, _ style: TextStyle? = nil) { runs = [(text, style)] }

  package init(runs: [(text: String, style: TextStyle?)]) { self.runs = runs }

  /// Columns that it takes.
  package var width: Int { runs.reduce(0) { $0 + DisplayText.width($1.text) } }

  /// Drawn in a number of columns: filled up, or cut, in one style then.
  package func drawn(_ columns: Int, _ terminal: Terminal) -> String {
    let used = width
    guard used <= columns else {
      let text = DisplayText.fit(runs.map(\.text).joined(), to: columns)
      return CardRow.styled(text, runs.count == 1 ? runs[0].style : nil, terminal)
    }
    // The last run takes the blanks, as a style may have a ground colour.
    var all = runs
    if !all.isEmpty { all[all.count - 1].text += String(repeating: " ", count: columns - used) }
    return all.map { CardRow.styled($0.text, $0.style, terminal) }.joined()
  }

  private static func styled(_ text: String, _ style: TextStyle?, _ terminal: Terminal) -> String {
    style.map { terminal.styled(text, $0) } ?? text
  }

  /// Parts side by side, on as many lines as they need.
  package static func wrapped(_ parts: [CardRow], columns: Int, separator: String = " · ") -> [CardRow] {
    var rows: [CardRow] = []
    for part in parts {
      if let last = rows.last, last.width + DisplayText.width(separator) + part.width <= columns {
        rows[rows.count - 1].runs += [(separator, nil)] + part.runs
      } else {
        rows.append(part)
      }
    }
    return rows
  }
}
