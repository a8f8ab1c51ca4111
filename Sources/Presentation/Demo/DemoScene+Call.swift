import JourneyModel
import SessionQueries

extension DemoScene {
  /// An inbound call as the conversation detail feed sends it: the customer hangs up first, the code comes
  /// afterwards.
  static let call = DemoScene(
    title: "Inbound call: waits, is connected, ends, and is wrapped up as Complaint",
    steps: [
      step("customer.start", ago: .seconds(900), "the phone rings", ",\"divisionId\":\"\(division)\""),
      step("acd.start", ago: .seconds(895), "it waits in the queue", ",\"queueId\":\"\(DemoNames.support)\""),
      step(
        "acd.end", ago: .seconds(860), "an agent takes it",
        """
        ,"queueId":"\(DemoNames.support)","acdOutcome":"ANSWERED","answeredUserId":"\(DemoNames.dana)",
        "disconnectType":"TRANSFER","connectedDurationMs":35000
        """),
      step(
        "user.start", ago: .seconds(859), "agent and customer talk",
        ",\"userId\":\"\(DemoNames.dana)\",\"queueId\":\"\(DemoNames.support)\",\"divisionId\":\"\(division)\""
      ),
      step(
        "customer.end", ago: .seconds(700), "the customer hangs up: the card turns white",
        ",\"disconnectType\":\"ENDPOINT\",\"interactingDurationMs\":159000"),
      step(
        "user.end", ago: .seconds(699), "the agent's leg ends",
        """
        ,"userId":"\(DemoNames.dana)","queueId":"\(DemoNames.support)","disconnectType":"PEER",
        "interactingDurationMs":159000
        """),
      step(
        "wrapup", ago: .seconds(680), "the agent sets the code Complaint: the card turns grey",
        """
        ,"queueId":"\(DemoNames.support)","wrapupCode":"\(DemoNames.complaint)","wrapupNotes":"late delivery",
        "wrapupDurationMs":19000
        """),
    ],
    expected: [
      DemoExpectation("an inbound call, grey, with 'Wrap-up: Complaint'") { session in
        session.card.title == "Inbound" && session.card.color == "grey"
          && session.card.status == "Wrap-up: Complaint"
      }
    ],
    expectedDerived: [.segment("complaint")])

  private static let conversation = "6f6b681f-976c-515a-9cb4-5b2bd84d2b00"
  private static let division = "896f0250-5526-5f34-8f69-de6ec871f85a"

  /// A record of the feed in its notification envelope.
  private static func step(
    _ kind: String, ago: EventTime.Span, _ caption: String, _ fields: String
  ) -> DemoStep {
    DemoStep(
      .conversation, ago: ago, caption,
      """
      {"topicName":"v2.detail.events.conversation.\(conversation).\(kind)","eventBody":{
        "eventTime":{milliseconds},"conversationId":"\(conversation)",
        "participantId":"7e0685d5-e567-5ec1-b4b5-bd9d6affc57d",
        "sessionId":"f0815393-2d03-5789-bf9e-ea7510cde9cc",
        "mediaType":"VOICE","provider":"Edge","direction":"INBOUND",
        "ani":"tel:+353871234567","dnis":"tel:+35315550100"\(fields)}}
      """)
  }
}
