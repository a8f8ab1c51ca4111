package import SessionQueries

/// A session drawn as a card: a frame in the session's colour with what an agent sees at a glance, and the
/// journey map as a line of events.
package struct SessionCard: Sendable {
  package let session: SessionSnapshot
  package let terminal: Terminal
  /// How segments are shown.
  package var legend = SegmentLegend.empty
  /// Whether every event of the journey map is on a line of its own, with its time.
  package var isExpanded = false

  package init(
    session: SessionSnapshot, terminal: Terminal, legend: SegmentLegend = .empty, isExpanded: Bool = false
  ) {
    self.session = session
    self.terminal = terminal
    self.legend = legend
    self.isExpanded = isExpanded
  }

  /// What a card calls a customer of whom nothing is known.
  private static let unknown = "Unknown"

  /// The lines of the card.
  package var lines: [String] {
    [top] + rows.map(framed) + [bottom]
  }

  /// The card in one line, for where there is no room.
  package var summary: String {
    let card = session.card
    let text = "\(heading)  \(clean(card.status))  \(LocalTime.card(session.createdDate))"
    let line = DisplayText.cut(text, to: terminal.cardWidth - 4)
    return terminal.styled("▪ " + line, .frame(card.color))
  }

  /// What an event log needs of it: colour, title, status, count.
  package var change: String {
    "\(colorWord) \(clean(session.card.title)): \(clean(session.card.status)), \(countText)"
  }

  private var inner: Int { terminal.cardWidth - 4 }
  private var colorWord: String { "[\(session.card.color)]" }
  private var countText: String { session.eventCount == 1 ? "1 event" : "\(session.eventCount) events" }
  private var heading: String { "\(CardIcon.sign(session.card.icon)) \(clean(session.card.title))" }

  private var top: String {
    let frame = TextStyle.frame(session.card.color)
    let date = " \(LocalTime.card(session.createdDate)) "
    let word = terminal.isStyled ? "" : " \(colorWord)"
    let title = DisplayText.cut(
      " \(heading) ", to: inner - DisplayText.width(date) - DisplayText.width(word) - 2)
    let used = DisplayText.width(title) + DisplayText.width(word) + DisplayText.width(date)
    let rule = String(repeating: "─", count: max(0, terminal.cardWidth - 4 - used))
    return terminal.styled("╭─", frame) + word + terminal.styled(title, .title(session.card.color))
      + terminal.styled(rule + date + "─╮", frame)
  }

  private var bottom: String {
    let count = " \(countText) "
    let id = " \(clean(session.id)) "
    let rule = String(
      repeating: "─", count: max(0, terminal.cardWidth - 4 - DisplayText.width(count) - DisplayText.width(id))
    )
    return terminal.styled("╰─" + count + rule + id + "─╯", .frame(session.card.color))
  }

  private func framed(_ row: CardRow) -> String {
    let bar = terminal.styled("│", .frame(session.card.color))
    return "\(bar) \(row.drawn(inner, terminal)) \(bar)"
  }

  private var rows: [CardRow] {
    let card = session.card
    var facts = ["Duration: \(clean(card.duration))"]
    if let queue = card.queue { facts.append("Queue: \(clean(queue))") }
    if let agent = card.agent { facts.append("Agent: \(clean(agent))") }
    if let page = card.currentPage { facts.append("Current page: \(clean(page))") }
    var rows = [CardRow(clean(card.status), .bold)]
    rows += wrapped(facts)
    var person = ["Customer: \(clean(session.customerId)) (\(clean(session.customerIdType)))"]
    if let external = session.externalId {
      person.append("Type: \(clean(session.type))")
      person.append("Id: \(clean(external))")
    }
    if let name = card.customer, name != SessionCard.unknown || session.externalContact != nil {
      var words = ["Person: \(clean(name))"]
      if let found = session.verification { words.append("by \(clean(found.by)), \(clean(found.level))") }
      rows += wrapped(words)
    }
    rows += wrapped(person)
    rows += wrapped(surroundings)
    if let terms = session.searchTerms, !terms.isEmpty {
      rows += wrapped(["Searches: " + terms.map(clean).joined(separator: ", ")])
    }
    rows += wrapped(attributes)
    rows += segments
    rows += scores
    if let origin { rows.append(CardRow(origin)) }
    if let survivor = session.mergedInto { rows.append(CardRow("Merged into: \(clean(survivor))")) }
    rows += (isExpanded ? map : line).map { CardRow($0, .frame(card.color)) }
    return rows
  }

  /// Browser, place and device.
  private var surroundings: [String] {
    var parts: [String?] = []
    if let browser = session.browser {
      parts.append(
        browser["family"].map { [$0, browser["version"]].compactMap(\.self).joined(separator: " ") })
    }
    if let place = session.geolocation {
      // A city state is one name, not three.
      var names: [String] = []
      for name in [place["locality"], place["regionName"], place["countryName"] ?? place["country"]] {
        if let name, !names.contains(name) { names.append(name) }
      }
      parts.append(names.joined(separator: ", "))
    }
    if let device = session.device {
      let names = [device["category"] ?? device["type"], device["osFamily"]].compactMap(\.self)
      parts.append(names.joined(separator: ", "))
    }
    return parts.compactMap(\.self).filter { !$0.isEmpty }.map(clean)
  }

  /// The segments by name, each in its colour.
  private var segments: [CardRow] {
    let entries = (session.segmentAssignments ?? []).compactMap(\.segment.id).map(legend.entry)
    guard !entries.isEmpty else { return [] }
    let parts = entries.enumerated().map { index, entry in
      let style = entry.color.flatMap(TextStyle.hexadecimal)
      let name = (text: clean(entry.name), style: style)
      return CardRow(runs: index == 0 ? [("Segments: ", nil), name] : [name])
    }
    return CardRow.wrapped(parts, columns: inner)
  }

  /// How likely outcomes are: a bar, the share now, and the highest if that was more.
  private var scores: [CardRow] {
    let scores = (session.outcomeScores ?? []).filter { $0.outcome.id != nil }
    let names = scores.map { clean(legend.outcome($0.outcome.id ?? "")) }
    let width = min(names.map(DisplayText.width).max() ?? 0, inner / 2)
    return zip(names, scores).map { name, score in
      let bar = SessionCard.bar(score.probability)
      let (now, highest) = (percent(score.probability), percent(score.sessionMaxProbability))
      let rest = highest == now ? "" : ", highest \(highest) %"
      return CardRow("\(DisplayText.fit(name, to: width)) \(bar) \(now) %\(rest)")
    }
  }

  /// Ten cells, full from the left.
  private static func bar(_ share: Double) -> String {
    let full = max(0, min(10, Int((share * 10).rounded())))
    return String(repeating: "█", count: full) + String(repeating: "░", count: 10 - full)
  }

  private func percent(_ share: Double) -> Int { Int((share * 100).rounded()) }

  private var attributes: [String] {
    let scalars = (session.attributes ?? [:]).map { ($0.key, $0.value.value) }
    let lists = (session.attributeLists ?? [:]).map { list in
      (list.key, list.value.values.map(\.value).joined(separator: ", "))
    }
    return (scalars + lists).sorted { $0.0 < $1.0 }.map { "\(clean($0.0)): \(clean($0.1))" }
  }

  /// The web session that a conversation came from.
  private var origin: String? {
    guard let context = session.journeyContext else { return nil }
    guard let id = context.customerSession?.id ?? context.sessionId else { return nil }
    return
      "From: \(clean(context.customerSession?.type ?? context.sessionIdType ?? "web")) session \(clean(id))"
  }

  /// The journey map as a line of events.
  private var line: [String] {
    var stations = session.journeyMap.events.map { "● \(label($0))" }
    if session.journeyMap.omitted > 0 { stations.insert("… \(session.journeyMap.omitted) earlier", at: 0) }
    return wrapped(stations, separator: " ─ ").map { $0.runs.map(\.text).joined() }
  }

  /// The journey map with an event a line.
  private var map: [String] {
    var lines = ["Journey map"]
    if session.journeyMap.omitted > 0 { lines.append("… \(session.journeyMap.omitted) earlier") }
    let events = session.journeyMap.events
    let timeWidth = max(20, events.map { DisplayText.width(LocalTime.event($0.createdDate)) }.max() ?? 0)
    for (index, event) in events.enumerated() {
      let time = DisplayText.fit(LocalTime.event(event.createdDate), to: timeWidth)
      lines.append("\(index == events.count - 1 ? "╰" : "├")● \(time) \(label(event))")
    }
    return lines
  }

  private func label(_ event: SessionSnapshot.MapEvent) -> String {
    let name = clean(session.journeyMap.eventTypes?[event.eventName]?.displayName ?? event.eventName)
    if let query = event.searchQuery { return "\(name) “\(clean(query))”" }
    if isExpanded, let title = event.title { return "\(name) (\(clean(title)))" }
    return name
  }

  /// Parts side by side, on as many lines as they need.
  private func wrapped(_ parts: [String], separator: String = " · ") -> [CardRow] {
    CardRow.wrapped(parts.map { CardRow($0) }, columns: inner, separator: separator)
  }

  private func clean(_ text: String) -> String { DisplayText(text).text }
}
