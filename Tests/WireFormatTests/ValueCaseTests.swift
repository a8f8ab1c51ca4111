import JourneyModel
import SeededGenerator
import Testing
import WireFormat

/// What real producers send as values: times, ids, attributes, campaigns.
@Suite struct ValueCaseTests {
  private func rejection(_ json: String, _ stream: JourneyModel.Stream = .web) throws -> Rejection? {
    try Decoding(DecodingLimits()).decode([Array(json.utf8)], stream).rejections.first
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aNumberBelowTheBoundIsATimeInAnotherUnit(_ offset: Int64) throws {
    let number = DecodingLimits().minEpochMilliseconds + offset
    let json = #"{"eventName":"c","customerId":"ann","createdDate":\#(number)}"#
    #expect(try rejection(json)?.reason == (offset < 0 ? .badTime : nil))
  }

  @Test(arguments: [
    ("1789992000", "$.createdDate is 1789992000, expected", "; this looks like seconds"),
    ("1789992000.5", "$.createdDate is 1789992000.5, expected", "; this looks like seconds"),
    ("1789992000000000", "$.createdDate is 1789992000000000, expected", "; this looks like microseconds"),
    (
      "1789992000000000000", "$.createdDate is 1789992000000000000, expected", "; this looks like nanoseconds"
    ),
    (
      #""1789992000000""#, "$.createdDate is '1789992000000', expected",
      "; epoch milliseconds are a number, not text"
    ),
    ("0", "$.createdDate is 0, expected", "(events.minEpochMilliseconds)"),
    ("true", "$.createdDate is true, expected", "(events.minEpochMilliseconds)"),
  ])
  func aTimeInAnotherUnitIsNamed(_ value: String, _ beginning: String, _ end: String) throws {
    let rejection = try #require(
      try rejection(#"{"eventName":"c","customerId":"ann","createdDate":\#(value)}"#))
    #expect(rejection.reason == .badTime)
    #expect(rejection.explanation.hasPrefix(beginning), "\(rejection.explanation)")
    #expect(rejection.explanation.hasSuffix(end), "\(rejection.explanation)")
  }

  @Test func aLongValueIsCutInAMessage() throws {
    let long = String(repeating: "x", count: 300)
    let rejection = try #require(
      try rejection(#"{"eventName":"c","customerId":"\#(long)","createdDate":"2026-01-05T10:00:00Z"}"#))
    #expect(
      rejection.explanation.hasPrefix("$.customerId is '\(String(repeating: "x", count: 64))…', expected"))
  }

  @Test(arguments: [
    "null", "undefined", "0", " ", "\\t", "None", "NaN", "[object Object]", " NULL ", "test@test.com", "-",
  ])
  func aPlaceholderIsNobody(_ id: String) throws {
    let json = #"{"eventName":"c","customerId":"\#(id)","createdDate":"2026-01-05T10:00:00Z"}"#
    #expect(try rejection(json)?.reason == .badCustomer)
    var limits = DecodingLimits()
    limits.placeholderIDs = []
    let isBlank = id == " " || id == "\\t"
    #expect(try Decoding(limits).reason(json, .web) == (isBlank ? .badCustomer : nil))
  }

  @Test func onlyTheWholeIdIsAPlaceholder() throws {
    for id in ["null1", "00", "0x", "nonesuch", "attest@test.com"] {
      #expect(
        try rejection(#"{"eventName":"c","customerId":"\#(id)","createdDate":"2026-01-05T10:00:00Z"}"#)
          == nil, "\(id)")
    }
    #expect(
      try rejection(#"{"eventName":"c","customerId":0,"createdDate":"2026-01-05T10:00:00Z"}"#)?.reason
        == .badCustomer)
  }

  @Test func numbersAreIdsAsTheyAreWritten() throws {
    let json =
      #"{"id":17,"eventName":"c","customerId":42,"createdDate":"2026-01-05T10:00:00Z","sessionType":"delivery","externalId":12345}"#
    let (event, batch) = try #require(try Decoding().event(json, .custom))
    #expect(batch.text(event.id) == "17")
    #expect(batch.text(event.customerID) == "42")
    #expect(batch.text(event.externalID) == "12345")
    let text = json.replacing(":17", with: ":\"17\"").replacing(":42", with: ":\"42\"").replacing(
      ":12345", with: ":\"12345\"")
    let (other, otherBatch) = try #require(try Decoding().event(text, .custom))
    #expect(other.sessionKeyDigest == event.sessionKeyDigest)
    #expect(other.fingerprint == event.fingerprint)
    #expect(otherBatch.text(other.sessionKey) == batch.text(event.sessionKey))
  }

  @Test(arguments: ["web", "Web", "APP", "conversation", "Conversation"])
  func reservedTypesAreRefusedInAnyCase(_ type: String) throws {
    let json =
      #"{"eventName":"c","customerId":"a","createdDate":"2026-01-05T10:00:00Z","externalId":"x","sessionType":"\#(type)"}"#
    let rejection = try #require(try rejection(json, .custom))
    #expect(rejection.reason == .conflictingSessionType)
    #expect(
      rejection.explanation
        == "$.sessionType is '\(type)', expected a type that is not web, app or conversation")
  }

  @Test(arguments: [
    (#"["gift","express"]"#, #"{"dataType":"array","value":["gift","express"]}"#),
    ("[]", #"{"dataType":"array","value":[]}"#),
    (#"[{"sku":"A1","price":15}]"#, #"{"dataType":"array","value":[{"sku":"A1","price":15}]}"#),
    (#"{"method":"air"}"#, #"{"dataType":"object","value":{"method":"air"}}"#),
    ("{}", #"{"dataType":"object","value":{}}"#),
    (#"{"a":{"value":1}}"#, #"{"dataType":"object","value":{"a":{"value":1}}}"#),
    (#"{"value":"x"}"#, #"{"value":"x"}"#),
    (#"{"dataType":"String","value":"x"}"#, #"{"dataType":"String","value":"x"}"#),
    (#"{"x":"value","value":[1]}"#, #"{"x":"value","value":[1]}"#),
  ])
  func arraysAndObjectsInAttributesAreKept(_ value: String, _ kept: String) throws {
    let json = #"{"eventName":"c","customerId":"a","createdDate":1,"attributes":{"x":\#(value)}}"#
    let text = try #require(try Decoding().snapshots([Array(json.utf8)], .web).first)
    #expect(text.contains(#""attributes":{"x":\#(kept)}"#), "\(text)")
  }

  @Test(
    arguments: [
      ("?utm_source=google&utm_medium=cpc&utm_campaign=a", #"{"source":"google","medium":"cpc","name":"a"}"#),
      (
        "?x=1&utm_campaign=spring%20sale+%C3%A9&utm_term=t&utm_content=c#top",
        #"{"name":"spring sale é","term":"t","content":"c"}"#
      ),
      ("?gclid=abc", #"{"clickId":"abc","network":"google"}"#),
      ("?utm_source=a&utm_source=b", #"{"source":"a"}"#),
      ("?utm_source=a&fbclid=f", #"{"source":"a","clickId":"f","network":"facebook"}"#),
      ("?utm_source=%ff", #"{"source":"%ff"}"#),
      ("?utm_source=%22", #"{"source":"\""}"#), ("?utm_source=", nil), ("?autm_source=x", nil), ("?q=1", nil),
      ("?", nil), ("", nil),
      ("#?utm_source=x", #"{"source":"x"}"#),
    ] as [(String, String?)])
  func aCampaignIsReadFromThePagesURL(_ query: String, _ campaign: String?) throws {
    let json =
      #"{"eventName":"page_viewed","customerId":"a","createdDate":1,"page":{"url":"https://s.example/\#(query)"}}"#
    let text = try #require(try Decoding().snapshots([Array(json.utf8)], .web).first)
    if let campaign {
      #expect(text.contains(#""mktCampaign":\#(campaign)"#), "\(text)")
    } else {
      #expect(!text.contains("mktCampaign"))
    }
  }

  /// Queries of such parameters at all distances from their beginning, against one that is taken apart by
  /// text.
  @Test func aQueryIsReadAsItsPartsSay() throws {
    var generator = SeededGenerator(seed: 11)
    let names = [
      "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_sourc", "utm_sources",
      "utm_",
      "utm", "gclid", "gclide", "li_fat_id", "ttclid", "d", "u", "q", "UTM_SOURCE", "", "utm_campaigns",
    ]
    let networks = ["gclid": "google", "li_fat_id": "linkedin", "ttclid": "tiktok"]
    var named = 0
    for _ in 0..<3_000 {
      var query = ""
      for number in 0..<Int(generator.pick(0...6)) {
        if number > 0 { query += generator.chance(6) ? "#" : "&" }
        query += generator.pick(names)
        if generator.chance(90) {
          query += "=" + String(repeating: "v", count: Int(generator.pick(0...19)))
          if generator.chance(10) { query += "=w" }
        }
      }
      var expected: [String: String] = [:]
      let members = [
        "utm_source": "source", "utm_medium": "medium", "utm_campaign": "name", "utm_term": "term",
        "utm_content": "content",
      ]
      for part in query.prefix(while: { $0 != "#" }).split(separator: "&") {
        guard let equals = part.firstIndex(of: "="), part.index(after: equals) < part.endIndex else {
          continue
        }
        let (name, value) = (String(part[..<equals]), String(part[part.index(after: equals)...]))
        if let member = members[name], expected[member] == nil { expected[member] = value }
        if let network = networks[name], expected["clickId"] == nil {
          (expected["clickId"], expected["network"]) = (value, network)
        }
      }
      let json =
        #"{"eventName":"c","customerId":"a","createdDate":1,"page":{"url":"https://s.example/?\#(query)"}}"#
      let snapshot = try #require(try Decoding().snapshots([Array(json.utf8)], .web).first).parsed()
      #expect(snapshot["mktCampaign"] as? [String: String] ?? [:] == expected, "\(query)")
      if expected.count > 1 { named += 1 }
    }
    #expect(named > 500)
  }

  @Test func theFirstCampaignStaysAndAnEventsOwnComesBeforeItsURL() throws {
    func page(_ time: Int, _ url: String, _ more: String = "") -> [UInt8] {
      Array(
        #"{"eventName":"page_viewed","customerId":"a","createdDate":\#(time),"page":{"url":"\#(url)"}\#(more)}"#
          .utf8)
    }
    let own = #","mktCampaign":{"source":"newsletter"}"#
    let first = page(1, "https://s.example/?utm_source=google")
    let later = page(2, "https://s.example/?utm_source=other", own)
    for records in [[first, later], [later, first]] {
      #expect(try Decoding().snapshots(records, .web)[0].contains(#""mktCampaign":{"source":"google"}"#))
    }
    #expect(try Decoding().snapshots([later], .web)[0].contains(#""mktCampaign":{"source":"newsletter"}"#))
  }
}
