import Foundation
import JourneyRules
import Testing

@testable import Presentation
@testable import SessionQueries

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

  @Test(arguments: [(20, 60), (59, 60), (60, 60), (61, 61), (119, 119), (120, 120), (121, 120), (300, 120)])
  func cardsAreAsWideAsTheTerminal(columns: Int, width: Int) throws {
    for isStyled in [false, true] {
      let terminal = Terminal(columns: columns, isStyled: isStyled)
      #expect(terminal.cardWidth == width)
      let lines = SessionCard(session: try Self.snapshot(), terminal: terminal).lines
      let plain = lines.map { $0.replacing(/\u{1b}\[[0-9;]*m/, with: "") }
      #expect(Set(plain.map { DisplayText.width($0) }) == [width])
    }
  }

  @Test func yearsAreShownWhereTheyAreNotThisOne() throws {
    let now = try #require(try? Date("2026-07-01T00:00:00Z", strategy: .iso8601))
    #expect(LocalTime.card("2026-01-05T11:14:00.000Z", now: now).hasPrefix("5 Jan 1"))
    #expect(LocalTime.card("2024-01-05T11:14:00.000Z", now: now).hasPrefix("5 Jan 2024 "))
    #expect(LocalTime.event("2027-06-05T11:14:00.000Z", now: now).hasPrefix("5 Jun 2027 "))
    #expect(LocalTime.card("no time", now: now) == "no time")
  }

  @Test func browserPlaceAndDeviceAreShown() throws {
    let extra = """
      ,"browser":{"family":"Chrome","version":"106","viewHeight":876},
      "geolocation":{"locality":"Melbourne","regionName":"Victoria","countryName":"Australia","latitude":-37.8},
      "device":{"category":"desktop","isMobile":false,"osFamily":"Linux","osVersion":"Unknown"}
      """
    func text(_ extra: String) throws -> String {
      SessionCard(session: try Self.snapshot(extra: extra), terminal: Self.plain).lines.joined(
        separator: "\n")
    }
    #expect(try text(extra).contains("Chrome 106 · Melbourne, Victoria, Australia · desktop, Linux"))
    #expect(
      try text(#","geolocation":{"locality":"Singapore","countryName":"Singapore"}"#).contains(
        "│ Singapore  "))
    // Whatever else the events say there.
    for odd in [
      #","browser":{"family":7,"version":[]},"device":{},"geolocation":{"country":null}"#,
      #","browser":"Chrome""#,
      #","device":{"category":"Unknown","osFamily":"Other"}"#, #","browser":null"#,
    ] {
      #expect(try text(odd) == text(""))
    }
  }

  @Test func eventsAndSegmentsHaveTheNamesThatAreDefined() throws {
    let extra =
      #","segmentAssignments":[{"segment":{"id":"a"}},{"segment":{"id":"b"}},{"segment":{"id":"gone"}}]"#
    var session = try Self.snapshot(extra: extra)
    session.journeyMap.eventTypes = ["routed": .init(displayName: "In the queue"), "started": .init()]
    let legend = SegmentLegend([
      .segment(Segment(id: "a", displayName: "First-time buyers", color: "#308000")),
      .segment(Segment(id: "b", displayName: "Chrome visitors")),
    ])
    let plain = SessionCard(session: session, terminal: Self.plain, legend: legend).lines.joined(
      separator: "\n")
    #expect(plain.contains("Segments: First-time buyers · Chrome visitors · gone"))
    #expect(plain.contains("● started ─ ● In the queue"))
    let styled = Terminal(columns: 80, isStyled: true)
    let drawn = SessionCard(session: session, terminal: styled, legend: legend).lines.joined(separator: "\n")
    #expect(drawn.contains("\u{1b}[38;2;48;128;0mFirst-time buyers\u{1b}[0m"))
    #expect(
      SessionCard(session: session, terminal: styled, isExpanded: true).lines.contains {
        $0.contains("In the queue")
      })
  }

  @Test(arguments: [
    ("#308000", true), ("#30800", false), ("308000", false), ("#30800g", false), ("red", false),
  ])
  func colours(text: String, isColour: Bool) { #expect((TextStyle.hexadecimal(text) != nil) == isColour) }
}
