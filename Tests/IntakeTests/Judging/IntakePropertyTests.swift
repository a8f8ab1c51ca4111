import EventLog
import Foundation
import Intake
import JourneyModel
import SeededGenerator
import Testing
import WireFormat

/// What holds for every body, from seeds.
@Suite struct IntakePropertyTests {
  /// Events of all kinds, good and bad.
  private struct Writer {
    var random: SeededGenerator

    mutating func text() -> String {
      random.pick([
        "\"ann\"", "\"a\\u00e4\\n\\\"\"", "\"\"", "7", "1.5e3", "true", "null", "[1,[2]]", "{}",
        #"{"a":{"b":[]}}"#,
        "\"https://a.example/p?q=1&token=2#f\"", "\"\(Intakes.stated)\"", "\"2026-01-05T10:30:00Z\"",
        "1767607100000",
        "\"soon\"", "\"\\ud800\"", "\"order completed\"", "\"web\"", "\"track\"", "\"192.0.2.10\"",
      ])
    }

    mutating func object(_ names: [String], _ more: [String] = []) -> String {
      var members = more
      for _ in 0..<random.pick(0...4) { members.append("\"\(random.pick(names))\":\(text())") }
      members.shuffle(using: &random)
      let blank = random.pick(["", " ", "\n\t"])
      return "{" + blank + members.joined(separator: random.pick([",", " ,"])) + blank + "}"
    }

