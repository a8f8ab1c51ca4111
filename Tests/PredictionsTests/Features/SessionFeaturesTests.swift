import Bytes
import JourneyModel
import JourneyRules
import Predictions
import Testing

/// What of a session's facts becomes a feature.
@Suite struct SessionFeaturesTests {
  /// A session as far as it offers facts.
  private struct FakeSession: SessionFacts {
    var stream = Stream.web
    var facts: [(EventField, String)] = []
    var collected: [(EventField, String)] = []
    var attributes: [(name: String, value: String, isList: Bool)] = []
    var type = "web"

    func haveChanged(_ fields: UInt64) -> Bool { true }
    func haveBeenTold() {}

    func tell(_ visitor: any FactVisitor) {
      for (field, text) in facts where visitor.sessionFields & 1 << UInt64(field.rawValue) != 0 {
        let bytes = Array(text.utf8)
        visitor.take(fact: field, digest: 0, value: ByteSlice(offset: 0, length: bytes.count), of: bytes)
      }
      for (field, text) in collected {
        let bytes = Array(text.utf8)
        visitor.take(collected: field, value: ByteSlice(offset: 0, length: bytes.count), of: bytes)
      }
      for (name, value, isList) in attributes where visitor.readsSessionAttributes {
        let bytes = Array((name + value).utf8)
        visitor.take(
          attribute: ByteSlice(offset: 0, length: name.utf8.count),
          value: ByteSlice(offset: name.utf8.count, length: value.utf8.count), isList: isList, of: bytes)
      }
      guard visitor.readsSessionIdentity else { return }
      let bytes = Array(type.utf8)
      visitor.take(count: .eventCount, 1)
      visitor.take(text: .type, value: ByteSlice(offset: 0, length: bytes.count), of: bytes)
      visitor.take(text: .customerId, value: ByteSlice(offset: 0, length: bytes.count), of: bytes)
    }
  }

  private func state(
    _ session: FakeSession, after earlier: FeatureState = FeatureState(), changed: UInt64 = .max
  ) -> FeatureState {
    taken(session, after: earlier, changed: changed).state
  }

  /// - Returns: the state after an event, and whether all of its tokens have to be made anew.
  private func taken(
    _ session: FakeSession, after earlier: FeatureState, changed: UInt64 = .max
  ) -> (state: FeatureState, isWhole: Bool) {
    var batch = EventBatch()
    batch.bytes = Array("view".utf8)
    var event = Event(stream: .web, time: time(5_000))
    event.name = ByteSlice(offset: 0, length: 4)
    var state = earlier
    var changes = FeatureChanges()
    SessionFeatures().take(
      event, of: batch, session: session, changed: changed, into: &state, noting: &changes)
    return (state, changes.isWhole)
  }

  private func fact(_ state: FeatureState, _ slot: FactSlot) -> UInt32? {
    state.facts.first { $0.slot == slot }?.value
  }

