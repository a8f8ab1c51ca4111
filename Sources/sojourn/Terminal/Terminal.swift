import Foundation

/// What standard output is: a terminal that can be drawn on, or a place for plain text.
struct Terminal: Sendable {
  /// Whether colours and cursor movement may be used.
  let isStyled: Bool

  /// Plain if standard output is no terminal, if `NO_COLOR` is set, or if the terminal calls itself dumb.
  init(environment: [String: String] = ProcessInfo.processInfo.environment, output: Int32 = 1) {
    isStyled = isatty(output) == 1 && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
  }

  /// Columns and rows; 80 by 24 where there is no terminal to ask.
  var size: (columns: Int, rows: Int) {
    var window = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(window.ws_col), Int(window.ws_row))
  }

  /// Columns of a card.
  var cardWidth: Int { isStyled ? min(max(size.columns, 40), 96) : 80 }

  /// Writes at once, so that lines and cursor movements keep their order.
  func write(_ text: String) throws {
    try StandardOutput.write(text.utf8)
  }

  /// Text in a style, or as it is.
  func styled(_ text: String, _ style: TextStyle) -> String {
    isStyled ? "\u{1b}[\(style.code)m\(text)\u{1b}[0m" : text
  }
}
