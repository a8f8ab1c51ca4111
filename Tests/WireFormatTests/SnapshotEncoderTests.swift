import Foundation
import JourneyModel
import Sessionizer
import Testing
import WireFormat

/// Snapshots: exact bytes of whole sessions, and what the card says.
@Suite struct SnapshotEncoderTests {
  @Test(arguments: ["web", "delivery", "conversation", "conversation_detail"])
  func equalsTheGoldenBytes(_ name: String) throws {
    let folder = name == "delivery" ? "custom" : name
    let stream: JourneyModel.Stream = name == "web" ? .web : name == "delivery" ? .custom : .conversation
    let samples = try Fixture.names(folder).filter { !$0.contains("abandoned") && !$0.contains("03b") }
    let snapshots = try Decoding().snapshots(samples.map { try Fixture.bytes($0) }, stream)
    let golden = String(decoding: try Fixture.bytes("golden/" + name), as: UTF8.self)
    #expect(snapshots == [golden.trimmingCharacters(in: .newlines)])
  }

  @Test func namesOfIdsAreShownOnTheCard() throws {
    let decoding = try Decoding()
    let samples = try ["routed", "connected_to_agent", "ended_wrapped_up"].map {
      try Fixture.bytes("conversation/" + $0)
    }
    let session = try #require(decoding.sessions(samples, .conversation).first)
    let names = DisplayNames([
      "fb3aa2b2-33e1-59c5-9602-fe9cd08c6668": "Sales \"A\"", "5f6d6fc0-e6aa-5365-a4a0-98d6fa3af190": "Zoë",
      "Complaint": "Beschwerde",
    ])
    let card = try decoding.snapshot(session, names: names).parsed()["card"] as? [String: Any]
    #expect(card?["queue"] as? String == "Sales \"A\"")
    #expect(card?["agent"] as? String == "Zoë")
    #expect(card?["status"] as? String == "Wrap-up: Beschwerde")
  }

  /// Nothing says that it was a call, so nothing shows one.
  @Test func aConversationOfNoKnownChannelIsNoCall() throws {
    func card(_ more: String, _ name: String = "started") throws -> [String: Any] {
      let json = #"{"eventName":"\#(name)","conversationId":"c","customerId":"a","createdDate":1\#(more)}"#
      return try #require(
        try Decoding().snapshots([Array(json.utf8)], .conversation)[0].parsed()["card"] as? [String: Any])
    }
    #expect(try card("")["title"] as? String == "Conversation")
    #expect(try card("")["icon"] as? String == "conversation")
    #expect(try card("", "ended")["icon"] as? String == "conversation-missed")
    #expect(try card(#","originatingDirection":"Outbound""#)["title"] as? String == "Conversation")
    #expect(try card(#","channels":[{"type":"Call"}]"#)["title"] as? String == "Inbound")
    #expect(
      try card(#","channels":[{"type":"Call"}],"originatingDirection":"Outbound""#)["title"] as? String
        == "Outbound")
  }

  @Test func aCardWithoutAgentShowsADash() throws {
    let routed = try Fixture.bytes("conversation/routed")
    let card = try Decoding().snapshots([routed], .conversation)[0].parsed()["card"] as? [String: Any]
    #expect(card?["agent"] as? String == "-")
    #expect(card?["segments"] as? Int == 0)
  }

  @Test(
    arguments: [
      (0, "< 1 min"), (59, "< 1 min"), (60, "1 min"), (119, "1 min"), (120, "2 mins"), (3_599, "59 mins"),
      (3_600, "1 hour"),
      (7_200, "2 hours"), (172_799, "47 hours"), (172_800, "2 days"),
    ] as [(Int64, String)])
  func theDurationIsShownInWords(_ seconds: Int64, _ expected: String) throws {
    let values = [0, seconds].map { time in
      Array(
        #"{"eventName":"c","sessionType":"visit","externalId":"x","customerId":"a","createdDate":\#(time * 1_000)}"#
          .utf8)
    }
    let card = try Decoding().snapshots(values, .custom)[0].parsed()["card"] as? [String: Any]
    #expect(card?["duration"] as? String == expected)
  }

  @Test func aTypesTitleAndIconAreItsOwn() throws {
    let json = Array(
      #"{"eventName":"c","sessionType":"delivery","externalId":"x","customerId":"a","createdDate":1}"#.utf8)
    let decoding = try Decoding()
    #expect(
      (try decoding.snapshots([json], .custom)[0].parsed()["card"] as? [String: Any])?["title"] as? String
        == "Delivery")
    var settings = SessionSettings()
    settings.types["delivery"] = SessionSettings.SessionType()
    settings.types["delivery"]?.title = "Bike \"delivery\""
    settings.types["delivery"]?.icon = "bike"
    let session = try #require(decoding.sessions([json], .custom, settings).first)
    let card = try decoding.snapshot(session, settings).parsed()["card"] as? [String: Any]
    #expect(card?["title"] as? String == "Bike \"delivery\"")
    #expect(card?["icon"] as? String == "bike")
  }

  @Test func attributesStandInOrderOfTheirNamesBytes() throws {
    let json =
      #"{"eventName":"c","customerId":"a","createdDate":1,"attributes":{"é":1,"b":2,"a":3,"Z":4,"\"":5}}"#
    let text = try Decoding().snapshots([Array(json.utf8)], .web)[0]
    let places = [#""\"":{"#, #""Z":{"#, #""a":{"#, #""b":{"#, #""é":{"#].map {
      text.range(of: $0)?.lowerBound
    }
    #expect(places.allSatisfy { $0 != nil })
    #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
  }

  @Test func severalListsAreWellFormed() throws {
    var settings = SessionSettings()
    var type = SessionSettings.SessionType()
    type.projections = ["a", "b"].map { SessionSettings.Projection(from: $0, to: $0 + "s", isList: true) }
    settings.types["visit"] = type
    let values = (0..<3).map { number in
      Array(
        #"{"eventName":"c","sessionType":"visit","externalId":"x","customerId":"k","createdDate":\#(number),"attributes":{"a":"\#(number)","b":\#(number % 2)}}"#
          .utf8)
    }
    let decoding = try Decoding()
    let session = try #require(decoding.sessions(values, .custom, settings).first)
    let lists =
      try decoding.snapshot(session, settings).parsed()["attributeLists"] as? [String: [String: Any]]
    #expect((lists?["as"]?["values"] as? [Any])?.count == 3)
    #expect((lists?["bs"]?["values"] as? [Any])?.count == 2)
  }
}
