/// A session drawn as a card: a frame in the session's colour with what an agent sees at a glance, and the journey map
/// as a line of events.
struct SessionCard {
  let session: SessionSnapshot
  let terminal: Terminal
  /// Whether every event of the journey map stands on a line of its own, with its time.
  var isExpanded = false

  /// The lines of the card.
  var lines: [String] {
    [top] + rows.map(framed) + [bottom]
  }

  /// The card in one line, for where there is no room.
  var summary: String {
    let card = session.card
    let text = "\(heading)  \(clean(card.status))  \(LocalTime.card(session.createdDate))"
    let line = DisplayText.cut(text, to: terminal.cardWidth - 4)
    return terminal.styled("▪ " + line, .frame(card.color))
  }

  /// What an event log needs of it: colour, title, status, count.
  var change: String {
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

  private func framed(_ row: (text: String, style: TextStyle?)) -> String {
    let bar = terminal.styled("│", .frame(session.card.color))
    let text = DisplayText.fit(row.text, to: inner)
    return "\(bar) \(row.style.map { terminal.styled(text, $0) } ?? text) \(bar)"
  }

  private var rows: [(text: String, style: TextStyle?)] {
    let card = session.card
    var facts = ["Duration: \(clean(card.duration))"]
    if let queue = card.queue { facts.append("Queue: \(clean(queue))") }
    if let agent = card.agent { facts.append("Agent: \(clean(agent))") }
    if let page = card.currentPage { facts.append("Current page: \(clean(page))") }
    var rows: [(text: String, style: TextStyle?)] = [(clean(card.status), .bold)]
    rows += wrapped(facts).map { ($0, nil) }
    var person = ["Customer: \(clean(session.customerId)) (\(clean(session.customerIdType)))"]
    if let external = session.externalId {
      person.append("Type: \(clean(session.type))")
      person.append("Id: \(clean(external))")
    }
    rows += wrapped(person).map { ($0, nil) }
    if let terms = session.searchTerms, !terms.isEmpty {
      rows += wrapped(["Searches: " + terms.map(clean).joined(separator: ", ")]).map { ($0, nil) }
    }
    rows += wrapped(attributes).map { ($0, nil) }
    if let origin { rows.append((origin, nil)) }
    if let survivor = session.mergedInto { rows.append(("Merged into: \(clean(survivor))", nil)) }
    rows += (isExpanded ? map : line).map { ($0, .frame(card.color)) }
    return rows
  }

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
    return wrapped(stations, separator: " ─ ")
  }

  /// The journey map with an event a line.
  private var map: [String] {
    var lines = ["Journey map"]
    if session.journeyMap.omitted > 0 { lines.append("… \(session.journeyMap.omitted) earlier") }
    let events = session.journeyMap.events
    for (index, event) in events.enumerated() {
      let time = DisplayText.fit(LocalTime.event(event.createdDate), to: 20)
      lines.append("\(index == events.count - 1 ? "╰" : "├")● \(time) \(label(event))")
    }
    return lines
  }

  private func label(_ event: SessionSnapshot.MapEvent) -> String {
    let name = clean(event.eventName)
    if let query = event.searchQuery { return "\(name) “\(clean(query))”" }
    if isExpanded, let title = event.title { return "\(name) (\(clean(title)))" }
    return name
  }

  /// Parts side by side, on as many lines as they need.
  private func wrapped(_ parts: [String], separator: String = " · ") -> [String] {
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, DisplayText.width(last + separator + part) <= inner {
        lines[lines.count - 1] = last + separator + part
      } else {
        lines.append(part)
      }
    }
    return lines
  }

  private func clean(_ text: String) -> String { DisplayText(text).text }
}