    mutating func event() -> String {
      if random.chance(8) { return random.pick(["7", "null", "[]", "\"x\"", "{", "{\"a\":tru}", "{}"]) }
      var more: [String] = []
      func add(_ percent: Int64, _ member: String) { if random.chance(percent) { more.append(member) } }
      add(90, #""eventName":"clicked","event":"Clicked It""#)
      add(90, #""customerId":"ann\#(random.pick(1...3))","anonymousId":"ann""#)
      add(70, #""createdDate":"\#(Intakes.stated)","timestamp":"\#(Intakes.stated)""#)
      add(70, #""id":"e\#(random.pick(1...9))","messageId":"m\#(random.pick(1...9))""#)
      add(90, #""type":"\#(random.pick(["track", "page", "identify", "group", "alias", "screen"]))""#)
      let page = object(
        ["title", "pathname", "url"], random.chance(60) ? [#""url":"https://a.example/p?q=1""#] : [])
      add(50, "\"page\":\(page)")
      let context = object(
        ["ip", "locale", "userAgent"], ["\"page\":\(page)", "\"traits\":\(object(["email", "phone"]))"])
      add(30, "\"context\":\(context)")
      let properties = object(["a", "b", "url", "query"])
      add(40, "\"properties\":\(properties),\"attributes\":\(properties),\"traits\":\(properties)")
      add(20, "\"webEvent\":\(object(["page", "browser", "device", "ipAddress", "searchQuery"]))")
      return object(
        [
          "browser", "device", "referrerUrl", "referrer", "ipAddress", "geolocation", "sessionType", "userId",
          "externalId", "sentAt", "x",
        ],
        more)
    }
  }

  private static let dialects: [(name: String, dialect: any Dialect, batch: @Sendable (String) -> String)] = [
    ("events", EventsDialect(KnownEdge.settings), { "[\($0)]" }),
    ("custom", CustomEventsDialect(KnownEdge.settings), { #"{"entities":[\#($0)]}"# }),
    ("external", ExternalEventsDialect(KnownEdge.settings), { #"{"entities":[\#($0)]}"# }),
    (
      "segment", SegmentDialect.batch(KnownEdge.settings),
      { #"{"batch":[\#($0)],"context":{"locale":"de"}}"# }
    ),
  ]

  private static func source(_ random: inout SeededGenerator) -> IntakeSource {
    var tracking = TrackingSettings()
    tracking.searchQueryParameters = ["q"]
    tracking.anonymizeIp = random.chance(50)
    tracking.shouldKeepUrlFragment = random.chance(50)
    tracking.excludedQueryParameters = random.chance(50) ? ["token"] : []
    return IntakeSource(
      id: "shop", kind: random.pick(IntakeSource.Kind.allCases), streams: Set(JourneyModel.Stream.allCases),
      sessionType: "visit", defaultEventName: "seen", tracking: tracking)
  }

  private static func request(_ random: inout SeededGenerator) -> IntakeRequest {
    var request = IntakeRequest(receivedAt: Intakes.received + random.pick(-9_000_000...9_000_000))
    request.clientAddress = random.pick([nil, "192.0.2.10", "2001:db8::1"])
    request.userAgent = random.pick([nil, "Firefox", "x\"\\\u{1}"])
    request.acceptLanguage = random.pick([nil, "de"])
    request.sentAt = random.pick([nil, "2026-01-05T08:00:00.000Z", "soon"])
    request.stream = random.pick([nil, "web", "app", "custom"])
    return request
  }

  @Test(
    "A batch of n events has n answers, in their order; and each answer is the one that the event has alone")
  func batches() {
    var random = SeededGenerator(seed: 1)
    var counts = (accepted: 0, refused: 0)
    for _ in 0..<300 {
      var writer = Writer(random: SeededGenerator(seed: random.next()))
      var (source, request) = (IntakePropertyTests.source(&random), IntakePropertyTests.request(&random))
      source.tracking.honorPrivacySignal = false
      request.idempotencyKey = nil
      // Brackets that do not match make all of the body one mistake.
      let events = (0..<Int(random.pick(0...6))).map { _ in writer.event() }.filter { $0 != "{" }
      for (name, dialect, batch) in IntakePropertyTests.dialects {
        let items = dialect.read(
          batch(events.joined(separator: random.pick([",", "\n, "]))), source, request)
        #expect(items.count == events.count, "\(name) \(events)")
        for (index, item) in items.enumerated() {
          switch item {
          case .accepted: counts.accepted += 1
          case .refused(let place, _, let code, let explanation, let path, _):
            counts.refused += 1
            #expect(item.event == events[index], "\(name)")
            #expect(place == index && !code.rawValue.isEmpty && !explanation.isEmpty && path.hasPrefix("$"))
          case .discarded: break
          }
          let alone = dialect.read(batch(events[index]), source, request)
          #expect(
            alone.first?.summary.drop { $0.isNumber } == item.summary.drop { $0.isNumber }
              || events.filter { $0 == events[index] }.count > 1, "\(name) \(events[index])")
        }
      }
    }
    #expect(counts.accepted > 500 && counts.refused > 300)
  }

  @Test("What is accepted decodes as an event with that id and key, and not later than it was received")
  func decodes() throws {
    var random = SeededGenerator(seed: 2)
    let decoder = try #require(EventDecoder(limits: DecodingLimits(), partitions: 1))
    var rules: [ClientClock.Rule: Int] = [:]
    for _ in 0..<1_500 {
      var writer = Writer(random: SeededGenerator(seed: random.next()))
      let (source, request) = (IntakePropertyTests.source(&random), IntakePropertyTests.request(&random))
      let event = writer.event()
      for (name, dialect, batch) in IntakePropertyTests.dialects {
        for record in dialect.read(batch(event), source, request).compactMap(\.record) {
          var chunk = RecordChunk(source: TopicPartition("t", 0), next: NextOffset(0))
          chunk.append(offset: RecordOffset(0), timestamp: -1, key: nil, value: record.value)
          chunk.seal()
          let decoded = decoder.decode(chunk, stream: record.stream)
          let found = try #require(decoded.batch.events.first, "\(name) \(record.text) \(decoded.rejections)")
          #expect(decoded.batch.text(found.id) == record.id)
          #expect(Array(decoded.batch.bytes[found.placementKey.indices]) == record.key)
          #expect(found.time.milliseconds <= request.receivedAt)
          #expect(
            (try? JSONSerialization.jsonObject(with: Data(record.value))) != nil
              || record.text.contains("\\ud800"))
          rules[record.timeRule, default: 0] += 1
        }
      }
    }
    for rule in ClientClock.Rule.allCases { #expect(rules[rule, default: 0] > 10, "\(rule)") }
  }

  @Test(
    "What the client wrote is in the record, byte by byte and in its order; nothing of it is another value")
  func splicing() throws {
    var random = SeededGenerator(seed: 3)
    var checked = 0
    for _ in 0..<1_500 {
      var writer = Writer(random: SeededGenerator(seed: random.next()))
      var source = IntakePropertyTests.source(&random)
      // These two take out what the client wrote, as they are told to.
      source.tracking.anonymizeIp = false
      source.tracking.excludedQueryParameters = []
      source.tracking.shouldKeepUrlFragment = true
      let event = writer.event()
      let request = IntakePropertyTests.request(&random)
      for (name, dialect, batch) in IntakePropertyTests.dialects where name != "segment" {
        guard let record = dialect.read(batch(event), source, request).first?.record else { continue }
        checked += 1
        var own = Array(event.utf8)[...]
        for byte in record.value where own.first == byte { own = own.dropFirst() }
        #expect(own.isEmpty, "\(name) \(event) \(record.text)")
        // The members that nothing is put into stand there as they are.
        for member in [#""x":"#, #""eventName":"clicked","event":"Clicked It""#] where event.contains(member)
        {
          #expect(record.text.contains(member))
        }
      }
    }
    #expect(checked > 800)
  }

  @Test("The same bytes sent again have the same ids, however the request differs")
  func again() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<400 {
      var writer = Writer(random: SeededGenerator(seed: random.next()))
      let source = IntakePropertyTests.source(&random)
      var (first, second) = (IntakePropertyTests.request(&random), IntakePropertyTests.request(&random))
      (first.requestID, second.requestID) = ("1", "2")
      second.stream = first.stream
      let events = (0..<Int(random.pick(1...4))).map { _ in writer.event() }.joined(separator: ",")
      for (name, dialect, batch) in IntakePropertyTests.dialects {
        let once = dialect.read(batch(events), source, first)
        let again = dialect.read(batch(events), source, second)
        for (left, right) in zip(once, again) {
          guard let left = left.record, let right = right.record, left.isRepeatable else { continue }
          #expect(left.id == right.id && left.key == right.key && right.isRepeatable, "\(name)")
        }
      }
    }
  }

  @Test("Damaged bodies: whatever a byte becomes, there is an answer and no trap")
  func damaged() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<400 {
      var writer = Writer(random: SeededGenerator(seed: random.next()))
      let (source, request) = (IntakePropertyTests.source(&random), IntakePropertyTests.request(&random))
      let events = "\(writer.event()),\(writer.event())"
      for (name, dialect, batch) in IntakePropertyTests.dialects {
        var body = Array(batch(events).utf8)
        for _ in 0..<random.pick(1...4) {
          let at = Int(random.pick(0...Int64(body.count - 1)))
          switch random.pick(1...4) {
          case 1: body[at] = UInt8(truncatingIfNeeded: random.next())
          case 2: body.insert(random.pick(Array("{}[]\",:\\".utf8)), at: at)
          case 3: body.remove(at: at)
          default: body = Array(body[..<max(1, at)])
          }
          if body.isEmpty { body = [0] }
        }
        let items = dialect.read(body, source: source, request: request)
        for item in items {
          if case .refused(let index, _, _, _, _, _) = item { #expect(index < items.count, "\(name)") }
        }
      }
    }
  }
}
