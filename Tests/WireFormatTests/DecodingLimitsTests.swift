import JourneyModel
import Testing
import WireFormat

/// Bounds of an event: one below, at and one above each.
@Suite struct DecodingLimitsTests {
  private func event(_ more: String = "") -> String {
    #"{"id":"1","eventName":"clicked","createdDate":1767600000000,"customerId":"ann"\#(more)}"#
  }

  @Test(arguments: [-1, 0, 1])
  func aValueLargerThanMaxEventBytesIsTooLarge(_ offset: Int) throws {
    var limits = DecodingLimits()
    limits.maxEventBytes = event().utf8.count + 1
    let json = event().dropLast() + String(repeating: " ", count: 1 + offset) + "}"
    #expect(json.utf8.count == limits.maxEventBytes + offset)
    #expect(try Decoding(limits).reason(String(json), .web) == (offset > 0 ? .tooLarge : nil))
  }

  @Test(arguments: [-1, 0, 1])
  func nestingDeeperThanMaxEventDepthIsTooDeep(_ offset: Int) throws {
    var limits = DecodingLimits()
    limits.maxEventDepth = 6
    // The event itself is the first level.
    let levels = 5 + offset
    let decoding = try Decoding(limits)
    let objects = String(repeating: #"{"x":"#, count: levels) + "1" + String(repeating: "}", count: levels)
    let arrays = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    for member in [
      "unknown", "page", "browser", "session", "webEvent", "attributes", "searchQuery", "id", "divisionIds",
    ] {
      for value in [objects, arrays] {
        let json = event(#","\#(member)":\#(value)"#)
        #expect((decoding.reason(json, .web) == .tooDeep) == (offset > 0), "\(json)")
      }
    }
    #expect(decoding.reason("[" + arrays + "]", .web) == (offset > 0 ? .tooDeep : .notAnObject))
  }

  @Test func fiftyThousandLevelsAreTooDeepAndNoCrash() throws {
    let decoding = try Decoding()
    for (open, close) in [("[", "]"), (#"{"a":"#, "}"), (#"{"page":"#, "}"), (#"{"eventBody":"#, "}")] {
      let deep = String(repeating: open, count: 50_000)
      #expect(decoding.reason(deep + "1" + String(repeating: close, count: 50_000), .web) == .tooDeep)
      #expect(decoding.reason(event(",\"x\":" + deep), .web) == .tooDeep)
    }
  }

  @Test(arguments: [-1, 0, 1])
  func moreThanMaxEventFactsAreTooManyFields(_ offset: Int) throws {
    var limits = DecodingLimits()
    // Id, name, time, customer; an attribute counts once.
    limits.maxEventFacts = 10
    let attributes = (0..<(6 + offset)).map { #""a\#($0)":\#($0)"# }.joined(separator: ",")
    #expect(
      try Decoding(limits).reason(event(#","attributes":{\#(attributes)}"#), .web)
        == (offset > 0 ? .tooManyFields : nil))
  }

  @Test func elementsCountAsFacts() throws {
    let elements = (0..<600).map { "{\"type\":\"Chat\",\"platform\":\"\($0)\"}" }.joined(separator: ",")
    let json = event(#","conversationId":"c","channels":[\#(elements)]"#)
    #expect(try Decoding().reason(json, .conversation) == .tooManyFields)
  }

  @Test(arguments: [-1, 0, 1])
  func anIdentifierHasAtMostMaxIdentifierBytes(_ offset: Int) throws {
    let decoding = try Decoding()
    let long = String(repeating: "a", count: 255 + offset)
    let isTooLong = offset > 0
    func json(_ changes: [String: String]) -> String {
      var members = ["id": "1", "eventName": "c", "createdDate": "2026-01-05T10:00:00Z", "customerId": "a"]
      members.merge(changes) { $1 }
      return "{"
        + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
        + "}"
    }
    let session = ["sessionType": "visit", "externalId": "x"]
    #expect(decoding.reason(json(["customerId": long]), .web) == (isTooLong ? .badCustomer : nil))
    #expect(decoding.reason(json(["customerIdType": long]), .web) == (isTooLong ? .badCustomer : nil))
    #expect(decoding.reason(json(["id": long]), .web) == (isTooLong ? .badEventID : nil))
    #expect(decoding.reason(json(["eventName": long]), .web) == (isTooLong ? .badEventName : nil))
    let type = session.merging(["sessionType": long]) { $1 }
    #expect(decoding.reason(json(type), .custom) == (isTooLong ? .badSessionType : nil))
    let external = session.merging(["externalId": long]) { $1 }
    #expect(decoding.reason(json(external), .custom) == (isTooLong ? .missingExternalID : nil))
    #expect(
      decoding.reason(json(["conversationId": long]), .conversation)
        == (isTooLong ? .missingConversation : nil))
  }

  @Test func bytesAreCountedNotCharacters() throws {
    // 128 characters of two bytes.
    let json = #"{"eventName":"c","createdDate":1,"customerId":"\#(String(repeating: "é", count: 128))"}"#
    #expect(try Decoding().reason(json, .web) == .badCustomer)
  }
}
