import EventLog
import Intake
import JourneyModel
import Testing

/// Web, app and custom events of the Journey API.
@Suite struct JourneyEventDialectTests {
  static let cookie = "1908bcfb-b2e7-5101-880a-9e13f4f422cf"
  static let members =
    #""customerCookieId":"\#(cookie)","eventName":"order_completed","page":{"url":"https://shop.example.com/paid?q=red+shoes&token=t#top","title":"Thank you"},"referrerUrl":"https://www.google.com/","externalId":"crm-1","createdDate":"\#(Intakes.stated)""#

  private static func request() -> IntakeRequest {
    Intakes.request {
      $0.clientAddress = "192.0.2.10"
      $0.userAgent = "Firefox"
      $0.acceptLanguage = "de-AT,de;q=0.9"
    }
  }

  @Test("Everything that a client does not send: around its own bytes")
  func web() throws {
    let source = Intakes.source(.browser) {
      $0.searchQueryParameters = ["s", "q"]
      $0.shouldKeepUrlFragment = true
      $0.anonymizeIp = true
    }
    let items = JourneyEventDialect.web(KnownEdge.settings)
      .read("{\(Self.members)}", source, Self.request())
    let record = try #require(items.first?.record)
    let own = Self.members.replacing(
      #""page":{"#,
      with:
        #""page":{"domain":"example.com","hostname":"shop.example.com","pathname":"/paid","queryString":"q=red+shoes&token=t","fragment":"top","#
    )
    #expect(
      record.text == "{"
        + #""id":"\#(record.id)","externalSourceId":"shop","searchQuery":"red shoes","#
        + #""referrer":{"url":"https://www.google.com/","domain":"google.com","hostname":"www.google.com","pathname":"/","name":"Google","medium":"search"},"#
        + #""userAgentString":"Firefox","device":{"category":"desktop","isMobile":false,"osFamily":"Linux"},"#
        + #""browser":{"family":"Firefox","version":"133","lang":"de-AT"},"ipOrganization":"Example Net","#
        + #""geolocation":{"country":"DE","locality":"Berlin","latitude":52.5,"source":"ip"},"#
        + own + #","ipAddress":"192.0.2.0"}"#)
    #expect(record.key == Array(Self.cookie.utf8) && record.stream == .web)
  }

