import JourneyModel
import SessionQueries

extension DemoScene {
  /// A visitor searches, reads and hands in a form; half an hour ago, so the visit is over by now.
  static let webVisit = DemoScene(
    title: "Web visit: two searches and a form; 20 minutes of silence end it",
    steps: [
      DemoStep(
        .web, ago: .minutes(36), "a visitor arrives",
        """
        {"id":"visit-a-1","eventName":"page_viewed","createdDate":"{time}",
         "customerId":"1908bcfb-b2e7-5101-880a-9e13f4f422cf","customerIdType":"cookie",
         "page":{"url":"https://bank.example.com/","title":"Home Page"},
         "browser":{"family":"Firefox","version":"140","lang":"en"},
         "device":{"category":"desktop","osFamily":"Linux"},
         "geolocation":{"country":"IE","countryName":"Ireland","locality":"Galway"}}
        """),
      DemoStep(
        .web, ago: .minutes(35), "searches for “mortgage”",
        """
        {"id":"visit-a-2","eventName":"page_viewed","createdDate":"{time}",
         "customerId":"1908bcfb-b2e7-5101-880a-9e13f4f422cf","customerIdType":"cookie",
         "page":{"url":"https://bank.example.com/search?q=mortgage","title":"Search"},
         "searchQuery":"mortgage"}
        """),
      DemoStep(
        .web, ago: .minutes(34), "searches for “first time buyer”",
        """
        {"id":"visit-a-3","eventName":"page_viewed","createdDate":"{time}",
         "customerId":"1908bcfb-b2e7-5101-880a-9e13f4f422cf","customerIdType":"cookie",
         "page":{"url":"https://bank.example.com/search?q=first+time+buyer","title":"Search"},
         "searchQuery":"first time buyer"}
        """),
      DemoStep(
        .web, ago: .minutes(32), "opens the loan application",
        """
        {"id":"visit-a-4","eventName":"page_viewed","createdDate":"{time}",
         "customerId":"1908bcfb-b2e7-5101-880a-9e13f4f422cf","customerIdType":"cookie",
         "page":{"url":"https://bank.example.com/loans/apply","title":"Loan Application"}}
        """),
      DemoStep(
        .web, ago: .minutes(30), "hands the form in",
        """
        {"id":"visit-a-5","eventName":"form_submitted","createdDate":"{time}",
         "customerId":"1908bcfb-b2e7-5101-880a-9e13f4f422cf","customerIdType":"cookie",
         "page":{"url":"https://bank.example.com/loans/apply","title":"Loan Application"},
         "attributes":{"formName":"Loan Application","type":"First Time Buyer"}}
        """),
    ],
    expected: [
      DemoExpectation("a web visit with 5 events and 2 searches, grey because it is over") { session in
        session.type == "web" && session.eventCount == 5 && session.searchTerms?.count == 2
          && session.card.color == "grey"
      }
    ],
    expectedDerived: [.segment("first-time-buyer")])
}
