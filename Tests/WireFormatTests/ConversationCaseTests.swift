import Foundation
import JourneyModel
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

/// Situations from the field, by their names: what the card shows at each moment that matters, in whatever
/// order the records arrive.
@Suite struct ConversationCaseTests {
  private func snapshot(_ records: [String], _ settings: SessionSettings = SessionSettings()) throws
    -> [String: Any]
  {
    let decoding = try Decoding()
    let sessions = decoding.sessions(records.map { Array($0.utf8) }, .conversation, settings)
    #expect(sessions.count == 1)
    return try decoding.snapshot(sessions[0], settings).parsed()
  }

  /// Checks the card after each of the call's records that `expected` names by their number, each time in
  /// several orders and with copies.
  private func check(_ call: DetailCall, _ expected: [Int: ShownCard], _ comment: Comment? = nil) throws {
    var generator = SeededGenerator(seed: 5)
    for (count, card) in expected.sorted(by: { $0.key < $1.key }) {
      var records = Array(call.records.prefix(count))
      for _ in 0..<6 {
        let shown = ShownCard(try snapshot(records))
        #expect(shown == card, "after \(count) records, in the order \(records)")
        records = Array(call.records.prefix(count))
        records.append(records[Int(generator.pick(Int64(0)...Int64(count - 1)))])
        records.shuffle(using: &generator)
      }
    }
  }