  /// What is told again says mostly the same; only what says something else has tokens made anew.
  @Test func onlyFactsThatChangeMakeTokensAnew() {
    func text(_ value: String) -> String { #"{"dataType":"string","value":"\#(value)"}"# }
    var session = FakeSession(
      facts: [(.browser, #"{"family":"Chrome","version":"1","lang":"de"}"#), (.queue, #"{"id":"a"}"#)],
      attributes: (0..<FeatureLimits.attributes).map { ("a\($0)", text("red"), false) })
    let (first, isFirst) = taken(session, after: FeatureState())
    #expect(isFirst && first.attributes.count == FeatureLimits.attributes)
    #expect(!taken(session, after: first).isWhole, "nothing has changed")
    session.attributes.append(("another", text("red"), false))
    #expect(!taken(session, after: first).isWhole, "it is one attribute too many")
    session.facts[0].1 = #"{"family":"Chrome","version":"2","lang":"de"}"#
    #expect(!taken(session, after: first).isWhole, "no feature tells the version")
    let changes: [(String, (inout FakeSession) -> Void)] = [
      ("family", { $0.facts[0].1 = #"{"family":"Edge","version":"1","lang":"de"}"# }),
      ("a new fact", { $0.facts.append((.app, #"{"version":"3"}"#)) }),
      ("too long", { $0.facts[1].1 = "{\"id\":\"\(String(repeating: "x", count: 65))\"}" }),
      ("there and back", { $0.collected = [(.queue, #"{"id":"b"}"#), (.queue, #"{"id":"a"}"#)] }),
      ("an attribute", { $0.attributes[0].value = text("blue") }),
      ("text and number", { $0.attributes[0].value = #"{"dataType":"number","value":"3"}"# }),
      ("type", { $0.type = "app" }),
    ]
    for (name, change) in changes {
      var other = session
      change(&other)
      #expect(taken(other, after: first).isWhole, "\(name)")
    }
  }

  @Test func everySlotIsFilledFromItsFact() {
    let session = FakeSession(
      facts: [
        (.device, #"{"category":"mobile","type":"Pixel","osFamily":"Android","isMobile":true}"#),
        (.browser, #"{"family":"Chrome","version":"106.0","lang":"de"}"#),
        (.geolocation, #"{"country":"DE","region":"BE","locality":"Berlin"}"#),
        (.campaign, #"{"source":"s","medium":"m","name":"n","term":"t"}"#),
        (.referrer, #"{"medium":"search","hostname":"h.example","url":"https://h.example/x"}"#),
        (.authenticated, "true"), (.app, #"{"name":"A","version":"3"}"#),
        (.originatingDirection, #""inbound""#), (.queue, #"{"id":"q","name":"Q"}"#),
      ], collected: [(.channel, #"{"type":"call"}"#), (.channel, #"{"type":"chat"}"#)])
    let state = state(session)
    let expected: [(FactSlot, String)] = [
      (.sessionType, "web"), (.deviceCategory, "mobile"), (.deviceType, "Pixel"), (.osFamily, "Android"),
      (.browserFamily, "Chrome"), (.browserLanguage, "de"), (.country, "DE"), (.region, "BE"),
      (.campaignSource, "s"), (.campaignMedium, "m"), (.campaignName, "n"), (.referrerMedium, "search"),
      (.referrerHost, "h.example"), (.authenticated, "true"), (.appVersion, "3"),
      (.originatingDirection, "inbound"), (.channelType, "chat"), (.lastConnectedQueue, "q"),
    ]
    #expect(state.facts.map(\.slot) == expected.map(\.0))
    #expect(state.facts.map(\.value) == expected.map { Mixing.digest($0.1) })
    // Two more follow from the first event's time.
    #expect(FactSlot.allCases.count == expected.count + 2)
    #expect(state.names.map(\.name) == [Mixing.digest("view")])
  }

  @Test func noIdentifierIsAFeature() {
    let plain = state(FakeSession())
    let session = FakeSession(facts: [
      (.ipAddress, #""10.0.0.1""#), (.externalContact, #"{"id":"c"}"#), (.user, #"{"id":"u"}"#),
      (.conversation, #"{"id":"c"}"#), (.userAgent, #""Mozilla""#),
      (.device, #"{"fingerprint":"f"}"#), (.browser, #"{"fingerprint":"f"}"#),
    ])
    #expect(state(session) == plain)
  }

  @Test func aPagesPathIsThatOfItsURL() {
    let byPath = state(FakeSession(facts: [(.page, #"{"pathname":"/shop/cart","title":"Cart"}"#)]))
    let byURL = state(FakeSession(facts: [(.page, #"{"url":"https://shop.example/shop/cart?a=b"}"#)]))
    let byBoth = state(
      FakeSession(facts: [(.page, #"{"url":"https://shop.example/other","pathname":"/shop/cart"}"#)]))
    #expect(byPath.page == path("/shop/cart").prefixes)
    #expect(byURL.page == byPath.page)
    #expect(byBoth.page == byPath.page)
    #expect(state(FakeSession(facts: [(.page, #"{"title":"Cart"}"#)])).page.isEmpty)
  }

  @Test func aScreenIsAPage() {
    #expect(state(FakeSession(facts: [(.screenName, #""Cart""#)])).page == path("Cart").prefixes)
  }

  @Test func escapesAreReadAsWhatTheySay() {
    let state = state(FakeSession(facts: [(.geolocation, #"{"country":"D\u0045"}"#)]))
    #expect(fact(state, .country) == Mixing.digest("DE"))
  }

  @Test(arguments: [63, 64, 65])
  func longValuesAreLeftOut(bytes: Int) {
    let value = String(repeating: "x", count: bytes)
    let before = state(FakeSession(facts: [(.geolocation, #"{"country":"DE"}"#)]))
    let session = FakeSession(
      facts: [(.geolocation, "{\"country\":\"\(value)\"}")],
      attributes: [("a", "{\"dataType\":\"string\",\"value\":\"\(value)\"}", false)])
    let after = state(session, after: before)
    #expect(fact(after, .country) == (bytes <= 64 ? Mixing.digest(value) : nil))
    #expect(after.attributes.count == (bytes <= 64 ? 1 : 0))
  }

  @Test func attributesAreTextsOrMagnitudes() {
    let state = state(
      FakeSession(attributes: [
        ("color", #"{"dataType":"string","value":"red"}"#, false),
        ("price", #"{"dataType":"number","value":"20"}"#, false),
        ("size", #"{"dataType":"string","value":"20"}"#, false),
        ("list", #"{"dataType":"string","value":"a"}"#, true),
      ]))
    #expect(
      state.attributes.map(\.value) == [
        .text(Mixing.digest("red")), .number(Magnitude(20)!), .text(Mixing.digest("20")),
      ])
  }

  private func bits(_ fields: EventField...) -> UInt64 { fields.reduce(0) { $0 | 1 << UInt64($1.rawValue) } }

  /// What has not changed is not looked at again.
  @Test func onlyWhatHasChangedIsTold() {
    let session = FakeSession(
      facts: [
        (.page, #"{"pathname":"/shop"}"#), (.geolocation, #"{"country":"DE"}"#),
        (.browser, #"{"family":"Chrome"}"#),
      ], collected: [(.channel, #"{"type":"call"}"#)],
      attributes: [("a", #"{"dataType":"string","value":"x"}"#, false)])
    let all = state(session)
    for (fields, slots, pages, attributes) in [
      (0, [], 0, 0), (bits(.geolocation), [.country], 0, 0), (bits(.channel), [.channelType], 0, 0),
      (bits(.page), [], 1, 0), (bits(.screenName), [], 1, 0), (bits(.attributeName), [], 0, 1),
      (bits(.browser, .ipAddress), [.browserFamily], 0, 0),
    ] as [(UInt64, [FactSlot], Int, Int)] {
      let state = state(session, changed: fields)
      #expect(state.facts.map(\.slot) == slots)
      #expect(state.page.count == pages)
      #expect(state.attributes.count == attributes)
      #expect(state.names == all.names)
    }
    #expect(all.facts.map(\.slot) == [.sessionType, .browserFamily, .country, .channelType])
  }

  /// Which of the two is told last says where the visitor is, whichever has changed.
  @Test func theScreenCountsBehindThePage() {
    let session = FakeSession(facts: [(.page, #"{"pathname":"/shop"}"#), (.screenName, #""Cart""#)])
    #expect(state(session).page == path("Cart").prefixes)
    #expect(state(session, changed: bits(.page)).page == path("Cart").prefixes)
  }
}
