import EventLog
import Intake
import JourneyModel
import Testing

/// Calls of Segment's and RudderStack's clients, a test for each row of what they say and what becomes of it.
@Suite struct SegmentDialectTests {
  private static let browser = Intakes.source(.browser)
  private static let head = #""anonymousId":"ann","messageId":"m1","timestamp":"\#(Intakes.stated)""#

  /// The record of a call.
  private func record(
    _ call: SegmentCall, _ members: String, _ source: IntakeSource = browser,
    _ settings: IntakeSettings = IntakeSettings(), head: String = head
  ) -> String {
    let items = SegmentDialect.single(call, settings).read("{\(head),\(members)}", source)
    return items.first?.record?.text ?? items.summaries.joined()
  }

  /// The record that a call becomes without more than its head.
  private func expected(_ name: String, _ more: String = "", type: String = "cookie") -> String {
    #"{"id":"m1","eventName":"\#(name)","customerId":"ann","customerIdType":"\#(type)"\#(more),"createdDate":"\#(Intakes.stated)"}"#
  }

  @Test("Paths: analytics.js uses the first letter")
  func paths() {
    for call in SegmentCall.allCases {
      #expect(SegmentCall(path: call.rawValue) == call)
      #expect(SegmentCall(path: String(call.rawValue.prefix(1))) == call)
    }
    #expect(SegmentCall(path: "b") == nil && SegmentCall(path: "") == nil && SegmentCall(path: "tr") == nil)
  }

