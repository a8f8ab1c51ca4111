import Foundation
import JourneyModel
import Sessionizer
import Testing
import WireFormat

/// The `v2.detail.events.conversation` feed.
@Suite struct DetailFeedTests {
  private func detail(_ members: String) -> [UInt8] {
    Array(#"{"eventTime":1767611640000,"conversationId":"c1",\#(members)}"#.utf8)
  }

  private func snapshot(_ members: String) throws -> [String: Any] {
    try #require(try Decoding().snapshots([detail(members)], .conversation).first).parsed()
  }

  @Test func theTopicNameDecidesInANotificationAndInAnEventBridgeEnvelope() throws {
    let kinds = [
      "customer.start": "started", "acd.start": "routed", "acd.end": "queue_left", "user.start": "connected",
      "user.end": "agent_left", "wrapup": "wrapped_up", "acw": "after_call_work_ended",
      "contact": "contact_changed",
      "attributes": "attributes_changed", "customer.end": "ended",
    ]
    let body = #"{"eventTime":1767611640000,"conversationId":"c1","userId":"u1"}"#
    for (suffix, name) in kinds {
      let topic = "v2.detail.events.conversation.c1.\(suffix)"
      for json in [
        #"{"topicName":"\#(topic)","eventBody":\#(body)}"#,
        #"{"version":"0","id":"7","detail-type":"\#(topic)","detail":{"topicName":"\#(topic)","eventBody":\#(body)}}"#,
        #"{"id":"7","detail-type":"\#(topic)","detail":\#(body)}"#,
      ] {
        let (event, batch) = try #require(try Decoding().event(json, .conversation), "\(json)")
        #expect(batch.text(event.name) == name)
        #expect(event.time.milliseconds == 1_767_611_640_000)
        #expect(batch.text(event.externalID) == "c1")
      }
    }
  }

  @Test(arguments: [
    ("ENDPOINT", "Endpoint"), ("PEER", "Peer"), ("NO_ANSWER_TRANSFER", "NoAnswerTransfer"),
    ("DND_ENDPOINT", "DoNotDisturbEndpoint"), ("DND_TRANSFER", "DoNotDisturbTransfer"),
    ("INACTIVITY", "Other"),
    ("TRANSPORT_FAILURE", "TransportFailure"), ("SESSION_EXPIRED", "SessionExpired"),
  ])
  func wordsOfTheFeedBecomeWordsOfTheSession(_ word: String, _ expected: String) throws {
    let snapshot = try snapshot(#""userId":"u","disconnectType":"\#(word)","interactingDurationMs":1"#)
    #expect(snapshot["lastUserDisconnectType"] as? String == expected)
  }

  @Test(arguments: [("ABANDON", "Abandon"), ("ANSWERED", "Answered"), ("FLOW_OUT", "FlowOut")])
  func outcomesToo(_ word: String, _ expected: String) throws {
    #expect(try snapshot(#""queueId":"q","acdOutcome":"\#(word)""#)["lastAcdOutcome"] as? String == expected)
  }

  @Test(arguments: [
    (#""mediaType":"VOICE","provider":"Edge""#, ["type": "Voice", "platform": "Edge"]),
    (
      #""mediaType":"MESSAGE","messageType":"WEBMESSAGING""#,
      ["type": "Message", "messageType": "WebMessaging"]
    ),
    (#""mediaType":"MESSAGE","messageType":"WHATSAPP""#, ["type": "Message", "messageType": "WhatsApp"]),
    (#""mediaType":"MESSAGE","messageType":"SMS""#, ["type": "Message", "messageType": "Sms"]),
    (#""mediaType":"CHAT""#, ["type": "Chat"]),
  ])
  func channelsAreNamedAsInTheSession(_ members: String, _ expected: [String: String]) throws {
    #expect(try snapshot(members)["conversationChannels"] as? [[String: String]] == [expected])
  }

  @Test(arguments: [
    (#""ani":"tel:+353871234567""#, "+353871234567", "phone"),
    (#""ani":"+353871234567""#, "+353871234567", "phone"),
    (#""ani":"sip:ann@example.com""#, "ann@example.com", "sip"),
    (#""addressFrom":"mailto:ann@example.com""#, "ann@example.com", "email"),
    (#""ani":"ann@example.com""#, "ann@example.com", "email"), (#""ani":"tel:""#, "c1", "conversation"),
    (#""externalContactId":"e1""#, "e1", "externalContact"), (#""divisionId":"d""#, "c1", "conversation"),
    (#""ani":"","externalContactId":"e1""#, "e1", "externalContact"),
  ])
  func theCustomerIsTheCallerOrTheContactOrTheConversation(_ members: String, _ id: String, _ type: String)
    throws
  {
    let snapshot = try snapshot(members)
    #expect(snapshot["customerId"] as? String == id)
    #expect(snapshot["customerIdType"] as? String == type)
  }

  @Test func theConversationAloneIsTheKeySoACustomerNamedLaterIsTheSameSession() throws {
    let sessions = try Decoding().sessions(
      [
        detail(#""divisionId":"d""#), detail(#""ani":"tel:+1","queueId":"q""#),
        detail(#""externalContactId":"e1","disconnectType":"PEER""#),
      ], .conversation)
    #expect(sessions.map(\.eventCount) == [3])
    let snapshot = try Decoding().snapshot(sessions[0]).parsed()
    #expect(snapshot["customerId"] as? String == "c1")
    #expect((snapshot["externalContact"] as? [String: String])?["id"] == "e1")
  }

  @Test func aCallFromStartToWrapUp() throws {
    let names = try Fixture.names("conversation_detail").filter { !$0.contains("03b") }
    let snapshot = try Decoding().snapshots(names.map { try Fixture.bytes($0) }, .conversation)[0].parsed()
    #expect((snapshot["journeyContext"] as? [String: String])?["sessionIdType"] == "web")
    #expect((snapshot["lastUserDisposition"] as? [String: Any])?["notes"] as? String == "late delivery")
    #expect(snapshot["lastAcdOutcome"] as? String == "Answered")
    #expect(snapshot["divisionIds"] as? [String] == ["896f0250-5526-5f34-8f69-de6ec871f85a"])
    let card = snapshot["card"] as? [String: Any]
    #expect(card?["color"] as? String == "grey")
    #expect(card?["title"] as? String == "Inbound")
  }

  @Test func anAbandonedCallIsWhite() throws {
    let names = ["01_customer_start", "02_acd_start", "03b_acd_end_abandon", "08_customer_end"]
    let values = try names.map { try Fixture.bytes("conversation_detail/" + $0) }
    let card = try Decoding().snapshots(values, .conversation)[0].parsed()["card"] as? [String: Any]
    #expect(card?["color"] as? String == "white")
    #expect(card?["status"] as? String == "Ended by Customer")
    #expect(card?["icon"] as? String == "call-inbound-missed")
  }
}
