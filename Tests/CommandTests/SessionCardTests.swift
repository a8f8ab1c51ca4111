import Testing

@testable import sojourn

@Suite struct SessionCardTests {
  static let plain = Terminal(environment: ["NO_COLOR": "1"])

  static func snapshot(
    title: String = "Inbound", status: String = "Waiting", extra: String = ""
  ) throws -> SessionSnapshot {
    let json = """
      {"id":"306bbfca-32ca-5566-8c8e-abe97ed6d4be","type":"conversation","customerId":"+353871234567",
       "customerIdType":"phone","createdDate":"2026-01-05T11:14:00.000Z","eventCount":2\(extra),
       "card":{"title":"\(title)","icon":"call-inbound","color":"blue","status":"\(status)","duration":"< 1 min",
               "queue":"Support","agent":"-","segments":0},
       "journeyMap":{"events":[
          {"id":"1","eventName":"started","createdDate":"2026-01-05T11:14:00.000Z"},
          {"id":"2","eventName":"routed","createdDate":"2026-01-05T11:14:05.000Z"}],"omitted":0}}
      """
    return try #require(SessionSnapshot(Array(json.utf8)))
  }

  @Test func showsWhatAnAgentSees() throws {
    let text = SessionCard(session: try Self.snapshot(), terminal: Self.plain).lines.joined(separator: "\n")
    for part in [
      "[blue]", "Inbound", "Waiting", "Duration: < 1 min", "Queue: Support", "Agent: -", "2 events",
      "● started ─ ● routed", "306bbfca-32ca-5566-8c8e-abe97ed6d4be",
    ] {
      #expect(text.contains(part))
    }
  }

  @Test func plainTextHasNoEscapes() throws {
    let card = SessionCard(session: try Self.snapshot(status: "\\u001b[2J"), terminal: Self.plain)
    #expect(card.lines.allSatisfy { !$0.contains("\u{1b}") })
    #expect(!card.summary.contains("\u{1b}"))
    #expect(!card.change.contains("\u{1b}"))
  }

  @Test(arguments: ["Inbound", String(repeating: "long ", count: 60), String(repeating: "日本語の題", count: 12)])
  func everyLineHasTheSameWidth(title: String) throws {
    let far = String(repeating: "far ", count: 40)
    let session = try Self.snapshot(
      title: title, extra: ",\"attributes\":{\"Location\":{\"value\":\"\(far)\"}}")
    for isExpanded in [false, true] {
      let lines = SessionCard(session: session, terminal: Self.plain, isExpanded: isExpanded).lines
      #expect(Set(lines.map { DisplayText.width($0) }) == [Self.plain.cardWidth])
    }
  }
}
