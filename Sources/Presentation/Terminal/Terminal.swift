import Foundation

/// What standard output is: a terminal that can be drawn on, or a place for plain text.
package struct Terminal: Sendable {
  /// Whether colours and cursor movement may be used.
  package let isStyled: Bool

  /// Columns of the terminal; `nil` where there is none.
  private let columns: Int?

  /// Plain if standard output is no terminal, if `NO_COLOR` is set, or if the terminal calls itself dumb.
  package init(environment: [String: String] = ProcessInfo.processInfo.environment, output: Int32 = 1) {
    let isTerminal = isatty(output) == 1
    isStyled = isTerminal && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
    columns = isTerminal ? Terminal.size(of: output)?.columns : nil
  }

  /// A terminal of a known width.
  package init(columns: Int, isStyled: Bool) {
    self.columns = columns
    self.isStyled = isStyled
  }

  /// Columns and rows; 80 by 24 where there is no terminal to ask.
  package var size: (columns: Int, rows: Int) { Terminal.size(of: 1) ?? (80, 24) }

  private static func size(of output: Int32) -> (columns: Int, rows: Int)? {
    var window = winsize()
    guard ioctl(output, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
      return nil
    }
    return (Int(window.ws_col), Int(window.ws_row))
  }

  /// Columns of a card: the terminal's, within what is pleasant to read.
  package var cardWidth: Int { columns.map { min(max($0, 60), 120) } ?? 80 }

  /// Writes at once, so that lines and cursor movements keep their order.
  package func write(_ text: String) throws {
    try StandardOutput.write(text.utf8)
  }

  /// Text in a style, or as it is.
  package func styled(_ text: String, _ style: TextStyle) -> String {
    isStyled ? "\u{1b}[\(style.code)m\(text)\u{1b}[0m" : text
  }
}
