import EventLog
import Intake
import JourneyModel
import Testing
import WireFormat

/// Bodies that nobody sends in good faith: each has an answer, and an end.
@Suite struct HostileBodyTests {
  /// All dialects, each with a source that may write what it makes.
  static let dialects: [(name: String, dialect: any Dialect)] = [
    ("events", EventsDialect()), ("web", JourneyEventDialect.web()), ("app", JourneyEventDialect.app()),
    ("custom", CustomEventsDialect()), ("external", ExternalEventsDialect()),
    (
      "action",
      ActionEventDialect(
        owner: SessionOwner(stream: .web, customerID: "c", customerIDType: "cookie", sessionType: "web"))
    ),
    ("track", SegmentDialect.single(.track)), ("page", SegmentDialect.single(.page)),
    ("batch", SegmentDialect.batch()),
  ]

  private func each(_ body: [UInt8], _ check: (String, [IntakeItem]) -> Void) {
    for (name, dialect) in HostileBodyTests.dialects {
      for kind in IntakeSource.Kind.allCases {
        let request = Intakes.request {
          $0.stream = "web"
          $0.clientAddress = "192.0.2.1"
        }
        check(name, dialect.read(body, source: Intakes.source(kind, sessionType: "t"), request: request))
      }
    }
  }

  /// What each dialect reads as an event of its own, with more members.
  static func bodies(_ more: String) -> [String] {
    let event =
      #""id":"e1","messageId":"e1","type":"track","event":"a","eventName":"a","anonymousId":"ann","customerId":"ann","externalId":"7","createdDate":"\#(Intakes.stated)","dateCreated":"\#(Intakes.stated)","identifiers":{"externalIds":[{"value":"x"}]},"actionId":"531a82cc-f9fe-5779-9887-8628d99fea0d","actionState":"accepted""#
    let one = more.isEmpty ? "{\(event)}" : "{\(event),\(more)}"
    return [one, "[\(one)]", #"{"entities":[\#(one)]}"#, #"{"batch":[\#(one)]}"#]
  }

  @Test(
    "Bodies that are no events",
    arguments: [
      "", " ", "{", "}", "[", "]", "{}", "[]", "null", "true", "7", "\"x\"", "[null]", "[[]]", "[{}]",
      "{\"a\":", "\u{0}",
      "{\"\":{}}", "[{},", "{\"entities\":[{}]}", "{\"entities\":[null,7,\"x\",[],true]}",
      "{\"batch\":[null,7,\"x\",[],true]}",
      "{\"batch\":null}", "{\"batch\":\"x\"}", "{\"batch\":[}", "{\"entities\":{}}", "data=", "%7B",
      "\u{feff}", "\u{feff}{}",
    ])
  func noEvents(_ body: String) {
    each(Array(body.utf8)) { name, items in
      #expect(items.allSatisfy { $0.record == nil }, "\(name)")
    }
  }

  @Test("Deep nesting: refused where the event holds it, no matter how deep", arguments: [32, 33, 100_000])
  func deep(_ levels: Int) {
    let nested = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    for body in HostileBodyTests.bodies(#""x":\#(nested)"#) {
      each(Array(body.utf8)) { name, items in
        for item in items where name != "action" && !["track", "page", "batch"].contains(name) {
          #expect(item.record == nil, "\(name)")
        }
        #expect(items.count <= 1)
      }
    }
    let event = #"{"eventName":"a","customerId":"c","x":\#(nested)}"#
    #expect(EventsDialect().read(event, Intakes.source(.browser)).summaries == ["0 - tooDeep $"])
  }

  @Test("Repeated members: the last counts, in every dialect alike")
  func duplicates() {
    let many = String(repeating: #""customerId":"x","page":{"url":"https://a.example"},"#, count: 100)
    let event = #"{\#(many)"customerId":"ann","eventName":"a","id":"e","createdDate":"\#(Intakes.stated)"}"#
    let items = EventsDialect().read(event, Intakes.source(.browser))
    #expect(items.first?.record?.key == Array("ann".utf8))
    #expect(items.values.first?.contains(event.dropFirst().prefix(400)) ?? false)
    let segment = SegmentDialect.single(.track).read(
      #"{"anonymousId":"x","anonymousId":"ann","event":"b","event":"a","properties":{"k":1,"k":2,"\u006b":3}}"#,
      Intakes.source(.browser))
    #expect(segment.first?.record?.key == Array("ann".utf8))
    #expect(segment.values.first?.contains(#""attributes":{"k":{"dataType":"number","value":"3"}}"#) ?? false)
  }

  @Test(
    "Huge numbers are texts like any other",
    arguments: [
      "1e999999", "-0.0", String(repeating: "9", count: 5_000),
      "1" + String(repeating: "0", count: 400) + ".5e-7",
    ])
  func numbers(_ number: String) {
    for body in HostileBodyTests.bodies(
      #""properties":{"n":\#(number)},"attributes":{"n":\#(number)},"sentAt":\#(number),"timestamp":\#(number)"#
    ) {
      each(Array(body.utf8)) { name, items in #expect(items.count <= 1, "\(name)") }
    }
    let items = EventsDialect().read(
      Intakes.event("e", #","attributes":{"n":\#(number)}"#), Intakes.source(.browser))
    #expect(items.summaries == ["accepted e web"])
    #expect(
      EventsDialect().read(
        #"{"eventName":"a","customerId":"c","createdDate":\#(number)}"#, Intakes.source(.browser)
      )
      .summaries == ["0 - badTime $.createdDate"])
  }

  @Test("Bytes that are no text: the event is refused, the others are not")
  func invalidText() {
    for bytes in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]
      as [[UInt8]]
    {
      let bad = Array(#"{"eventName":"a","customerId":"c","x":""#.utf8) + bytes + Array("\"}".utf8)
      let body = Array("[\(Intakes.event("a")),".utf8) + bad + Array(",\(Intakes.event("b"))]".utf8)
      let items = EventsDialect().read(body, source: Intakes.source(.browser), request: Intakes.request())
      #expect(items.summaries == ["accepted a web", "1 - malformedJSON $", "accepted b web"])
      let call = Array(#"{"type":"page","anonymousId":"a","integrations":""#.utf8) + bytes + Array("\"}".utf8)
      let batch = Array(#"{"batch":["#.utf8) + call + Array("]}".utf8)
      #expect(
        SegmentDialect.batch().read(batch, source: Intakes.source(.browser), request: Intakes.request())
          .summaries
          == ["0 - malformedJSON $"])
    }
  }

  @Test("Halves of characters are mended, NUL is no part of an id")
  func halves() {
    let half = Intakes.event("e", #","page":{"title":"\ud83d","url":"https://a.example/\udc00?q=\ud800"}"#)
    #expect(
      EventsDialect().read(half, Intakes.source(.browser) { $0.searchQueryParameters = ["q"] }).summaries == [
        "accepted e web"
      ])
    let track = #"{"anonymousId":"a","messageId":"m","event":"a\ud83d","properties":{"\ud83d":"\ud83d"}}"#
    #expect(
      SegmentDialect.single(.track).read(track, Intakes.source(.browser)).summaries == ["accepted m web"])
    let zero = #"{"eventName":"a","customerId":"a\u0000b"}"#
    #expect(
      EventsDialect().read(zero, Intakes.source(.browser)).summaries == ["0 - badCustomer $.customerId"])
    let id = #"{"anonymousId":"a","messageId":"m\u0000","event":"a"}"#
    #expect(
      SegmentDialect.single(.track).read(id, Intakes.source(.browser)).summaries == [
        "0 m\u{0} badEventID $.messageId"
      ])
    #expect(
      SegmentDialect.single(.track).read(#"{"anonymousId":"a\u0000","event":"a"}"#, Intakes.source(.browser))
        .summaries == ["0 - badCustomer $.anonymousId"])
  }

  @Test("Ten megabytes in one text")
  func large() {
    let text = String(repeating: "x", count: 10_000_000)
    for body in HostileBodyTests.bodies(#""x":"\#(text)""#) {
      for (name, dialect) in HostileBodyTests.dialects {
        let items = dialect.read(body, Intakes.source(.browser, sessionType: "t"))
        #expect(items.allSatisfy { $0.record == nil }, "\(name)")
      }
    }
    #expect(
      EventsDialect().read(
        "[\(Intakes.event("a")),{\"x\":\"\(text)\"},\(Intakes.event("b"))]", Intakes.source(.browser)
      )
      .summaries == ["accepted a web", "1 - tooLarge $", "accepted b web"])
  }

  @Test("The greatest event of ours, with what is added to it")
  func size() {
    var settings = IntakeSettings()
    settings.limits.maxEventBytes = 1_000
    func read(_ bytes: Int) -> [String] {
      let head = Intakes.event("e", #","x":""#).dropLast()
      let event = head + String(repeating: "x", count: bytes - head.utf8.count - 2) + "\"}"
      return EventsDialect(settings).read(
        String(event), Intakes.source(), Intakes.request { $0.stream = "web" }
      ).summaries
    }
    #expect(read(999) == ["accepted e web"] && read(1_000) == ["accepted e web"])
    #expect(read(1_001) == ["0 - tooLarge $"])
  }

  @Test("A million members and a million elements")
  func many() {
    let members = String(repeating: "\"a\":1,", count: 150_000) + "\"b\":2"
    #expect(
      EventsDialect().read(Intakes.event("e", ",\(members)"), Intakes.source(.browser)).summaries == [
        "accepted e web"
      ])
    let elements = "[" + String(repeating: "1,", count: 1_000_000) + "1]"
    #expect(EventsDialect().read(elements).summaries == ["0 - tooManyEvents $"])
    let attributes = (0..<600).map { "\"a\($0)\":1" }.joined(separator: ",")
    #expect(
      EventsDialect().read(Intakes.event("e", #","attributes":{\#(attributes)}"#), Intakes.source(.browser))
        .summaries == ["0 e tooManyFields $"])
  }
}
