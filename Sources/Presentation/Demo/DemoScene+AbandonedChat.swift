import JourneyModel
import SessionQueries

extension DemoScene {
  /// A customer starts a chat, waits, and leaves before anybody comes.
  static let abandonedChat = DemoScene(
    title: "Web chat: the customer leaves before an agent comes",
    steps: [
      DemoStep(
        .conversation, ago: .seconds(480), "a customer starts a chat",
        """
        {"id":"chat-b-1","eventName":"started","createdDate":"{time}",
         "customerId":"sam@example.com","customerIdType":"email",
         "conversation":{"id":"4b1f6a1e-7a5d-5c64-8f0e-2f7f3b1f9a10"},
         "channels":[{"type":"Chat","platform":"PureCloud Messaging"}],"originatingDirection":"Inbound"}
        """),
      DemoStep(
        .conversation, ago: .seconds(478), "waits in the queue",
        """
        {"id":"chat-b-2","eventName":"routed","createdDate":"{time}",
         "customerId":"sam@example.com","customerIdType":"email",
         "conversation":{"id":"4b1f6a1e-7a5d-5c64-8f0e-2f7f3b1f9a10"},
         "channels":[{"type":"Chat","platform":"PureCloud Messaging"}],
         "queue":{"id":"0c44b3a5-5c1e-5b0e-9a53-6a4a0b8f7a11"}}
        """),
      DemoStep(
        .conversation, ago: .seconds(360), "gives up: white, nobody wrapped it up",
        """
        {"id":"chat-b-3","eventName":"ended","createdDate":"{time}",
         "customerId":"sam@example.com","customerIdType":"email",
         "conversation":{"id":"4b1f6a1e-7a5d-5c64-8f0e-2f7f3b1f9a10"},
         "disconnectType":"Client","acdOutcome":"Abandon"}
        """),
    ],
    expected: [
      DemoExpectation("a Web Chat, white, with 'Ended by Customer'") { session in
        session.card.title == "Web Chat" && session.card.color == "white"
          && session.card.status == "Ended by Customer"
      }
    ],
    expectedDerived: [
      .offered("call-back"),
      DemoDerivedExpectation(description: "the flow's inputs, mapped") {
        $0.webActionEvent?.flowInputs?.first { $0.name == "email" }?.value == .text("sam@example.com")
          && $0.webActionEvent?.flowInputs?.first { $0.name == "priority" }?.value == .number(2)
          && $0.webActionEvent?.flowInputs?.first { $0.name == "session" }?.value == .text($0.session.id)
      },
    ])
}
