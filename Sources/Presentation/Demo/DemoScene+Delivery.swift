import JourneyModel
import SessionQueries

extension DemoScene {
  /// A bike is ordered in a shop and brought home: four custom events from the shop's and the carrier's
  /// systems.
  static let delivery = DemoScene(
    title: "Bike delivery: four custom events, one session",
    steps: [
      DemoStep(
        .custom, ago: .hours(98), "the shop's system: a bike is ordered",
        """
        {"id":"order-WMBK06201234-1","eventName":"product_purchased","sessionType":"delivery",
         "externalId":"WMBK06201234","customerId":"gwen@example.com","customerIdType":"email",
         "createdDate":"{time}","attributes":{
           "orderId":"WMBK06201234","customerName":"Gwen Brown","itemDescription":"Women's bike",
           "itemModel":"SZRBY1911"}}
        """),
      DemoStep(
        .custom, ago: .hours(75), "the order system: a component is missing",
        """
        {"id":"order-WMBK06201234-2","eventName":"dispatch_delayed","sessionType":"delivery",
         "externalId":"WMBK06201234","customerId":"gwen@example.com","customerIdType":"email",
         "createdDate":"{time}","attributes":{"reason":"component missing"}}
        """),
      DemoStep(
        .custom, ago: .hours(26), "the carrier: the bike is on its way",
        """
        {"id":"order-WMBK06201234-3","eventName":"in_transit","sessionType":"delivery",
         "externalId":"WMBK06201234","customerId":"gwen@example.com","customerIdType":"email",
         "createdDate":"{time}","attributes":{"location":"Depot A"}}
        """),
      DemoStep(
        .custom, ago: .hours(2), "the carrier: delivered",
        """
        {"id":"order-WMBK06201234-4","eventName":"delivered","sessionType":"delivery",
         "externalId":"WMBK06201234","customerId":"gwen@example.com","customerIdType":"email",
         "createdDate":"{time}","attributes":{"location":"Home"}}
        """),
    ],
    expected: [
      DemoExpectation("a session of type delivery with 4 events and the location Home") { session in
        session.type == "delivery" && session.eventCount == 4
          && session.attributes?["Location"]?.value == "Home"
      }
    ],
    expectedDerived: [.segment("in-transit")])
}
