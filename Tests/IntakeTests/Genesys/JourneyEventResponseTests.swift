import Intake
import Testing

/// What a client of the Journey API is told of its event.
@Suite struct JourneyEventResponseTests {
  @Test("The event as it will be understood, campaign and attributes included, and the session")
  func response() throws {
    let body =
      #"{"id":"e1","customerCookieId":"c","eventName":"paid","page":{"url":"https://a.example/x?utm_source=news&gclid=1"},"attributes":{"a\"":1,"b":{"dataType":"string","value":"x"}},"traits":{"email": {"value":"a@b.example"}},"externalId":"crm-1","authenticated":true,"createdDate":1767607198000}"#
    let record = try #require(JourneyEventDialect.web().read(body, Intakes.source(.browser)).first?.record)
    let session = Array(#"{"id":"s1","selfUri":"/api/v2/journey/sessions/s1"}"#.utf8)
    #expect(
      String(decoding: JourneyEventResponse().encode(record, session: session), as: UTF8.self)
        == #"{"id":"e1","customerId":"c","customerIdType":"cookie","eventName":"paid","createdDate":"2026-01-05T09:59:58.000Z","page":{"domain":"a.example","hostname":"a.example","pathname":"/x","queryString":"utm_source=news&gclid=1","url":"https://a.example/x?utm_source=news&gclid=1"},"mktCampaign":{"source":"news","clickId":"1","network":"google"},"authenticated":true,"attributes":{"a\"":{"dataType":"number","value":"1"},"b":{"dataType":"string","value":"x"}},"traits":{"email":{"value":"a@b.example"}},"externalId":"crm-1","session":{"id":"s1","selfUri":"/api/v2/journey/sessions/s1"}}"#
    )
  }

  @Test("An app event without a session")
  func app() throws {
    let body =
      #"{"id":"e1","customerCookieId":"c","eventName":"screen_viewed","screenName":"home","app":{"name":"x"}}"#
    let record = try #require(JourneyEventDialect.app().read(body, Intakes.source(.app)).first?.record)
    #expect(
      String(decoding: JourneyEventResponse().encode(record), as: UTF8.self)
        == #"{"id":"e1","customerId":"c","customerIdType":"cookie","eventName":"screen_viewed","createdDate":"2026-01-05T10:00:00.000Z","screenName":"home","app":{"name":"x"}}"#
    )
  }
}
