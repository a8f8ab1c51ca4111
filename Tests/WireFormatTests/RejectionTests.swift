import JourneyModel
import Testing
import WireFormat

/// Every reason that decoding can give, each by the smallest record that has it.
@Suite struct RejectionTests {
  /// A good event of each stream; each case below breaks one thing.
  static let web = #"{"id":"1","eventName":"clicked","createdDate":1767600000000,"customerId":"ann"}"#

  static let cases: [(RejectionReason, Stream, String)] = [
    (.malformedJSON, .web, "{"),
    (.malformedJSON, .web, " "),
    (.malformedJSON, .web, "[1,2"),
    (.malformedJSON, .web, "nul"),
    (.malformedJSON, .web, web + "x"),
    (.malformedJSON, .web, web + web),
    (.malformedJSON, .web, #"{"a":1,}"#),
    (.malformedJSON, .web, #"{"a" 1}"#),
    (.malformedJSON, .web, #"{a:1}"#),
    (.malformedJSON, .web, #"{"a":'b'}"#),
    (.notAnObject, .web, "[]"),
    (.notAnObject, .web, "[\(web)]"),
    (.notAnObject, .web, "null"),
    (.notAnObject, .web, "12"),
    (.notAnObject, .web, "\"text\""),
    (.missingCustomer, .web, #"{"eventName":"clicked","createdDate":1767600000000}"#),
    (.missingCustomer, .web, #"{"eventName":"clicked","createdDate":1767600000000,"customerId":""}"#),
    (.missingCustomer, .web, #"{"eventName":"clicked","createdDate":1767600000000,"customerId":null}"#),
    (.badCustomer, .web, #"{"eventName":"clicked","createdDate":1767600000000,"customerId":true}"#),
    (.badCustomer, .web, #"{"eventName":"clicked","createdDate":1767600000000,"customerId":" Null "}"#),
    (.badCustomer, .web, #"{"eventName":"clicked","createdDate":1767600000000,"customerId":"a\u0000b"}"#),
    (.badCustomer, .web, #"{"eventName":"c","createdDate":1,"customerId":"a","customerIdType":7}"#),
    (.missingTime, .web, #"{"eventName":"clicked","customerId":"ann"}"#),
    (.missingTime, .web, #"{"eventName":"clicked","customerId":"ann","createdDate":null}"#),
    (.badTime, .web, #"{"eventName":"clicked","customerId":"ann","createdDate":"yesterday"}"#),
    (.badTime, .web, #"{"eventName":"clicked","customerId":"ann","createdDate":{}}"#),
    (.badEventName, .web, #"{"customerId":"ann","createdDate":1767600000000}"#),
    (.badEventName, .web, #"{"customerId":"ann","createdDate":1767600000000,"eventName":""}"#),
    (.badEventName, .web, #"{"customerId":"ann","createdDate":1767600000000,"eventName":"idle:short"}"#),
    (.badEventName, .web, #"{"customerId":"ann","createdDate":1767600000000,"eventName":"vu é"}"#),
    (.badEventName, .web, #"{"customerId":"ann","createdDate":1767600000000,"eventName":1}"#),
    (.badEventID, .web, #"{"id":[7],"eventName":"c","customerId":"ann","createdDate":1767600000000}"#),
    (.badEventID, .web, #"{"id":"","eventName":"c","customerId":"ann","createdDate":1767600000000}"#),
    (.missingSessionType, .custom, #"{"eventName":"c","customerId":"ann","createdDate":1,"externalId":"x"}"#),
    (.badSessionType, .custom, custom(type: #""a b""#)),
    (.badSessionType, .custom, custom(type: "7")),
    (.conflictingSessionType, .custom, custom(type: #""web""#)),
    (.conflictingSessionType, .custom, custom(type: #""conversation""#)),
    (
      .conflictingSessionType, .web,
      #"{"eventName":"c","customerId":"a","createdDate":1,"sessionType":"app"}"#
    ),
    (
      .conflictingSessionType, .web,
      #"{"eventType":"AppEvent","eventName":"c","customerId":"a","createdDate":1}"#
    ),
    (
      .missingExternalID, .custom,
      #"{"eventName":"c","customerId":"a","createdDate":1,"sessionType":"visit"}"#
    ),
    (.missingConversation, .conversation, #"{"eventName":"c","customerId":"a","createdDate":1}"#),
    (
      .missingConversation, .conversation,
      #"{"eventName":"c","customerId":"a","createdDate":1,"conversationId":[]}"#
    ),
    (.unsupportedEventType, .web, #"{"eventType":"SegmentAssignmentEvent","customerId":"ann"}"#),
    (
      .unsupportedEventType, .conversation,
      #"{"topicName":"v2.x.y","eventBody":{"conversationId":"c","eventTime":1}}"#
    ),
    (.badTime, .conversation, #"{"conversationId":"c","eventTime":"then"}"#),
  ]

  private static func custom(type: String) -> String {
    #"{"eventName":"c","customerId":"a","createdDate":1,"externalId":"x","sessionType":\#(type)}"#
  }

  @Test func eachBrokenRecordIsRejectedForItsReason() throws {
    let decoding = try Decoding()
    #expect(decoding.reason(RejectionTests.web, .web) == nil)
    #expect(decoding.reason(RejectionTests.custom(type: #""visit-2.x_y""#), .custom) == nil)
    for (reason, stream, json) in RejectionTests.cases {
      #expect(decoding.reason(json, stream) == reason, "\(json)")
    }
  }

  /// The place is where the token begins that may not stand there, counted in bytes from the record's first
  /// one.
  @Test(
    arguments: [
      (#"{"a":NaN}"#, "at byte 5 is 'NaN}'"), (#"{"a":1} trailing"#, "at byte 8 is 'trailing'"),
      (#"{"a":1}{"b":2}"#, #"at byte 7 is '{"b":2}'"#), (#"{"a":1,}"#, "at byte 7 is '}'"),
      (#"{"a" 1}"#, "at byte 5 is '1}'"), ("{'a':1}", "at byte 1 is ''a':1}'"),
      (#"{"é":tru}"#, "at byte 6 is 'tru}'"), (#"{"a":[1 2]}"#, "at byte 8 is '2]}'"),
      (#"{"a":"\x"}"#, #"at byte 5 is '"\x"}'"#), ("\u{feff}{\"a\":-}", "at byte 8 is '-}'"),
      (#"{"attributes":{"a":01}}"#, "at byte 19 is '01}}'"),
      (#"{"page":{"title":"T","x":nul}}"#, "at byte 25 is 'nul}}'"),
      ("{\"a\":\n\nNaN,\n\"b\":1}", "at byte 7 is 'NaN, \"b\":1}'"),
      (#"{"a":1"#, "it ends at byte 6, before its value does"),
      ("[1,2", "it ends at byte 4, before its value does"),
      (#"{"a":"b"#, "the text at byte 5 does not end"), (#"{"a\""#, "the text at byte 1 does not end"),
      ("{\"a\":\"b\tc\"}", "byte 7 is a control character within the text at byte 5"),
    ])
  func malformedJSONIsRejectedWithItsPlace(_ json: String, _ place: String) throws {
    let rejection = try #require(try Decoding().decode([Array(json.utf8)], .web).rejections.first)
    #expect(rejection.reason == .malformedJSON)
    #expect(rejection.explanation == "\(RejectionReason.malformedJSON.explanation): \(place)")
  }

  @Test func bytesThatAreNoUTF8AreNamedByTheirPlace() throws {
    let json = Array(#"{"a":"é"}"#.utf8)
    for (cut, place) in [(6, 6), (7, 6)] {
      var damaged = json
      damaged.remove(at: cut)
      let rejection = try #require(try Decoding().decode([damaged], .web).rejections.first)
      #expect(rejection.explanation.hasSuffix(": byte \(place) is not UTF-8"), "\(rejection.explanation)")
    }
    let blank = try #require(try Decoding().decode([Array("  ".utf8)], .web).rejections.first)
    #expect(blank.explanation == RejectionReason.malformedJSON.explanation)
  }

  @Test func aRecordWithoutValueIsRejected() throws {
    let decoded = try Decoding().decode([nil, [], Array(RejectionTests.web.utf8)], .web)
    #expect(decoded.rejections == [0, 1].map { Rejection(record: $0, reason: .emptyPayload) })
    #expect(decoded.batch.events.map(\.record) == [2])
  }

  @Test func theStreamOfARecordMayBeUnknown() throws {
    let decoder = try #require(EventDecoder(limits: DecodingLimits(), partitions: 8))
    let chunk = try Decoding().decode([Array(RejectionTests.web.utf8)], .web).chunk
    for reason in [RejectionReason.unknownStream, .badRouting] {
      let decoded = decoder.decode(chunk) { _ in .failure(RejectionReason.Failure(reason)) }
      #expect(decoded.rejections == [Rejection(record: 0, reason: reason)])
    }
  }

  @Test func everyReasonThatDecodingCanGiveHasACase() {
    let elsewhere: Set<RejectionReason> = [
      // Limits, and an empty value, have tests of their own; the last ones come from admission and routing.
      .emptyPayload, .tooLarge, .tooDeep, .tooManyFields, .unknownStream, .badRouting, .late, .tooFarAhead,
      .misplaced, .rateExceeded, .reportWithoutSession, .badMessage, .unknownMessage, .badCommand,
    ]
    #expect(Set(RejectionTests.cases.map(\.0)).union(elsewhere) == Set(RejectionReason.allCases))
  }

  /// What was picked of it stays in the arena if its run has an event, and nobody reads it.
  @Test func aRejectedRecordLeavesNothingThatIsRead() throws {
    let decoding = try Decoding()
    let bad = #"{"eventName":"c","createdDate":1,"attributes":{"a":1},"page":{"title":"T"}}"#
    let alone = decoding.decode([Array(RejectionTests.web.utf8)], .web)
    let among = decoding.decode([bad, RejectionTests.web, bad].map { Array($0.utf8) }, .web)
    #expect(among.batch.facts.count == alone.batch.facts.count)
    func told(_ batch: EventBatch) -> [[String]] {
      batch.events.map { event in
        let own = [event.id, event.name, event.sessionKey, event.customerID, event.mapEntry]
        return (own + batch.facts[Int(event.firstFact)..<Int(event.endFact)].map(\.value)).map(batch.text)
      }
    }
    #expect(told(among.batch) == told(alone.batch))
    #expect(among.batch.bytes.count <= alone.batch.bytes.count + 2 * 2 * bad.utf8.count)
    #expect(among.rejections.map(\.record) == [0, 2])
  }
}
