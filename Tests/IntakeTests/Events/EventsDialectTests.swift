import EventLog
import Intake
import JourneyModel
import Testing

/// Events in the project's own form, in each form that a body may have.
@Suite struct EventsDialectTests {
  static let web = Intakes.request { $0.stream = "web" }

  @Test("One object: the client's bytes stay, and what it states is not stated again")
  func object() throws {
    let items = EventsDialect().read(Intakes.event(), Intakes.source(), EventsDialectTests.web)
    #expect(items.summaries == ["accepted e1 web"])
    #expect(items.values == [Intakes.event()])
    let record = try #require(items.first?.record)
    #expect(record.key == Array("ann".utf8))
    #expect(record.timeRule == .client && record.isRepeatable && record.skew == nil)
    #expect(
      record.headers.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" } == [
        "sojourn-source=shop", "sojourn-received=2026-01-05T10:00:00.000Z",
        "sojourn-client-time=2026-01-05T09:59:58.000Z", "sojourn-time-rule=client",
      ])
  }

  @Test("What is not stated is a default in front of the client's members")
  func defaults() {
    let body = #"{ "eventName":"clicked", "customerId":"ann" }"#
    let request = Intakes.request {
      $0.stream = "web"
      $0.requestID = "r1"
    }
    let items = EventsDialect().read(body, Intakes.source(), request)
    #expect(
      items.values == [
        #"{"id":"\#(items.first?.record?.id ?? "")","createdDate":"2026-01-05T10:00:00.000Z", "eventName":"clicked", "customerId":"ann" }"#
      ])
    #expect(items.first?.record?.timeRule == .server)
    #expect(items.first?.record?.isRepeatable == false)
    #expect(items.first?.record?.headers.text("sojourn-client-time") == nil)
    #expect(items.first?.record?.headers.text("sojourn-request") == "r1")
  }

  @Test("An array: each event has its own answer, in their order")
  func array() {
    let body =
      "[\(Intakes.event("a")),7,\(Intakes.event("b")),{},\"x\",null,[],\(Intakes.event("c")), {\"id\":\"d\",\"x\":tru}]"
    let items = EventsDialect().read(body, Intakes.source(), EventsDialectTests.web)
    #expect(
      items.summaries
        == [
          "accepted a web", "1 - notAnObject $", "accepted b web", "3 - missingCustomer $.customerId",
          "4 - notAnObject $", "5 - notAnObject $", "6 - notAnObject $", "accepted c web",
          "8 - malformedJSON $",
        ])
    #expect(
      items[8].explanation == "the value is not well-formed JSON in UTF-8: at byte 14 is 'tru}'")
  }

  @Test("Lines: blank ones are none")
  func lines() {
    let body = "\n\(Intakes.event("a"))\r\n  \n\(Intakes.event("b"))  \n{\n\(Intakes.event("c"))"
    for type in ["application/x-ndjson", "application/jsonl; charset=utf-8", "APPLICATION/NDJSON"] {
      let request = Intakes.request {
        $0.stream = "web"
        $0.contentType = type
      }
      let items = EventsDialect().read(body, Intakes.source(), request)
      #expect(
        items.summaries == ["accepted a web", "accepted b web", "2 - malformedJSON $", "accepted c web"])
      #expect(items.values.first == Intakes.event("a"))
    }
  }

  @Test("Nothing: an empty array and no lines are no events, an empty body is a mistake")
  func nothing() {
    #expect(EventsDialect().read(" [ ] ").isEmpty)
    #expect(
      EventsDialect().read(
        " \n\n", Intakes.source(), Intakes.request { $0.contentType = "application/x-ndjson" }
      ).isEmpty)
    #expect(EventsDialect().read("").summaries == ["0 - emptyPayload $"])
    #expect(EventsDialect().read("  ").summaries == ["0 - malformedJSON $"])
    #expect(EventsDialect().read("[\(Intakes.event())").summaries == ["0 - malformedJSON $"])
    #expect(EventsDialect().read("[\(Intakes.event()),]").summaries == ["0 - malformedJSON $"])
    #expect(EventsDialect().read("[\(Intakes.event())] x").summaries == ["0 - malformedJSON $"])
  }

  @Test(
    "Types that browsers, command lines and libraries send",
    arguments: [
      (nil, true), ("application/json", true), ("text/plain;charset=UTF-8", true),
      ("application/x-www-form-urlencoded", true), ("application/vnd.api+json", true),
      ("application/xml", false), ("multipart/form-data", false), ("application/cloudevents+xml", false),
    ])
  func types(_ type: String?, _ isRead: Bool) {
    let request = Intakes.request {
      $0.stream = "web"
      $0.contentType = type
    }
    let items = EventsDialect().read(Intakes.event(), Intakes.source(), request)
    #expect(items.summaries == [isRead ? "accepted e1 web" : "0 - unsupportedMediaType $"])
  }

  @Test("A form's field holds JSON, or that in base64")
  func form() {
    let request = Intakes.request {
      $0.stream = "web"
      $0.contentType = "application/x-www-form-urlencoded"
    }
    func read(_ body: String) -> [String] {
      EventsDialect().read(body, Intakes.source(), request).summaries
    }
    #expect(
      read("x=1&data=%7B%22id%22%3A%22e1%22%2C%22eventName%22%3A%22c%22%2C%22customerId%22%3A%22ann%22%7D")
        == ["accepted e1 web"])
    // {"id":"e1","eventName":"c","customerId":"ann"}
    #expect(
      read("data=eyJpZCI6ImUxIiwiZXZlbnROYW1lIjoiYyIsImN1c3RvbWVySWQiOiJhbm4ifQ==") == ["accepted e1 web"])
    #expect(
      read("data=eyJpZCI6ImUxIiwiZXZlbnROYW1lIjoiYyIsImN1c3RvbWVySWQiOiJhbm4ifQ%3D%3D") == ["accepted e1 web"]
    )
    #expect(read("data=e") == ["0 - malformedJSON $"])
    #expect(read("event=1") == ["0 - malformedJSON $"])
  }

  @Test("A byte order mark says nothing")
  func mark() {
    let body = [0xef, 0xbb, 0xbf] + Array(Intakes.event().utf8)
    let items = EventsDialect().read(body, source: Intakes.source(), request: EventsDialectTests.web)
    #expect(items.values == [Intakes.event()])
  }

  @Test("The stream is that of the query, of the event, or of the source")
  func streams() {
    func read(_ body: String, _ source: IntakeSource, _ stream: String? = nil) -> String {
      EventsDialect().read(body, source, Intakes.request { $0.stream = stream }).summaries.joined()
    }
    let (server, browser) = (Intakes.source(), Intakes.source(.browser))
    #expect(read(Intakes.event("e1"), server) == "0 e1 unknownStream $")
    #expect(read(Intakes.event("e1"), server, "app") == "accepted e1 app")
    #expect(read(Intakes.event("e1"), server, "mail") == "0 - unknownStream ?stream")
    #expect(read(Intakes.event("e1"), browser) == "accepted e1 web")
    #expect(read(Intakes.event("e1"), browser, "app") == "0 e1 streamNotAllowed $")
    #expect(read(Intakes.event("e1"), Intakes.source(.app)) == "accepted e1 app")
    #expect(read(Intakes.event("e1", #","eventType":"AppEvent","appEvent":{}"#), server) == "accepted e1 app")
    #expect(read(Intakes.event("e1", #","webEvent":{}"#), server) == "accepted e1 web")
    #expect(
      read(
        Intakes.event("e1", #","sessionType":"delivery","externalId":"7"}"#).dropLast(1).description, server)
        == "accepted e1 custom")
    #expect(read(Intakes.event("e1", #","session":{"type":"app"}"#), server) == "accepted e1 app")
    #expect(read(Intakes.event("e1", #","conversationId":"c1""#), server) == "accepted e1 conversation")
    #expect(
      read(Intakes.event("e1", #","eventType":"AppEvent""#), server, "web")
        == "0 e1 conflictingSessionType $.eventType")
  }

  @Test("Custom events: type of session and name of the source, where the event has none")
  func custom() {
    var source = Intakes.source(sessionType: "delivery")
    source.defaultEventName = "scanned"
    let request = Intakes.request { $0.stream = "custom" }
    func read(_ body: String) -> [IntakeItem] { EventsDialect().read(body, source, request) }
    let body = #"{"id":"e1","customerId":"ann","externalId":7,"createdDate":1767607190000}"#
    #expect(
      read(body).values == [
        #"{"sessionType":"delivery","eventName":"scanned","externalSourceId":"shop","# + body.dropFirst()
      ])
    let named =
      #"{"id":"e1","customerId":"ann","externalId":7,"sessionType":"visit","eventName":"seen","createdDate":1767607190000}"#
    #expect(read(named).values == [#"{"externalSourceId":"shop","# + named.dropFirst()])
    #expect(read(#"{"id":"e1","customerId":"ann"}"#).summaries == ["0 e1 missingExternalID $..externalId"])
  }

  @Test("The conversation detail feed goes on as it is")
  func feed() {
    let body =
      #"{"topicName":"v2.detail.events.conversation.c1.customer.start","eventBody":{"eventTime":1767607190000,"conversationId":"c1","ani":"tel:+4930123456"}}"#
    let request = Intakes.request { $0.stream = "conversation" }
    let items = EventsDialect().read(body, Intakes.source(), request)
    let record = items.first?.record
    #expect(items.values == [#"{"id":"\#(record?.id ?? "")","# + body.dropFirst()])
    #expect(record?.key == Array("c1".utf8))
    #expect(record?.headers.text("sojourn-time-rule") == nil)
    let heartbeat = #"{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}"#
    #expect(
      EventsDialect().read(heartbeat, Intakes.source(), request).summaries == [
        "discarded ignored(JourneyModel.IgnoredKind.heartbeat)"
      ])
  }

  @Test("The greatest number of events of a body")
  func limit() {
    var settings = IntakeSettings()
    settings.maxBatchEvents = 3
    func count(_ number: Int) -> [String] {
      let events = (0..<number).map { Intakes.event("e\($0)") }.joined(separator: ",")
      return EventsDialect(settings).read("[\(events)]", Intakes.source(), EventsDialectTests.web).summaries
    }
    #expect(count(2).count == 2 && count(3) == ["accepted e0 web", "accepted e1 web", "accepted e2 web"])
    #expect(count(4) == ["0 - tooManyEvents $"])
  }

  @Test("Time: a wrong clock is put right behind everything, and the client's own word stays")
  func clock() throws {
    let request = Intakes.request {
      $0.stream = "web"
      $0.sentAt = "2026-01-05T08:59:58.000Z"
    }
    let body = #"{"id":"e1","eventName":"c","customerId":"ann","createdDate":"2026-01-05T08:59:55.000Z"}"#
    let items = EventsDialect().read(body, Intakes.source(), request)
    #expect(items.values == [body.dropLast() + #","createdDate":"2026-01-05T09:59:55.000Z"}"#])
    let record = try #require(items.first?.record)
    #expect(record.timeRule == .corrected && record.skew == 3_602_000)
    #expect(record.headers.text("sojourn-client-time") == "2026-01-05T08:59:55.000Z")
    #expect(record.headers.text("sojourn-time-rule") == "corrected")
    // The snippet says with each event when it sent it.
    let own = body.dropLast() + #","sentAt":"2026-01-05T08:59:58.000Z"}"#
    let same = EventsDialect().read(String(own), Intakes.source(), EventsDialectTests.web)
    #expect(same.values == [own.dropLast() + #","createdDate":"2026-01-05T09:59:55.000Z"}"#])
  }

  @Test("Who asks not to be tracked is not, where the source says so")
  func privacy() {
    let request = Intakes.request { $0.hasPrivacySignal = true }
    let body = "[\(Intakes.event("a")),7]"
    let honoring = Intakes.source(.browser) { $0.honorPrivacySignal = true }
    #expect(
      EventsDialect().read(body, honoring, request).summaries == [
        "discarded privacySignal", "1 - notAnObject $",
      ])
    #expect(
      EventsDialect().read(body, Intakes.source(.browser), request).summaries == [
        "accepted a web", "1 - notAnObject $",
      ])
  }
}
