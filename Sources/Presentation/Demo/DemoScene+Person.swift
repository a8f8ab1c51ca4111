import JourneyModel
import SessionQueries

extension DemoScene {
  /// An anonymous visitor who has been here before calls from a known number, and gives an address on the
  /// page: then call, visit and the earlier visit are one person's.
  static let person = DemoScene(
    title: "A person: an anonymous visitor calls, then says who she is; the earlier visit is hers as well",
    steps: [
      DemoStep(
        .web, ago: .minutes(48), "somebody reads about savings, and leaves",
        """
        {"id":"person-1","eventName":"page_viewed","createdDate":"{time}",
         "customerId":"\(cookie)","customerIdType":"cookie",
         "page":{"url":"https://bank.example.com/savings","title":"Savings"}}
        """),
      DemoStep(
        .web, ago: .minutes(9), "back again: searches for “junior savings”",
        """
        {"id":"person-2","eventName":"page_viewed","createdDate":"{time}",
         "customerId":"\(cookie)","customerIdType":"cookie",
         "page":{"url":"https://bank.example.com/search?q=junior+savings","title":"Search"},
         "searchQuery":"junior savings"}
        """),
      DemoStep(
        .conversation, ago: .minutes(7), "the phone rings: a number and no name",
        """
        {"topicName":"v2.detail.events.conversation.\(conversation).customer.start","eventBody":{
          "eventTime":{milliseconds},"conversationId":"\(conversation)",
          "participantId":"0c5f2f5e-6d0b-5f2c-9a35-6f4b6f2f9f5e","sessionId":"2f1c7a0e-8a1d-5b0b-8a50-3a8f5f0f8d11",
          "mediaType":"VOICE","provider":"Edge","direction":"INBOUND","ani":"tel:+35391555010",
          "dnis":"tel:+35315550199"}}
        """),
      DemoStep(
        .web, ago: .minutes(5), "hands in a form with her address and that number: all three cards name her",
        """
        {"id":"person-3","eventName":"form_submitted","createdDate":"{time}",
         "customerId":"\(cookie)","customerIdType":"cookie",
         "page":{"url":"https://bank.example.com/savings/junior","title":"Junior Savings"},
         "traits":{"email":"nora.byrne@example.com","cellPhone":"+353 91 555 010",
                   "givenName":"Nora","familyName":"Byrne"}}
        """),
    ],
    expected: [
      DemoExpectation("a call whose card names Nora Byrne") { session in
        session.conversation?.id == conversation && session.card.customer == "Nora Byrne"
      },
      DemoExpectation("an earlier visit whose card names Nora Byrne") { session in
        session.type == "web" && session.customerId == cookie && session.eventCount == 1
          && session.card.customer == "Nora Byrne" && session.verification?.by == "cookie"
      },
      DemoExpectation("a visit whose card names Nora Byrne") { session in
        session.type == "web" && session.customerId == cookie && session.eventCount == 2
          && session.card.customer == "Nora Byrne" && session.verification?.by != "cookie"
      },
    ])

  private static let cookie = "5b0d7c1e-1f0a-5c57-9b7e-0d5a2b1c9e40"
  private static let conversation = "d1a7b7a4-93c5-5a86-8f64-0f2e4c8f3b21"
}
