import JourneyModel
import SessionQueries

extension DemoScene {
  /// A call that one agent passes on to a queue, where another takes it: each leg has its own end and its own
  /// code.
  static let transferredCall = DemoScene(
    title: "Transferred call: rings in vain, is answered, waits again, is answered by somebody else",
    watched: conversation,
    steps: [
      step("customer.start", "c", ago: 600, "the phone rings", "", ("Waiting", "-")),
      step("acd.start", "c", ago: 598, "it waits in the queue", queue(DemoNames.sales), ("Waiting", "-")),
      step(
        "user.start", "r", ago: 590, "it rings at Robin's, who is no agent of it yet",
        user(DemoNames.robin, DemoNames.sales),
        ("Waiting", "-")),
      step(
        "user.end", "r", ago: 584, "Robin does not answer: the caller is still waiting",
        user(DemoNames.robin, DemoNames.sales) + #","disconnectType":"CLIENT","alertingDurationMs":6000"#,
        ("Waiting", "-")),
      step(
        "acd.end", "c", ago: 580, "Dana answers",
        queue(DemoNames.sales) + #","acdOutcome":"ANSWERED","answeredUserId":"\#(DemoNames.dana)""#,
        ("Waiting", "-")),
      step(
        "user.start", "d", ago: 580, "Dana and the customer talk", user(DemoNames.dana, DemoNames.sales),
        ("Active Now", "Dana Example")),
      step(
        "user.end", "d", ago: 500, "Dana passes the call on: nobody talks",
        user(DemoNames.dana, DemoNames.sales)
          + #","disconnectType":"TRANSFER","interactingDurationMs":80000"#, ("Waiting", "-")),
      step(
        "acd.start", "q", ago: 499, "it waits in the other queue", queue(DemoNames.support), ("Waiting", "-")),
      step(
        "wrapup", "d", ago: 490, "Dana sets a code for her part: the call goes on waiting",
        queue(DemoNames.sales) + #","wrapupCode":"\#(DemoNames.passedOn)""#, ("Waiting", "-")),
      step(
        "acd.end", "q", ago: 470, "Robin answers now",
        queue(DemoNames.support) + #","acdOutcome":"ANSWERED","answeredUserId":"\#(DemoNames.robin)""#,
        ("Waiting", "-")),
      step(
        "user.start", "s", ago: 470, "Robin and the customer talk", user(DemoNames.robin, DemoNames.support),
        ("Active Now", "Robin Example")),
      step(
        "customer.end", "c", ago: 420, "the customer hangs up",
        #","disconnectType":"ENDPOINT","interactingDurationMs":130000"#,
        ("Ended by Customer", "Robin Example")),
      step(
        "user.end", "s", ago: 420, "Robin's leg ends as well",
        user(DemoNames.robin, DemoNames.support) + #","disconnectType":"PEER","interactingDurationMs":50000"#,
        ("Ended by Customer", "Robin Example")),
      step(
        "wrapup", "s", ago: 400, "Robin's code is the call's: the card turns grey",
        queue(DemoNames.support) + #","wrapupCode":"\#(DemoNames.solved)""#,
        ("Wrap-up: Solved", "Robin Example")),
    ],
    expected: [
      DemoExpectation("a transferred call, grey, with the code and the name of the last agent") { session in
        session.conversation?.id == conversation && session.card.color == "grey"
          && session.card.icon == "call-inbound"
          && session.card.status == "Wrap-up: Solved" && session.card.agent == "Robin Example"
      }
    ])

  private static let conversation = "0b7f6c1e-2f5d-5a0e-8f0b-6a5b1f0d9c31"

  private static func queue(_ id: String) -> String { #","queueId":"\#(id)""# }

  private static func user(_ id: String, _ queue: String) -> String {
    #","userId":"\#(id)","queueId":"\#(queue)","divisionId":"d1""#
  }

  /// A record of the feed in its notification envelope.
  private static func step(
    _ kind: String, _ who: String, ago seconds: Int64, _ caption: String, _ fields: String,
    _ shows: (status: String, agent: String)
  ) -> DemoStep {
    DemoStep(
      .conversation, ago: .seconds(seconds), caption,
      """
      {"topicName":"v2.detail.events.conversation.\(conversation).\(kind)","eventBody":{
        "eventTime":{milliseconds},"conversationId":"\(conversation)",
        "participantId":"participant-\(who)","sessionId":"media-\(who)",
        "mediaType":"VOICE","provider":"Edge","direction":"INBOUND",
        "ani":"tel:+353871112222","dnis":"tel:+35315550100"\(fields)}}
      """, shows: shows)
  }
}