  @Test func aPhoneThatRingsIsNoAgentAndAnAgentWhoRejectsHasNeverBeenOne() throws {
    var call = DetailCall()
    call.add(0, "customer.start", "c")
    call.add(1, "acd.start", "c", #""queueId":"sales""#)
    call.add(10, "user.start", "a", #""userId":"anna","queueId":"sales","divisionId":"d""#)
    call.add(
      14, "user.end", "a",
      #""userId":"anna","queueId":"sales","disconnectType":"CLIENT","alertingDurationMs":4000"#)
    call.add(60, "acd.end", "c", #""queueId":"sales","acdOutcome":"ABANDON","disconnectType":"PEER""#)
    call.customerLeaves(at: 60, "PEER")
    let waiting = ShownCard("blue", "Waiting", "sales", "-")
    try check(
      call,
      [
        2: waiting, 3: waiting, 4: waiting,
        6: ShownCard("Inbound", "call-inbound-missed", "white", "Ended by Customer", "sales", "-"),
      ])
  }

  @Test func withoutParticipantsTheUserTellsLegsApart() throws {
    var call = DetailCall()
    call.common = #""mediaType":"VOICE","ani":"tel:+15550100001""#
    call.add(0, "customer.start")
    call.add(1, "acd.start", "", #""queueId":"sales""#)
    call.add(10, "user.start", "", #""userId":"anna","queueId":"sales""#)
    call.add(
      14, "user.end", "",
      #""userId":"anna","queueId":"sales","disconnectType":"CLIENT","alertingDurationMs":4000"#)
    call.add(20, "user.start", "", #""userId":"bert","queueId":"sales""#)
    call.add(24, "acd.end", "", #""queueId":"sales","acdOutcome":"ANSWERED","answeredUserId":"bert""#)
    let waiting = ShownCard("blue", "Waiting", "sales", "-")
    try check(call, [4: waiting, 5: waiting, 6: ShownCard("blue", "Active Now", "sales", "bert")])
  }

  @Test func aCodeBelongsToItsAgentsLegAndTheLastAgentDecides() throws {
    var call = DetailCall()
    call.answered(by: "anna", "a", in: "sales")
    call.add(100, "user.start", "b", #""userId":"bert","queueId":"support","divisionId":"d""#)
    call.leaves("anna", "a", at: 140, "CONSULT_TRANSFER")
    call.add(170, "wrapup", "a", #""queueId":"sales","wrapupCode":"Passed on""#)
    call.add(171, "acw", "a", #""userId":"anna","queueId":"sales","wrapupCode":"Passed on""#)
    call.leaves("bert", "b", at: 800, "PEER")
    call.customerLeaves(at: 800)
    call.add(830, "wrapup", "b", #""queueId":"support","wrapupCode":"Solved""#)
    let withB = ShownCard("blue", "Active Now", "support", "bert")
    try check(
      call,
      [
        4: ShownCard("blue", "Active Now", "sales", "anna"),
        5: ShownCard("blue", "Active Now", "sales", "anna"), 6: withB, 7: withB,
        8: withB, 10: ShownCard("white", "Ended by Customer", "support", "bert"),
        11: ShownCard("grey", "Wrap-up: Solved", "support", "bert"),
      ])
    let open = try snapshot(Array(call.records.prefix(8)))
    #expect((open["lastUserDisposition"] as? [String: Any])?["code"] as? String == "Passed on")
  }

  @Test func aTransferWithoutIdsEndsNothing() throws {
    var call = DetailCall()
    call.common = #""mediaType":"VOICE","direction":"INBOUND","ani":"tel:+15550100001""#
    call.add(0, "customer.start")
    call.add(20, "user.start", "", #""userId":"anna""#)
    call.add(100, "user.start", "", #""userId":"bert""#)
    call.add(140, "user.end", "", #""userId":"anna","disconnectType":"CONSULT_TRANSFER""#)
    call.add(170, "wrapup", "", #""wrapupCode":"Passed on""#)
    try check(
      call,
      [4: ShownCard("blue", "Active Now", "-", "bert"), 5: ShownCard("blue", "Active Now", "-", "bert")])
    let participants =
      (try snapshot(call.records)["conversation"] as? [String: Any])?["participants"] as? [[String: Any]]
      ?? []
    let anna = participants.first { ($0["user"] as? [String: String])?["id"] == "anna" }
    #expect((anna?["wrapup"] as? [String: Any])?["code"] as? String == "Passed on")
  }

  @Test func aTransferToAQueueWaitsAgainAndMayBeAbandonedThere() throws {
    var call = DetailCall()
    call.answered(by: "anna", "a", in: "sales")
    call.leaves("anna", "a", at: 100, "TRANSFER")
    call.add(100.4, "acd.start", "q2", #""queueId":"support""#)
    call.add(115, "wrapup", "a", #""queueId":"sales","wrapupCode":"Passed on""#)
    call.add(300, "acd.end", "q2", #""queueId":"support","acdOutcome":"ABANDON","disconnectType":"PEER""#)
    call.customerLeaves(at: 300)
    let waiting = ShownCard("blue", "Waiting", "support", "-")
    try check(
      call,
      [
        6: waiting, 7: waiting,
        9: ShownCard("Inbound", "call-inbound-missed", "white", "Ended by Customer", "support", "-"),
      ])
  }

  @Test func whoIsStillThereIsTheAgentOfAConference() throws {
    var call = DetailCall()
    call.answered(by: "anna", "a", in: "sales")
    call.add(60, "user.start", "b", #""userId":"bert","divisionId":"d""#)
    call.add(70, "user.start", "x", #""userId":"cleo","divisionId":"d""#)
    call.leaves("cleo", "x", at: 200, "ENDPOINT")
    call.leaves("anna", "a", at: 250, "ENDPOINT")
    let anna = ShownCard("blue", "Active Now", "sales", "anna")
    try check(call, [6: anna, 7: anna, 8: ShownCard("blue", "Active Now", "sales", "bert")])
  }

  @Test func aChatThatGoesOnAsACallIsOpenAsLongAsTheCustomerIsThere() throws {
    var call = DetailCall()
    let chat = #""mediaType":"CHAT","direction":"INBOUND","ani":"visitor-1","dnis":null"#
    let voice =
      #""mediaType":"VOICE","direction":"OUTBOUND","ani":"tel:+15550199000","dnis":"tel:+15550100001""#
    call.common = chat
    call.answered(by: "anna", "ach", in: "sales", at: 9)
    call.common = voice
    call.add(100, "user.start", "avo", #""userId":"anna","queueId":"sales","divisionId":"d""#)
    call.add(104, "customer.start", "cvo")
    call.common = chat
    call.customerLeaves("c", at: 160, "PEER")
    call.leaves("anna", "ach", at: 160, "CLIENT")
    call.common = voice
    call.leaves("anna", "avo", at: 300, "PEER")
    call.customerLeaves("cvo", at: 300)
    let card = ShownCard("Web Chat", "chat", "blue", "Active Now", "sales", "anna")
    try check(
      call,
      [6: card, 8: card, 10: ShownCard("Web Chat", "chat", "white", "Ended by Customer", "sales", "anna")])
    #expect(try snapshot(call.records)["originatingDirection"] as? String == "Inbound")
  }

  @Test func aCallThatWasAnsweredIsNotMissedWhenTheCustomerHangsUp() throws {
    var call = DetailCall()
    call.answered(by: "anna", "a", in: "sales")
    call.leaves("anna", "a", at: 620, "PEER")
    call.customerLeaves(at: 620)
    try check(call, [6: ShownCard("white", "Ended by Customer", "sales", "anna")])
  }

  @Test func aCodeThatSaysThatThereIsNoneIsNoCode() throws {
    var call = DetailCall()
    call.answered(by: "anna", "a", in: "sales")
    call.leaves("anna", "a", at: 100, "PEER")
    call.customerLeaves(at: 100)
    call.add(
      115, "wrapup", "a", #""queueId":"sales","wrapupCode":"ININ-WRAP-UP-TIMEOUT","wrapupDurationMs":15000"#)
    call.add(115, "acw", "a", #""userId":"anna","queueId":"sales","wrapupCode":"ININ-WRAP-UP-TIMEOUT""#)
    try check(call, [8: ShownCard("grey-pending", "No wrap-up", "sales", "anna")])
    #expect(try snapshot(call.records)["lastUserDisposition"] == nil)
    var settings = SessionSettings()
    settings.noWrapupCodeNames = ["other"]
    #expect(ShownCard(try snapshot(call.records, settings)).status == "Wrap-up: ININ-WRAP-UP-TIMEOUT")
    // A code that is set all the same wins.
    call.add(200, "wrapup", "a", #""queueId":"sales","wrapupCode":"Sold""#)
    try check(call, [9: ShownCard("grey", "Wrap-up: Sold", "sales", "anna")])
  }

  @Test func aCallbackIsOpenWhileNobodyTalksAndKeepsTheDirectionOfTheCall() throws {
    var call = DetailCall()
    call.add(0, "customer.start", "c")
    call.add(1, "acd.start", "c", #""queueId":"sales""#)
    call.add(60, "acd.end", "c", #""queueId":"sales","acdOutcome":"FLOW_OUT","disconnectType":"TRANSFER""#)
    call.customerLeaves(at: 61, "PEER")
    call.common = #""mediaType":"CALLBACK","direction":"INBOUND","ani":"tel:+15550100001""#
    call.add(62, "acd.start", "c", #""queueId":"sales""#)
    call.add(1_800, "acd.end", "c", #""queueId":"sales","acdOutcome":"ANSWERED","answeredUserId":"anna""#)
    call.add(1_800, "user.start", "acb", #""userId":"anna","queueId":"sales","divisionId":"d""#)
    call.common =
      #""mediaType":"VOICE","direction":"OUTBOUND","ani":"tel:+15550199000","dnis":"tel:+15550100001""#
    call.add(1_810, "user.start", "av", #""userId":"anna","queueId":"sales","divisionId":"d""#)
    call.add(1_815, "customer.start", "d2")
    let active = ShownCard("blue", "Active Now", "sales", "anna")
    try check(call, [5: ShownCard("blue", "Waiting", "sales", "-"), 7: active, 8: active, 9: active])
    #expect(try snapshot(call.records)["originatingDirection"] as? String == "Inbound")
  }

  @Test func aFlowSaysNothingOfTheCustomerAndAMailboxIsAStatusOfItsOwn() throws {
    var call = DetailCall()
    call.add(0, "customer.start", "c")
    call.add(1, "flow.start", "c", #""flowId":"f1","flowType":"INBOUNDCALL""#)
    call.add(9, "flow.end", "c", #""flowId":"f1","exitReason":"TRANSFER","disconnectType":"TRANSFER""#)
    call.add(9, "acd.start", "c", #""queueId":"sales""#)
    call.add(60, "acd.end", "c", #""queueId":"sales","acdOutcome":"FLOW_OUT","disconnectType":"TRANSFER""#)
    call.add(61, "voicemail.start", "v", #""queueId":"sales""#)
    call.add(
      90, "voicemail.end", "v", #""queueId":"sales","disconnectType":"PEER","voicemailDurationMs":29000"#)
    call.customerLeaves(at: 90, "PEER")
    try check(
      call,
      [
        2: ShownCard("blue", "Waiting", "-", "-"), 3: ShownCard("blue", "Waiting", "-", "-"),
        4: ShownCard("blue", "Waiting", "sales", "-"), 6: ShownCard("blue", "Voicemail", "sales", "-"),
        8: ShownCard("white", "Voicemail", "sales", "-"),
      ])
    let conversation = try snapshot(call.records)["conversation"] as? [String: Any]
    let purposes = (conversation?["participants"] as? [[String: Any]] ?? []).compactMap {
      $0["purpose"] as? String
    }
    #expect(purposes == ["customer", "ivr", "acd", "voicemail"])
  }

  @Test func aMessageThatComesBackOpensTheConversationAgain() throws {
    var call = DetailCall()
    call.common =
      #""mediaType":"MESSAGE","messageType":"WEBMESSAGING","direction":"INBOUND","ani":"guest-3f0c9a52","dnis":"deployment-1""#
    call.answered(by: "anna", "a", in: "sales")
    call.leaves("anna", "a", at: 300, "CLIENT")
    call.customerLeaves(at: 301, "PEER")
    call.add(7_200, "customer.start", "c2")
    call.add(7_201, "acd.start", "c2", #""queueId":"sales""#)
    let snapshot = try snapshot(call.records)
    #expect(snapshot["customerId"] as? String == "guest-3f0c9a52")
    #expect(snapshot["customerIdType"] as? String == "guest")
    try check(
      call,
      [
        6: ShownCard("Web Messaging", "message", "blue", "After-call work", "sales", "anna"),
        8: ShownCard("Web Messaging", "message", "blue", "Waiting", "sales", "-"),
      ])
  }

  @Test(arguments: [
    ("CALLBACK", "null", "Callback", "callback"), ("COBROWSE", "null", "Co-browse", "cobrowse"),
    ("VIDEO", "null", "Video", "video"),
    ("SCREENSHARE", "null", "Screen Share", "screenshare"),
    ("INTERNALMESSAGE", "null", "Internal Message", "internal-message"),
    ("MESSAGE", "\"SMS\"", "SMS", "sms"), ("MESSAGE", "\"WHATSAPP\"", "WhatsApp", "whatsapp"),
    ("MESSAGE", "\"FACEBOOK\"", "Facebook", "facebook"),
    ("MESSAGE", "\"OPEN\"", "Open Messaging", "open-message"),
    ("MESSAGE", "\"WEBMESSAGING\"", "Web Messaging", "message"),
    ("MESSAGE", "\"INSTAGRAM\"", "Instagram", "instagram"),
    ("MESSAGE", "\"LINE\"", "LINE", "line"), ("MESSAGE", "\"APPLE\"", "Apple Messages", "apple"),
    ("MESSAGE", "\"TWITTER\"", "Twitter", "twitter"), ("CHAT", "null", "Web Chat", "chat"),
    ("EMAIL", "null", "Email", "email"),
    ("VOICE", "null", "Inbound", "call-inbound"), ("UNKNOWN", "null", "Inbound", "call-inbound"),
  ])
  func everyMediumHasATitleAndAnIcon(_ media: String, _ message: String, _ title: String, _ icon: String)
    throws
  {
    var call = DetailCall()
    call.common =
      #""mediaType":"\#(media)","messageType":\#(message),"direction":"INBOUND","ani":"+15550100001""#
    call.add(0, "customer.start", "c")
    try check(call, [1: ShownCard(title, icon, "blue", "Waiting", "-", "-")])
  }

  @Test func anOutboundCallsCustomerIsWhoIsCalled() throws {
    for (topic, more) in [
      ("user.start", #""userId":"anna","queueId":"sales","divisionId":"d""#), ("customer.start", ""),
      ("outbound.init", ""),
    ] {
      var call = DetailCall()
      call.common =
        #""mediaType":"VOICE","direction":"OUTBOUND","ani":"sip:64aa+exampleorg.orgspan.com@localhost","dnis":"tel:+15550123456""#
      call.add(0, topic, "a", more)
      let snapshot = try snapshot(call.records)
      #expect(snapshot["customerId"] as? String == "+15550123456", "\(topic)")
      #expect(snapshot["customerIdType"] as? String == "phone")
    }
  }
}

/// The feed's records that say nothing, are none, or come without their topic.
@Suite struct DetailFeedRecordTests {
  private func bare(_ members: String) -> String {
    #"{"eventTime":1789992000000,"conversationId":"c1","participantId":"p-c","sessionId":"s-c","mediaType":"VOICE","direction":"INBOUND","ani":"tel:+15550100001"\#(members)}"#
  }

  @Test(arguments: [
    ("", "started"), (#","flowId":"f","flowType":"INBOUNDCALL""#, "flow_started"),
    (#","flowId":"f","exitReason":"TRANSFER","disconnectType":"TRANSFER""#, "flow_ended"),
    (#","flowType":"INBOUNDCALL","disconnectType":"PEER""#, "flow_ended"),
    (#","voicemailDurationMs":5,"disconnectType":"PEER""#, "voicemail_ended"),
    (#","queueId":"q","divisionId":"d""#, "routed"),
    (#","interactingDurationMs":1,"disconnectType":"PEER""#, "ended"),
    // It may be any leg's end: then it is none.
    (#","disconnectType":"PEER""#, "contact_changed"), (#","outboundCampaignId":"x""#, "dialed"),
    (#","userId":"u","alertingDurationMs":5"#, "agent_left"),
    (#","userId":"u","wrapupDurationMs":5,"divisionId":"d""#, "after_call_work_ended"),
  ])
  func aBareBodyIsWhatItMustBe(_ members: String, _ name: String) throws {
    let (event, batch) = try #require(try Decoding().event(bare(members), .conversation))
    #expect(batch.text(event.name) == name)
  }

  @Test func aFlowThatIsOverEndsNoConversation() throws {
    let records = [
      bare(""), bare(#","flowId":"f","flowType":"INBOUNDCALL""#),
      bare(#","flowId":"f","exitReason":"TRANSFER","disconnectType":"TRANSFER""#),
    ]
    let session = try #require(try Decoding().sessions(records.map { Array($0.utf8) }, .conversation).first)
    #expect(session.lifecycle == .open)
  }

  @Test(arguments: [
    (
      #"{"topicName":"v2.detail.events.conversation.c1.flow.outcome","eventBody":{"eventTime":1789992000000,"conversationId":"c1"}}"#,
      IgnoredKind.flowOutcome
    ),
    (#"{"topicName":"v2.detail.events.conversation.c1.flow.outcome","eventBody":null}"#, .flowOutcome),
    (#"{"eventTime":1789992000000,"conversationId":"c1","flowOutcomeId":"o"}"#, .flowOutcome),
    (#"{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}"#, .heartbeat),
  ])
  func whatSaysNothingIsCountedAndNeitherAppliedNorRejected(_ json: String, _ kind: IgnoredKind) throws {
    let decoded = try Decoding().decode([Array(json.utf8), Array(RejectionTests.web.utf8)], .conversation)
    #expect(decoded.ignored == [Ignored(record: 0, kind: kind)])
    #expect(decoded.rejections.map(\.record) == [1])
    #expect(decoded.batch.events.isEmpty)
    let alone = try Decoding().decode([Array(json.utf8)], .conversation)
    #expect(alone.batch.facts.isEmpty)
    #expect(alone.rejections.isEmpty)
  }

  @Test(arguments: [
    (
      #"{"topicName":"v2.users.4c0e.conversations","eventBody":{"id":"c1"}}"#,
      RejectionReason.unsupportedEventType,
      "$..topicName is 'v2.users.4c0e.conversations', expected a topic v2.detail.events.conversation"
    ),
    (
      #"{"topicName":"v2.detail.events.conversation.c9.customer.start","eventBody":null}"#,
      .missingConversation, "$..conversationId is missing"
    ),
    (
      #"{"topicName":"v2.detail.events.conversation.c9.customer.start","eventBody":"{}"}"#,
      .missingConversation, "$..conversationId is missing"
    ),
    (
      #"{"topicName":"v2.detail.events.conversation.c9.survey","eventBody":{"eventTime":1789992000000,"conversationId":"c"}}"#,
      .unsupportedEventType, "$..topicName is"
    ),
    (
      #"{"conversationId":"c","eventTime":1789992000}"#, .badTime,
      "$..eventTime is 1789992000, expected ISO 8601"
    ),
    (#"{"conversationId":"c"}"#, .missingTime, "$..eventTime is missing"),
    (#"{"eventTime":1789992000000}"#, .missingConversation, "$..conversationId is missing"),
    (
      #"{"Records":[{"body":"x"}]}"#, .missingCustomer,
      "$.customerId is missing, expected the customer's id, or conversationId"
    ),
  ])
  func aRejectionNamesTheFeedsOwnMembers(_ json: String, _ reason: RejectionReason, _ message: String) throws
  {
    let decoded = try Decoding(DecodingLimits()).decode([Array(json.utf8)], .conversation)
    let rejection = try #require(decoded.rejections.first)
    #expect(rejection.reason == reason)
    #expect(rejection.explanation.hasPrefix(message), "\(rejection.explanation)")
  }
}