  @Test("Each call's event")
  func calls() {
    #expect(record(.page, #""x":1"#) == expected("page_viewed"))
    #expect(record(.screen, #""name":"Home""#) == expected("screen_viewed", #","screenName":"Home""#))
    #expect(
      record(.track, #""event":"order_completed""#) == expected("order_completed"))
    #expect(
      record(.track, #""event":"Order Completed!""#)
        == expected(
          "order_completed", #","attributes":{"eventTitle":{"dataType":"string","value":"Order Completed!"}}"#
        ))
    #expect(record(.identify, #""x":1"#) == expected("identified"))
    #expect(
      record(.group, #""groupId":7,"traits":{"plan":"gold","email":"office@example.com"}"#)
        == expected(
          "group_joined",
          #","attributes":{"groupId":{"dataType":"string","value":"7"},"plan":{"dataType":"string","value":"gold"},"email":{"dataType":"string","value":"office@example.com"}}"#
        ))
    #expect(
      record(.alias, #""previousId":"old""#)
        == expected("aliased", #","attributes":{"previousId":{"dataType":"string","value":"old"}}"#))
  }

  @Test("Who it is about: the visitor stays one at login, and the user's id links")
  func customers() {
    let both = record(.track, #""event":"a","userId":4711"#)
    #expect(
      both
        == expected(
          "a",
          #","externalId":"4711","externalSourceId":"shop","traits":{"userId":{"dataType":"string","value":"4711"}}"#
        ))
    let only = record(
      .track, #""event":"a","userId":"u1""#, head: #""messageId":"m1","timestamp":"\#(Intakes.stated)""#)
    #expect(
      only
        == #"{"id":"m1","eventName":"a","customerId":"u1","customerIdType":"userId","externalId":"u1","externalSourceId":"shop","traits":{"userId":{"dataType":"string","value":"u1"}},"createdDate":"\#(Intakes.stated)"}"#
    )
    var source = Self.browser
    source.userIdType = "externalId"
    #expect(
      record(.track, #""event":"a","userId":"u1""#, source, head: #""messageId":"m1""#).contains(
        #""customerIdType":"externalId""#))
    #expect(
      record(.track, #""event":"a""#, head: #""messageId":"m1""#) == "0 m1 missingCustomer $.anonymousId")
    #expect(
      record(.track, #""event":"a""#, head: #""anonymousId":"","userId":"","messageId":"m1""#)
        == "0 m1 missingCustomer $.anonymousId")
    #expect(
      record(.track, #""event":"a""#, head: #""anonymousId":"null","messageId":"m1""#)
        == "0 m1 badCustomer $.anonymousId")
    #expect(
      record(.track, #""event":"a""#, head: #""userId":"null","messageId":"m1""#)
        == "0 m1 badCustomer $.userId")
  }

  @Test("The stream: of the source, and for servers of what the call is about")
  func streams() {
    let server = Intakes.source(sessionType: "shop_orders")
    func stream(_ call: SegmentCall, _ members: String, _ source: IntakeSource = server) -> String {
      SegmentDialect.single(call).read(#"{"userId":"u1","messageId":"m1","event":"a",\#(members)}"#, source)
        .summaries.joined()
    }
    #expect(stream(.track, #""x":1"#) == "accepted m1 custom")
    #expect(stream(.track, #""context":{"page":{"url":"https://a.example/"}}"#) == "accepted m1 web")
    #expect(stream(.page, #""properties":{"url":"https://a.example/"}"#) == "accepted m1 web")
    #expect(stream(.screen, #""name":"Home""#) == "accepted m1 app")
    #expect(stream(.track, #""context":{"device":{"type":"ios"}}"#) == "accepted m1 app")
    #expect(stream(.track, #""channel":"mobile""#) == "accepted m1 app")
    #expect(stream(.screen, #""name":"Home""#, Self.browser) == "accepted m1 web")
    #expect(stream(.page, #""name":"Home""#, Intakes.source(.app)) == "accepted m1 app")
    var narrow = server
    narrow.streams = [.web]
    #expect(stream(.track, #""x":1"#, narrow) == "0 m1 streamNotAllowed $")
  }

  @Test("A server's event is one of a custom session that the user's id names")
  func server() {
    let text = record(.track, #""event":"Refunded","userId":"u1""#, Intakes.source(sessionType: "orders"))
    #expect(
      text
        == #"{"id":"m1","eventName":"refunded","customerId":"u1","customerIdType":"userId","sessionType":"orders","externalId":"u1","externalSourceId":"shop","attributes":{"eventTitle":{"dataType":"string","value":"Refunded"}},"traits":{"userId":{"dataType":"string","value":"u1"}},"createdDate":"\#(Intakes.stated)"}"#
    )
    #expect(
      record(.track, #""event":"a""#, Intakes.source()).contains(
        #""customerIdType":"cookie","sessionType":"shop","externalId":"ann""#))
  }

  @Test("Pages: a page call's properties over its context's page")
  func pages() {
    let context =
      #""context":{"page":{"url":"https://a.example/x?y=1","title":"A","path":"/x","search":"?y=1","referrer":"https://b.example/"}}"#
    let properties = #""properties":{"title":"B","keywords":"k","section":"news"}"#
    #expect(
      record(.page, "\(context),\(properties)")
        == #"{"referrer":{"url":"https://b.example/","domain":"b.example","hostname":"b.example","pathname":"/","medium":"unknown"},"#
        + expected(
          "page_viewed",
          #","page":{"domain":"a.example","hostname":"a.example","url":"https://a.example/x?y=1","title":"B","pathname":"/x","keywords":"k","queryString":"y=1"},"referrerUrl":"https://b.example/","attributes":{"section":{"dataType":"string","value":"news"}}"#
        ).dropFirst())
    // Of any other call they are attributes.
    #expect(
      record(.track, #""event":"a",\#(properties)"#).contains(
        #""attributes":{"title":{"dataType":"string","value":"B"}"#))
  }

  @Test("Properties: scalars, objects once, the rest as JSON if it is short")
  func properties() {
    let long = String(repeating: "1,", count: 512) + "1"
    #expect(
      record(
        .track,
        #""event":"a","properties":{"n":1.50,"b":true,"t":"x\"y","z":null,"cart":{"id":7,"deep":{"a":[1, 2]}},"list":[ {"a": 1} ],"long":[\#(long)],"":1}"#
      )
        == expected(
          "a",
          #","attributes":{"n":{"dataType":"number","value":"1.50"},"b":{"dataType":"boolean","value":"true"},"t":{"dataType":"string","value":"x\"y"},"cart_id":{"dataType":"number","value":"7"},"cart_deep":{"dataType":"object","value":{"a":[1,2]}},"list":{"dataType":"array","value":[{"a":1}]}}"#
        ))
    let items = SegmentDialect.single(.track).read(
      #"{\#(Self.head),"event":"a","properties":{"long":[\#(long)]}}"#, Self.browser)
    #expect(items.first?.record?.headers.text("sojourn-omitted") == "1")
  }

  @Test("The limits of attributes and of what is nested in them")
  func limits() {
    func omitted(_ properties: String) -> String? {
      SegmentDialect.single(.track).read(
        #"{\#(Self.head),"event":"a","properties":{\#(properties)}}"#, Self.browser
      )
      .first?.record?.headers.text("sojourn-omitted")
    }
    func many(_ count: Int) -> String { (0..<count).map { "\"a\($0)\":1" }.joined(separator: ",") }
    #expect(omitted(many(49)) == nil && omitted(many(50)) == nil && omitted(many(51)) == "1")
    // ["…"]
    func list(_ bytes: Int) -> String { #""l":["\#(String(repeating: "x", count: bytes - 4))"]"# }
    #expect(omitted(list(1_023)) == nil && omitted(list(1_024)) == nil && omitted(list(1_025)) == "1")
  }

  @Test("Context: campaign, device, app, library, network, place, language")
  func context() {
    let context =
      #""context":{"campaign":{"name":"spring","source":"news","medium":"email","other":1},"os":{"name":"iOS","version":"17.1"},"device":{"manufacturer":"Apple","model":"iPhone14","type":"ios"},"screen":{"width":390,"height":844,"density":3},"app":{"name":"bank","version":"5.9","build":701,"namespace":"com.example"},"library":{"name":"analytics-ios","version":"4.1"},"network":{"bluetooth":false,"carrier":"T","cellular":true,"wifi":"yes"},"location":{"city":"Berlin","country":"DE","latitude":52.5},"timezone":"Europe/Berlin","locale":"de-DE","ip":"203.0.113.9","userAgent":"Firefox"}"#
    #expect(
      record(.screen, context, Intakes.source(.app))
        == expected(
          "screen_viewed",
          #","mktCampaign":{"name":"spring","source":"news","medium":"email"},"device":{"osFamily":"iOS","osVersion":"17.1","manufacturer":"Apple","type":"iPhone14","category":"mobile","isMobile":true,"screenWidth":390,"screenHeight":844,"screenDensity":3},"app":{"name":"bank","namespace":"com.example","version":"5.9","buildNumber":"701"},"sdkLibrary":{"name":"analytics-ios","version":"4.1"},"networkConnectivity":{"carrier":"T","bluetoothEnabled":false,"cellularEnabled":true},"geolocation":{"country":"DE","locality":"Berlin","latitude":52.5,"timezone":"Europe/Berlin"},"userAgentString":"Firefox","browser":{"lang":"de-DE"}"#
        ))
    // Only a server is believed what it says of an address.
    let server = record(.screen, context, Intakes.source())
    #expect(server.contains(#""ipAddress":"203.0.113.9""#))
    #expect(
      record(.page, #""context":{"location":{"country":"Germany"}}"#).contains(
        #""geolocation":{"countryName":"Germany"}"#))
  }

  @Test("Client hints that a script read")
  func hints() {
    let context =
      #""context":{"userAgentData":{"brands":[{"brand":"Chromium","version":"130"}],"mobile":true,"platform":"Android"}}"#
    #expect(
      record(.page, context, Self.browser, KnownEdge.settings)
        == #"{"device":{"category":"mobile","isMobile":true,"osFamily":"Linux"},"browser":{"version":"133"},"#
        + expected("page_viewed").dropFirst())
  }

  @Test("Traits: a person's scalars, phone numbers as the world dials them")
  func traits() {
    #expect(
      record(
        .identify,
        #""traits":{"email":"a@b.example","phone":"030123","age":7,"address":{"city":"B"}},"context":{"locale":"de-DE","traits":{"email":"old","plan":"x"}}"#,
        Self.browser, KnownEdge.settings)
        == expected(
          "identified",
          #","browser":{"lang":"de-DE"},"traits":{"email":{"dataType":"string","value":"a@b.example"},"phone":{"dataType":"string","value":"+4930123"},"age":{"dataType":"number","value":"7"},"plan":{"dataType":"string","value":"x"}}"#
        ))
    #expect(record(.identify, #""traits":{"phone":"030123"}"#).contains(#""value":"030123""#))
  }

  @Test("A search")
  func search() {
    #expect(
      record(.track, #""event":"Products Searched","properties":{"query":"shoes"}"#).contains(
        #""searchQuery":"shoes""#))
    #expect(!record(.track, #""event":"Other","properties":{"query":"shoes"}"#).contains("searchQuery"))
  }

  @Test("Time: timestamp, or originalTimestamp with sentAt of the call, its batch or its request")
  func time() throws {
    let wrong = "2026-01-05T07:59:58.000Z"
    func read(_ members: String, _ batch: String = "", field: String? = nil) throws -> IntakeRecord {
      let body =
        #"{"batch":[{"type":"track","event":"a","anonymousId":"ann","messageId":"m1"\#(members)}]\#(batch)}"#
      let items = SegmentDialect.batch().read(body, Self.browser, Intakes.request { $0.sentAt = field })
      return try #require(items.first?.record)
    }
    let sent = #","sentAt":"2026-01-05T08:00:00.000Z""#
    for (members, batch, field) in [
      (#","originalTimestamp":"\#(wrong)"\#(sent)"#, "", nil), (#","timestamp":"\#(wrong)""#, sent, nil),
      (#","timestamp":"\#(wrong)""#, "", "2026-01-05T08:00:00.000Z"),
    ] as [(String, String, String?)] {
      let record = try read(members, batch, field: field)
      #expect(record.timeRule == .corrected && record.skew == 7_200_000)
      #expect(record.text.hasSuffix(#","createdDate":"2026-01-05T09:59:58.000Z"}"#))
      #expect(record.headers.text("sojourn-client-time") == wrong)
      #expect(record.text.ranges(of: "createdDate").count == 1)
    }
    #expect(try read("").timeRule == .server)
    #expect(
      SegmentDialect.single(.page).read(
        #"{"anonymousId":"a","messageId":"m1","timestamp":"soon"}"#, Self.browser
      ).summaries
        == ["0 m1 badTime $.timestamp"])
  }

  @Test("Ids: the client's, or what is made of it where it is too long", arguments: [254, 255, 256])
  func ids(_ length: Int) {
    let id = String(repeating: "m", count: length)
    let items = SegmentDialect.single(.page).read(#"{"anonymousId":"a","messageId":"\#(id)"}"#, Self.browser)
    #expect((items.first?.record?.id == id) == (length <= 255))
    if length > 255 { #expect(items.first?.record?.id.count == 36) }
  }

  @Test("A batch: each call on its own, its context over the batch's")
  func batch() {
    let good = #"{"type":"page","anonymousId":"a","messageId":"m1","context":{"locale":"de"}}"#
    let body =
      #"{"writeKey":"k","context":{"locale":"en","app":{"name":"x"}},"batch":[\#(good),{"type":"video","messageId":"m2"},7,{"type":"track","event":"注文","anonymousId":"a","messageId":"m3"},{"type":"page",},{"messageId":"m4"},\#(good)]}"#
    let items = SegmentDialect.batch().read(
      body, Self.browser, Intakes.request { $0.contentType = "text/plain" })
    #expect(
      items.summaries == [
        "accepted m1 web", "1 m2 unknownType $.type", "2 - notAnObject $", "3 m3 badEventName $.event",
        "4 - malformedJSON $", "5 m4 unknownType $.type", "accepted m1 web",
      ])
    #expect(items.values.first?.contains(#""app":{"name":"x"}"#) ?? false)
    #expect(items.values.first?.contains(#""browser":{"lang":"de"}"#) ?? false)
    #expect(SegmentDialect.batch().read(#"{"batch":[]}"#).isEmpty)
    #expect(SegmentDialect.batch().read("{}").summaries == ["0 - badBatch $.batch"])
    #expect(SegmentDialect.batch().read(#"{"batch":{}}"#).summaries == ["0 - badBatch $.batch"])
    #expect(SegmentDialect.batch().read("[]").summaries == ["0 - notAnObject $"])
    #expect(SegmentDialect.batch().read(#"{"batch":[}"#).summaries == ["0 - malformedJSON $"])
    #expect(
      SegmentDialect.batch().read("{}", Self.browser, Intakes.request { $0.contentType = "application/xml" })
        .summaries
        == ["0 - unsupportedMediaType $"])
  }

  @Test("The vendor's limits of a batch and of a call")
  func vendorLimits() {
    func count(_ number: Int) -> [String] {
      let calls = (0..<number).map { #"{"type":"page","anonymousId":"a","messageId":"m\#($0)"}"# }
      return SegmentDialect.batch().read(#"{"batch":[\#(calls.joined(separator: ","))]}"#, Self.browser)
        .summaries
    }
    #expect(count(500).count == 500 && count(501) == ["0 - tooManyEvents $.batch"])
    func size(_ bytes: Int) -> [String] {
      let head = #"{"anonymousId":"a","messageId":"m1","x":""#
      let call = head + String(repeating: "x", count: bytes - head.utf8.count - 2) + "\"}"
      return SegmentDialect.single(.page).read(call, Self.browser).summaries
    }
    #expect(size(32_767) == ["accepted m1 web"] && size(32_768) == ["accepted m1 web"])
    #expect(size(32_769) == ["0 - tooLarge $"])
  }

  @Test(
    "What is nested deeper than an event may be is left out, and the event is not lost",
    arguments: [28, 29, 30])
  func depth(_ levels: Int) {
    let nested = String(repeating: "[", count: levels) + "\"]\"" + String(repeating: "]", count: levels)
    let items = SegmentDialect.single(.track).read(
      #"{\#(Self.head),"event":"a","properties":{"l":\#(nested),"k":1}}"#, Self.browser)
    #expect(items.summaries == ["accepted m1 web"])
    #expect(items.first?.record?.headers.text("sojourn-omitted") == (levels <= 29 ? nil : "1"))
  }

  @Test("The write key of a body")
  func writeKey() {
    func key(_ body: String) -> String? { SegmentDialect.writeKey(in: Array(body.utf8)) }
    #expect(key(#"{"writeKey":"k1","event":"a"}"#) == "k1")
    #expect(key(#"{"batch":[{],"writeKey":"k1"}"#) == nil && key(#"{"batch":[{}x],"writeKey":"k1"}"#) == "k1")
    #expect(key("{}") == nil && key("[") == nil && key(#"{"writeKey":{}}"#) == nil)
  }
}
