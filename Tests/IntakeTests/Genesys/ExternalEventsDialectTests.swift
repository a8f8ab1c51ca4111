import EventLog
import Intake
import JourneyModel
import Testing

/// External events and the answer that the vendor's clients expect.
@Suite struct ExternalEventsDialectTests {
  private let source = Intakes.source(sessionType: "order")

  private func entity(_ id: String, _ attributes: String = #"{"eventName":"shipped","status":"in_transit"}"#)
    -> String
  {
    #"{"id":"\#(id)","dateCreated":"2026-01-03T10:00:00.000Z","identifiers":{"externalIds":[{"value":"crm-1","externalSourceId":"s1"}]},"attributes":\#(attributes)}"#
  }

  @Test("An entity becomes a custom event, its bytes behind what they say")
  func entity() throws {
    let items = ExternalEventsDialect().read(#"{"entities":[\#(entity("a"))]}"#, source)
    #expect(
      items.values == [
        #"{"createdDate":"2026-01-03T10:00:00.000Z","customerId":"crm-1","customerIdType":"externalId","externalId":"crm-1","sessionType":"order","eventName":"shipped","externalSourceId":"s1","#
          + entity("a").dropFirst()
      ])
    let record = try #require(items.first?.record)
    #expect(record.stream == .custom && record.id == "a" && record.key == Array("crm-1".utf8))
    #expect(record.timeRule == .client)
  }

  @Test("The name: of an attribute in either form, or of the source")
  func names() {
    var named = source
    named.defaultEventName = "order_changed"
    func name(_ attributes: String, _ source: IntakeSource) -> [String] {
      ExternalEventsDialect().read(#"{"entities":[\#(entity("a", attributes))]}"#, source).summaries
    }
    #expect(name(#"{"eventName":{"dataType":"string","value":"sent"}}"#, source) == ["accepted a custom"])
    #expect(name("{}", source) == ["0 a badEventName $.attributes.eventName"])
    #expect(name("{}", named) == ["accepted a custom"])
    #expect(name(#"{"eventName":"in transit"}"#, named) == ["0 a badEventName $.attributes.eventName"])
  }

  @Test("Partial success: what was not taken, with its place and its own text")
  func response() {
    let body =
      #"{"entities":[\#(entity("a")),{"id":"b","dateCreated":"2026-01-03T10:00:00Z"},7,\#(entity("c")),{"id":"d",}]}"#
    let dialect = ExternalEventsDialect()
    let items = dialect.read(body, source)
    #expect(
      items.summaries == [
        "accepted a custom", "1 b missingCustomer $.identifiers.externalIds[0].value", "2 - notAnObject $",
        "accepted c custom", "4 - malformedJSON $",
      ])
    #expect(
      String(decoding: dialect.response(to: Array(body.utf8), items: items), as: UTF8.self)
        == #"{"unprocessedEntities":[{"event":{"id":"b","dateCreated":"2026-01-03T10:00:00Z"},"originalRequestIndex":1,"isRetryable":false,"errorMessage":"$.identifiers.externalIds[0].value is missing, expected the customer's id","statusCode":400},{"originalRequestIndex":2,"isRetryable":false,"errorMessage":"the value is JSON, but not an object","statusCode":400},{"originalRequestIndex":4,"isRetryable":false,"errorMessage":"the value is not well-formed JSON in UTF-8: at byte 10 is '}'","statusCode":400}]}"#
    )
    #expect(
      String(decoding: dialect.response(to: Array(body.utf8), items: []), as: UTF8.self)
        == #"{"unprocessedEntities":[]}"#)
  }

  @Test("The vendor's limits")
  func limits() {
    func count(_ number: Int) -> [IntakeItem] {
      let entities = (0..<number).map { entity("e\($0)") }.joined(separator: ",")
      return ExternalEventsDialect().read(#"{"entities":[\#(entities)]}"#, source)
    }
    #expect(count(499).count == 499 && count(500).allSatisfy { $0.record != nil })
    #expect(count(501).summaries == ["0 - tooManyEvents $.entities"])
    func attributes(_ number: Int) -> [String] {
      let members = (0..<number).map { "\"a\($0)\":\($0)" } + [#""eventName":"c""#]
      return ExternalEventsDialect()
        .read(#"{"entities":[\#(entity("a", "{\(members.joined(separator: ","))}"))]}"#, source).summaries
    }
    #expect(attributes(48) == ["accepted a custom"] && attributes(49) == ["accepted a custom"])
    #expect(attributes(50) == ["0 a tooManyFields $.attributes"])
  }
}
