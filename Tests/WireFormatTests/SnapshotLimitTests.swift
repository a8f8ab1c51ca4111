import Foundation
import JourneyModel
import SeededGenerator
import Sessionizer
import Testing

@testable import WireFormat

/// Snapshots that would exceed `maxBytes`: shorter, still true, never larger than the limit.
@Suite struct SnapshotLimitTests {
  private static let seeds = 120 as UInt64

  private func encode(_ session: Session, _ settings: SessionSettings, maxBytes: Int = .max) -> (
    text: String, isShortened: Bool
  ) {
    // Whatever is in the arena before must stay.
    var bytes = Array("before".utf8)
    let encoder = SnapshotEncoder(settings: settings, names: DisplayNames(), maxBytes: maxBytes)
    let isShortened = encoder.encode(session, to: &bytes)
    #expect(bytes.starts(with: "before".utf8))
    return (String(decoding: bytes.dropFirst(6), as: UTF8.self), isShortened)
  }

  private static func settings() -> SessionSettings {
    var settings = SessionSettings()
    var type = SessionSettings.SessionType()
    type.projections = [
      SessionSettings.Projection(from: "note", to: "notes", isList: true),
      SessionSettings.Projection(from: "place", to: "place"),
      SessionSettings.Projection(from: "who", to: "who"),
    ]
    settings.types["delivery"] = type
    settings.maxJourneyMapEvents = 12
    return settings
  }

  /// A session of each stream from random events, with texts that are short, long or huge and need escapes.
  private static func sessions(_ seed: UInt64) throws -> [Session] {
    var generator = SeededGenerator(seed: seed)
    let decoding = try Decoding()
    var result: [Session] = []
    for stream in JourneyModel.Stream.allCases {
      let values = (0..<generator.pick(1...20)).map { number in
        Array(event(stream, Int(number), &generator).utf8)
      }
      result += decoding.sessions(values, stream, settings())
    }
    return result
  }

  private static func text(_ generator: inout SeededGenerator) -> String {
    let letters = ["a", "é", "\\n", "\\\"", "\\u0001", "x y", "\\\\"]
    let length = generator.chance(10) ? generator.pick(200...3_000) : generator.pick(0...30)
    return (0..<length).map { _ in generator.pick(letters) }.joined()
  }

  private static func event(
    _ stream: JourneyModel.Stream, _ number: Int, _ generator: inout SeededGenerator
  ) -> String {
    let time = 1_767_600_000_000 + Int64(number) * 1_000 - generator.pick(0...2_500)
    var json = "{\"id\":\"e\(number)\",\"eventName\":\"moved\",\"createdDate\":\(time),\"customerId\":\"ann\""
    var members: [(String, String)] = [
      ("browser", "{\"family\":\"\(text(&generator))\"}"),
      ("geolocation", "{\"city\":\"\(text(&generator))\"}"),
      ("userAgentString", "\"\(text(&generator))\""), ("device", "{\"type\":\"\(text(&generator))\"}"),
    ]
    switch stream {
    case .web:
      members += [
        ("page", "{\"url\":\"https://x.example/\",\"title\":\"\(text(&generator))\"}"),
        ("searchQuery", "\"\(text(&generator))\""),
        (
          "attributes",
          "{\"a\(generator.pick(0...5))\":\"\(text(&generator))\",\"b\":\"\(text(&generator))\"}"
        ),
      ]
    case .app: members += [("screenName", "\"\(text(&generator))\"")]
    case .custom:
      json += ",\"sessionType\":\"delivery\",\"externalId\":\"x\""
      members += [
        ("attributes", "{\"note\":\"\(text(&generator))\",\"place\":\"\(text(&generator))\",\"who\":\"w\"}")
      ]
    case .conversation:
      json += ",\"conversationId\":\"c\""
      members += [
        ("queue", "{\"id\":\"q\",\"name\":\"\(text(&generator))\"}"),
        ("user", "{\"id\":\"u\",\"name\":\"\(text(&generator))\"}"),
        ("channels", "[{\"type\":\"Chat\",\"x\":\"\(text(&generator))\"}]"),
        ("divisionIds", "[\"\(text(&generator))\"]"),
        ("userDisposition", "{\"code\":\"\(text(&generator))\",\"notes\":\"\(text(&generator))\"}"),
      ]
    }
    for member in members where generator.chance(60) { json += ",\"\(member.0)\":\(member.1)" }
    return json + "}"
  }

