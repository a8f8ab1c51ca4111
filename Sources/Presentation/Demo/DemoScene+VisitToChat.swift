import JourneyModel
import SessionQueries

extension DemoScene {
  /// A visitor opens a chat: a session of its own that names the web session it came from. At the checkout an
  /// order is likely, then no longer.
  static let visitToChat = DemoScene(
    title: "Web visit that turns into a chat: two sessions, one refers to the other",
    webCustomer: "3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21",
    steps: [
      DemoStep(
        .web, ago: .seconds(200), "a visitor arrives",
        """
        {"id":"visit-c-1","eventName":"page_viewed","createdDate":"{time}",
         "customerId":"3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21","customerIdType":"cookie",
         "page":{"url":"https://bikes.example.com/","title":"Home Page"},
         "browser":{"family":"Chrome","version":"139","lang":"en"}}
        """),
      DemoStep(
        .web, ago: .seconds(170), "searches for “cargo bike”",
        """
        {"id":"visit-c-2","eventName":"page_viewed","createdDate":"{time}",
         "customerId":"3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21","customerIdType":"cookie",
         "page":{"url":"https://bikes.example.com/search?q=cargo+bike","title":"Search"},
         "searchQuery":"cargo bike"}
        """),
      DemoStep(
        .web, ago: .seconds(120), "puts one into the cart",
        """
        {"id":"visit-c-3","eventName":"product_added","createdDate":"{time}",
         "customerId":"3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21","customerIdType":"cookie",
         "page":{"url":"https://bikes.example.com/cargo","title":"Cargo Bikes"},
         "attributes":{"product":"Long John","price":2490}}
        """),
      DemoStep(
        .conversation, ago: .seconds(90), "opens a chat from that page",
        """
        {"id":"chat-c-1","eventName":"started","createdDate":"{time}",
         "customerId":"3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21","customerIdType":"cookie",
         "conversation":{"id":"9d1b7b2c-3c2e-5d7e-8a43-51e5a7c0f3d2"},
         "channels":[{"type":"Chat","platform":"PureCloud Messaging"}],"originatingDirection":"Inbound",
         "journeyContext":{
           "customer":{"id":"3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21","idType":"cookie"},
           "customerSession":{"id":"{webSession}","type":"web"}}}
        """),
      DemoStep(
        .conversation, ago: .seconds(85), "waits in the queue",
        """
        {"id":"chat-c-2","eventName":"routed","createdDate":"{time}",
         "customerId":"3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21","customerIdType":"cookie",
         "conversation":{"id":"9d1b7b2c-3c2e-5d7e-8a43-51e5a7c0f3d2"},
         "queue":{"id":"0c44b3a5-5c1e-5b0e-9a53-6a4a0b8f7a11"}}
        """),
      DemoStep(
        .conversation, ago: .seconds(40), "an agent answers",
        """
        {"id":"chat-c-3","eventName":"connected","createdDate":"{time}",
         "customerId":"3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21","customerIdType":"cookie",
         "conversation":{"id":"9d1b7b2c-3c2e-5d7e-8a43-51e5a7c0f3d2"},
         "queue":{"id":"0c44b3a5-5c1e-5b0e-9a53-6a4a0b8f7a11"},
         "user":{"id":"5f6d6fc0-e6aa-5365-a4a0-98d6fa3af190"}}
        """),
      DemoStep(
        .web, ago: .seconds(20), "the visitor goes to the checkout: an order is likely",
        """
        {"id":"visit-c-4","eventName":"page_viewed","createdDate":"{time}",
         "customerId":"3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21","customerIdType":"cookie",
         "page":{"url":"https://bikes.example.com/checkout","title":"Checkout"}}
        """),
      DemoStep(
        .web, ago: .seconds(10), "and takes the bike out of the cart: it no longer is",
        """
        {"id":"visit-c-5","eventName":"product_removed","createdDate":"{time}",
         "customerId":"3f0c9a52-0d5e-5b8e-9b5f-8d8f0c1b7e21","customerIdType":"cookie",
         "page":{"url":"https://bikes.example.com/cart","title":"Cart"}}
        """),
    ],
    expected: [
      DemoExpectation("a web visit, blue, with 5 events") { session in
        session.type == "web" && session.card.color == "blue" && session.eventCount == 5
      },
      DemoExpectation("a web visit whose order was likely, and no longer is") { session in
        session.type == "web" && session.eventCount == 5
          && session.outcomeScores?.contains {
            $0.outcome.id == "purchase" && $0.sessionMaxProbability >= 0.7 && $0.probability <= 0.3
          } ?? false
      },
      DemoExpectation("a Web Chat, blue, that names the web session it came from") { session in
        session.card.title == "Web Chat" && session.card.color == "blue" && session.eventCount == 3
          && session.journeyContext?.customerSession?.id?.isEmpty == false
      },
    ],
    expectedDerived: [
      .segment("chrome-visitors"),
      .blocked("checkout-help", "PageUrlConditionsNotMatching"),
      .blocked("cargo-offer", "TriggerDateInFuture"),
      .blocked("repair-slot", "OfferedOutsideSchedule"),
      .offered("cargo-offer"),
      .offered("checkout-help"),
      .blocked("newsletter", "MultipleSimultaneousOffers"),
      .offered("second-thoughts"),
      DemoDerivedExpectation(description: "the prediction that second-thoughts was triggered by") {
        $0.webActionEvent?.actionMap.id == "second-thoughts"
          && $0.because?.contains { $0.prediction?.outcome == "purchase" } ?? false
      },
    ])
}
