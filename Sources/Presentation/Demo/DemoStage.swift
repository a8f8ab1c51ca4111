import JourneyModel
import SessionQueries

/// What the audience sees: the scene's title, what just happened, and the cards, newest session on top.
///
/// On a terminal the picture is redrawn in place, on the alternate screen; elsewhere each change is a line of
/// text.
actor DemoStage {
  private let terminal: Terminal
  let legend: SegmentLegend
  private var board = SessionBoard()
  private var headline = ""
  private var happenings: [String] = []
  /// What was learned before the first scene; empty if nothing was.
  private var lesson = ""
  private var shown: [String: String] = [:]
  /// What rules gave, each once, in order of arrival.
  private(set) var derived: [DerivedEvent] = []

  init(terminal: Terminal, legend: SegmentLegend = .empty) {
    self.terminal = terminal
    self.legend = legend
  }

  /// The sessions, newest first.
  var sessions: [SessionSnapshot] { board.sessions() }

  /// Opens the curtain.
  func begin() throws {
    if terminal.isStyled { try terminal.write("\u{1b}[?1049h\u{1b}[?25l") }
  }

  /// Gives the screen back as it was.
  func end() throws {
    if terminal.isStyled { try terminal.write("\u{1b}[?25h\u{1b}[?1049l") }
  }

  /// Says what was learned before the first scene.
  func tell(lesson: String) throws {
    self.lesson = lesson
    if terminal.isStyled { try draw() } else { try terminal.write("\(lesson)\n") }
  }

  func announce(_ number: Int, of count: Int, _ scene: DemoScene) throws {
    headline = "\(number)/\(count)  \(scene.title)"
    happenings = []
    if terminal.isStyled { try draw() } else { try terminal.write("\n\(headline)\n") }
  }

  func tell(_ step: DemoStep) throws {
    let line = "\(DisplayText.fit(step.stream.name, to: 12)) \(step.caption)"
    happenings.append(line)
    if terminal.isStyled { try draw() } else { try terminal.write("  → \(line)\n") }
  }

  func take(_ records: [SessionRecord]) throws {
    for record in records { board.take(record) }
    if terminal.isStyled { try draw() } else { try tellChanges() }
  }

  /// Takes what rules gave.
  func take(derived records: [SessionRecord]) throws {
    let events = records.compactMap { $0.value.flatMap(DerivedEvent.init) }
    derived += events
    if terminal.isStyled {
      try draw()
    } else {
      for event in events { try terminal.write("    * \(event.line)\n") }
    }
  }

  /// All cards in full, and what rules gave.
  func finale() -> String {
    var lines = lesson.isEmpty ? [] : ["", DisplayText(lesson).text]
    lines += ["", "The sessions, newest first:", ""]
    for session in sessions {
      lines += SessionCard(session: session, terminal: terminal, legend: legend).lines
    }
    lines += ["What the segments and action maps gave, oldest first:", ""]
    let sorted = derived.enumerated().sorted {
      ($0.element.createdDate, $0.element.rank, $0.offset) < (
        $1.element.createdDate, $1.element.rank, $1.offset
      )
    }
    for (_, event) in sorted {
      lines.append("  \(event.createdDate.prefix(19))  \(DisplayText(event.line).text)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func tellChanges() throws {
    for session in sessions {
      let change = SessionCard(session: session, terminal: terminal).change
      guard shown[session.id] != change else { continue }
      shown[session.id] = change
      try terminal.write("    \(change)\n")
    }
  }

  private func draw() throws {
    let (columns, rows) = terminal.size
    var lines = [terminal.styled(DisplayText.fit(" sojourn demo   \(headline)", to: columns), .blueTitle)]
    let latest = happenings.last.map { "→ " + $0 } ?? lesson
    lines += ["", terminal.styled(" " + DisplayText.cut(latest, to: columns - 2), .bold), ""]
    let newest = derived.suffix(3).map {
      terminal.styled(" " + DisplayText.cut($0.line, to: columns - 2), .bold)
    }
    if !newest.isEmpty { lines += newest + [""] }
    lines += cards(rows: rows - lines.count - 1)
    // Clearing to the end of each line, and below the last, flickers less than clearing the screen.
    let text = lines.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n")
    try terminal.write("\u{1b}[H" + text + "\u{1b}[J")
  }

  /// The cards that there is room for: older ones shrink to a line before any is left out.
  private func cards(rows: Int) -> [String] {
    let cards = sessions.map { SessionCard(session: $0, terminal: terminal, legend: legend) }
    var blocks = cards.map(\.lines)
    var total = blocks.reduce(0) { $0 + $1.count }
    for index in blocks.indices.reversed() where total > rows {
      total -= blocks[index].count - 1
      blocks[index] = [cards[index].summary]
    }
    return Array(blocks.joined().prefix(rows))
  }
}