  /// How many values a snapshot shows: what `omittedValues` counts, found from outside.
  private func shownValues(_ snapshot: [String: Any]) -> Int {
    let fixed: Set<String> = [
      "id", "selfUri", "type", "customerId", "customerIdType", "externalId", "createdDate", "endedDate",
      "endReason",
      "mergedInto", "revision", "final", "durationInSeconds", "eventCount", "pageviewCount",
      "screenviewCount",
      "lastEvent", "idleDate", "awayDate", "segmentAssignments", "outcomeAchievements", "card", "journeyMap",
      "omittedValues", "attributes", "attributeLists", "searchTerms", "conversationChannels", "divisionIds",
      // Written from the id where the fact is missing.
      "conversation",
    ]
    var count = snapshot.keys.count { !fixed.contains($0) }
    for name in ["searchTerms", "conversationChannels", "divisionIds"] {
      count += (snapshot[name] as? [Any])?.count ?? 0
    }
    count += (snapshot["attributes"] as? [String: Any])?.count ?? 0
    for list in (snapshot["attributeLists"] as? [String: [String: Any]] ?? [:]).values {
      count += (list["values"] as? [Any])?.count ?? 0
    }
    let card = snapshot["card"] as? [String: Any] ?? [:]
    if card["currentPage"] != nil { count += 1 }
    for name in ["queue", "agent"] where card[name] != nil && card[name] as? String != "-" { count += 1 }
    return count
  }