  @Test("What a source does not want to have is taken out, and nothing else")
  func excluded() throws {
    let source = Intakes.source(.browser) { $0.excludedQueryParameters = ["token"] }
    let body =
      #"{"customerCookieId":"c","eventName":"page_viewed","page":{"url":"https://a.example/reset?x=1&token=secret&y=2#f","queryString":"x=1&token=secret"},"referrerUrl":"https://a.example/?token=secret","webEvent":{"page":{"url":"https://a.example/b?%74oken=secret"}}}"#
    let items = JourneyEventDialect.web().read(body, source, Intakes.request())
    let text = try #require(items.first?.record?.text)
    #expect(!text.contains("secret"))
    #expect(text.contains(#""url":"https://a.example/reset?x=1&y=2","queryString":"x=1""#))
    #expect(text.contains(#""referrerUrl":"https://a.example/","#))
    #expect(
      text.contains(
        #""webEvent":{"page":{"domain":"a.example","hostname":"a.example","pathname":"/b","url":"https://a.example/b"}}"#
      ))
  }

  @Test("A client that says more keeps its word")
  func own() throws {
    let body =
      #"{"customerCookieId":"c","eventName":"page_viewed","browser":{"family":"Lynx"},"device":{},"userAgentString":"Firefox","searchQuery":"own","page":{"url":"https://a.example/x?q=1","pathname":"/y"},"geolocation":{"country":"AT"},"referrer":{"medium":"email"},"createdDate":"\#(Intakes.stated)"}"#
    let source = Intakes.source(.browser) { $0.searchQueryParameters = ["q"] }
    let text = try #require(
      JourneyEventDialect.web(KnownEdge.settings).read(body, source, Self.request()).first?.record?.text)
    #expect(text.contains(#""browser":{"version":"133","lang":"de-AT","family":"Lynx"}"#))
    #expect(text.contains(#""device":{"category":"desktop","isMobile":false,"osFamily":"Linux"}"#))
    #expect(
      text.contains(
        #""page":{"domain":"a.example","hostname":"a.example","queryString":"q=1","url":"https://a.example/x?q=1","pathname":"/y"}"#
      ))
    #expect(
      text.contains(#""geolocation":{"country":"AT"}"#) && text.contains(#""referrer":{"medium":"email"}"#))
    #expect(!text.contains(#""searchQuery":"1""#) && text.contains(#""searchQuery":"own""#))
  }

  @Test("A server's own address and agent say nothing of the customer")
  func server() throws {
    let body =
      #"{"id":"e1","customerCookieId":"c","eventName":"page_viewed","createdDate":"\#(Intakes.stated)"}"#
    let items = JourneyEventDialect.web(KnownEdge.settings).read(body, Intakes.source(), Self.request())
    #expect(items.values == [body])
    // What it says of the customer's it may say.
    let told = body.dropLast() + #","ipAddress":"192.0.2.10","userAgentString":"Firefox"}"#
    let more = JourneyEventDialect.web(KnownEdge.settings).read(
      String(told), Intakes.source(), Self.request())
    let text = try #require(more.first?.record?.text)
    #expect(text.contains(#""geolocation":{"country":"DE""#) && text.contains(#""family":"Firefox""#))
    #expect(text.hasSuffix(told.dropFirst()))
    let shortened = JourneyEventDialect.web()
      .read(String(told), Intakes.source { $0.anonymizeIp = true }, Self.request())
    #expect(shortened.values.first?.contains(#""ipAddress":"192.0.2.0""#) ?? false)
    #expect(!(shortened.values.first?.contains("192.0.2.10") ?? true))
  }

  @Test("Events are at most an hour old", arguments: [Int64(3_599_999), 3_600_000, 3_600_001])
  func age(_ age: Int64) {
    for isText in [true, false] {
      let time = EventTime(milliseconds: Intakes.received - age)
      let stated = isText ? "\"\(time.iso8601)\"" : String(time.milliseconds)
      let body = #"{"id":"e1","customerCookieId":"c","eventName":"page_viewed","createdDate":\#(stated)}"#
      let items = JourneyEventDialect.web().read(body, Intakes.source(.browser))
      #expect(items.summaries == [age <= 3_600_000 ? "accepted e1 web" : "0 e1 invalid.date $.createdDate"])
    }
  }

  @Test("App events have screens, and no page")
  func app() throws {
    let body =
      #"{"eventName":"screen_viewed","screenName":"home","app":{"name":"bank"},"customerCookieId":"c","createdDate":"\#(Intakes.stated)","id":"e1"}"#
    let items = JourneyEventDialect.app().read(body, Intakes.source(.app), Self.request())
    #expect(items.summaries == ["accepted e1 app"])
    #expect(
      items.values == [
        #"{"userAgentString":"Firefox","# + body.dropFirst().dropLast() + #","ipAddress":"192.0.2.10"}"#
      ])
    #expect(
      JourneyEventDialect.app().read(body, Intakes.source(.browser)).summaries == ["0 e1 streamNotAllowed $"])
  }

  @Test("What is wrong is said in the words of the processor, with the client's names")
  func wrong() {
    let body = #"{"id":7,"eventName":"order completed","customerCookieId":"c"}"#
    let items = JourneyEventDialect.web().read(body, Intakes.source(.browser))
    #expect(items.summaries == ["0 7 badEventName $.eventName"])
    #expect(
      items.first?.explanation == "$.eventName is 'order completed', expected letters, digits and underscores"
    )
    #expect(
      JourneyEventDialect.web().read(#"{"eventName":"c"}"#, Intakes.source(.browser)).summaries == [
        "0 - missingCustomer $.customerCookieId"
      ])
    #expect(JourneyEventDialect.web().read("[]", Intakes.source(.browser)).summaries == ["0 - notAnObject $"])
  }

  @Test("Custom events: one, or several as entities")
  func custom() {
    let dialect = CustomEventsDialect()
    let source = Intakes.source(sessionType: "delivery")
    let event = Intakes.event("a", #","externalId":"7""#)
    #expect(dialect.read(event, source).summaries == ["accepted a custom"])
    let body = #"{"entities":[\#(event),{},\#(event),{"id":"b",}]}"#
    #expect(
      dialect.read(body, source).summaries == [
        "accepted a custom", "1 - missingCustomer $.customerId", "accepted a custom", "3 - malformedJSON $",
      ])
    #expect(dialect.read(#"{"entities":7}"#, source).summaries == ["0 - badBatch $.entities"])
    #expect(dialect.read(#"{"entities":[]}"#, source).isEmpty)
    let browser = Intakes.source(.browser)
    #expect(dialect.read(event, browser).summaries == ["0 a streamNotAllowed $"])
  }
}