  @Test func staysWithinAnyLimitAndSaysWhatItLeavesOut() throws {
    var omittedEvents = 0
    var omittedValues = 0
    let settings = SnapshotLimitTests.settings()
    for seed in 0..<SnapshotLimitTests.seeds {
      var generator = SeededGenerator(seed: ~seed)
      for session in try SnapshotLimitTests.sessions(seed) {
        let whole = encode(session, settings)
        #expect(!whole.isShortened)
        let full = try whole.text.parsed()
        let size = whole.text.utf8.count
        let least = encode(session, settings, maxBytes: 0).text.utf8.count
        var limits = [size - 1, size, size + 1, least - 1, least, least + 1]
        for _ in 0..<6 where least < size { limits.append(Int(generator.pick(Int64(least)...Int64(size)))) }
        for limit in limits {
          let (text, isShortened) = encode(session, settings, maxBytes: limit)
          let comment: Comment = "seed \(seed), \(session.stream), limit \(limit) of \(size), least \(least)"
          #expect(text.utf8.count <= max(limit, least), comment)
          #expect(isShortened == (limit < size), comment)
          if limit >= size { #expect(text == whole.text, comment) }
          #expect(encode(session, settings, maxBytes: limit).text == text, comment)
          let shorter = try text.parsed()
          for name in [
            "id", "revision", "final", "eventCount", "createdDate", "endedDate", "type", "customerId",
            "lastEvent",
          ] { #expect((shorter[name] as? NSObject) == (full[name] as? NSObject), comment) }
          let map = try #require(shorter["journeyMap"] as? [String: Any])
          let events = try #require(map["events"] as? [[String: Any]])
          let fullMap = try #require(full["journeyMap"] as? [String: Any])
          let fullEvents = try #require(fullMap["events"] as? [[String: Any]])
          let left = try #require(map["omitted"] as? Int) - #require(fullMap["omitted"] as? Int)
          #expect(events.count + left == fullEvents.count, comment)
          #expect(!events.isEmpty, comment)
          #expect(
            events.map { $0["id"] as? String } == fullEvents.suffix(events.count).map { $0["id"] as? String },
            comment)
          omittedEvents += left
          let values = shorter["omittedValues"] as? Int ?? 0
          omittedValues += values
          #expect(shorter["omittedValues"] == nil || values > 0, comment)
          // Of events, conversations and wrap-ups only the number of texts is known from outside.
          let texts = zip(events, fullEvents.suffix(events.count)).count { $0.count < $1.count }
          let missing = shownValues(full) - shownValues(shorter) + texts
          let hidden = session.stream == .conversation ? 3 : 0
          #expect((missing...missing + hidden).contains(values), comment)
        }
      }
    }
    #expect(omittedEvents > 1_000)
    #expect(omittedValues > 1_000)
  }

  @Test func aSingleHugeValueGoesBeforeTheHistory() throws {
    let huge = String(repeating: "x", count: 50_000)
    let values = (0..<10).map { number in
      Array(
        "{\"id\":\"e\(number)\",\"eventName\":\"v\",\"createdDate\":\(1_000 + number),\"customerId\":\"a\",\"browser\":{\"family\":\"B\"}\(number == 5 ? ",\"device\":{\"type\":\"\(huge)\"}" : "")}"
          .utf8)
    }
    let session = try #require(Decoding().sessions(values, .web).first)
    let text = encode(session, SessionSettings(), maxBytes: 20_000).text
    let snapshot = try text.parsed()
    #expect(snapshot["device"] == nil)
    #expect(snapshot["browser"] != nil)
    #expect(snapshot["omittedValues"] as? Int == 1)
    let map = snapshot["journeyMap"] as? [String: Any]
    #expect((map?["events"] as? [Any])?.count == 10)
    #expect(map?["omitted"] as? Int == 0)
  }

  @Test func aHugeTitleGoesAndItsEventStays() throws {
    let huge = String(repeating: "x", count: 50_000)
    let values = (0..<4).map { number in
      Array(
        "{\"id\":\"e\(number)\",\"eventName\":\"page_viewed\",\"createdDate\":\(1_000 + number),\"customerId\":\"a\",\"page\":{\"title\":\"\(number == 1 ? huge : "T")\"}}"
          .utf8)
    }
    let session = try #require(Decoding().sessions(values, .web).first)
    let snapshot = try encode(session, SessionSettings(), maxBytes: 20_000).text.parsed()
    let map = snapshot["journeyMap"] as? [String: Any]
    let events = map?["events"] as? [[String: Any]] ?? []
    #expect(events.map { $0["title"] as? String } == ["T", nil, "T", "T"])
    #expect(snapshot["omittedValues"] as? Int == 1)
  }

  /// The shortest snapshot of the longest identities fits into the smallest limit that the configuration
  /// takes.
  @Test(arguments: JourneyModel.Stream.allCases)
  func theSmallestLimitTakesTheLongestIdentifiers(_ stream: JourneyModel.Stream) throws {
    var limits = Decoding.limits
    limits.maxIdentifierBytes = 1_024
    let worst = String(repeating: "\\u0001", count: 1_024)
    let word = String(repeating: "n", count: 1_024)
    var json =
      "{\"id\":\"\(worst)\",\"eventName\":\"\(word)\",\"createdDate\":1,\"customerId\":\"\(worst)\",\"customerIdType\":\"\(worst)\""
    json += ",\"attributes\":{\"k\":\"\(worst)\"},\"browser\":{\"family\":\"\(worst)\"}"
    switch stream {
    case .custom: json += ",\"sessionType\":\"\(word)\",\"externalId\":\"\(worst)\""
    case .conversation:
      json +=
        ",\"conversationId\":\"\(worst)\",\"queue\":{\"id\":\"\(worst)\"},\"userDisposition\":{\"code\":\"\(worst)\"}"
    default: json += ",\"searchQuery\":\"\(worst)\",\"screenName\":\"\(worst)\""
    }
    let decoding = try Decoding(limits)
    let session = try #require(decoding.sessions([Array((json + "}").utf8)], stream).first)
    var settings = SessionSettings()
    // The longest title and icon that the configuration takes.
    var type = SessionSettings.SessionType()
    type.title = String(repeating: "\u{1}", count: 255)
    type.icon = type.title
    for name in [word, "web", "app", "conversation"] { settings.types[name] = type }
    let least = encode(session, settings, maxBytes: 0).text
    #expect(least.utf8.count > 10_000, "the identifiers were not taken")
    #expect(least.utf8.count <= 65_536)
    _ = try least.parsed()
  }

  @Test func everyFactThatASnapshotShowsMayBeLeftOut() {
    let ranked = SnapshotEncoder.leastTellingFirst
    #expect(Set(ranked).count == ranked.count)
    for stream in JourneyModel.Stream.allCases {
      for member in SnapshotEncoder.members(of: stream) {
        #expect(ranked.contains(member.field), "\(member.field)")
      }
    }
  }
}
