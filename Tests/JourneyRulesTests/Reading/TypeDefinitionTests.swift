import JourneyModel
import JourneyRules
import Testing

@Suite("Session and event types")
struct TypeDefinitionTests {
  @Test("A session type is known by its type, and has projections")
  func sessionType() throws {
    #expect(
      try Samples.definition(
        #"{"kind":"sessionType","type":"delivery","cardTitle":"Delivery","icon":"delivery","timeoutInSeconds":86400,"attributes":[{"name":"Item","eventAttribute":"itemDescription"},{"name":"reason","isList":true}]}"#
      )
        == .sessionType(
          SessionTypeDefinition(
            id: "delivery", type: "delivery", stream: .custom, cardTitle: "Delivery", icon: "delivery",
            timeoutInSeconds: 86_400,
            attributes: [
              .init(name: "Item", eventAttribute: "itemDescription"),
              .init(name: "reason", eventAttribute: "reason", isList: true),
            ])))
    #expect(
      try Samples.definition(#"{"kind":"sessionType","type":"web","cardTitle":"Web Visit"}"#)
        == .sessionType(SessionTypeDefinition(id: "web", type: "web", stream: .web, cardTitle: "Web Visit")))
  }

  @Test("An event type is known by its name")
  func eventType() throws {
    #expect(
      try Samples.definition(
        #"{"kind":"eventType","eventName":"delivered","streamType":"Custom","sessionType":"delivery","displayName":"Delivered","attributes":[{"name":"location"},{"name":"weight","dataType":"Number"}]}"#
      )
        == .eventType(
          EventTypeDefinition(
            id: "delivered", eventName: "delivered", stream: .custom, sessionType: "delivery",
            displayName: "Delivered",
            attributes: [.init(name: "location"), .init(name: "weight", dataType: .number)])))
  }

  @Test("What definitions listen to")
  func listensTo() throws {
    func text(_ json: String) throws -> String? { try Samples.definition(json)?.listensTo }
    let patterns =
      #""journey":{"ordered":true,"patterns":[{"streamType":"Web","sessionType":"web","eventName":"a","count":3},{"streamType":"Custom","sessionType":"delivery"}]}"#
    #expect(
      try text(
        #"{"kind":"segment","id":"s","displayName":"S",\#(patterns),"context":{"patterns":[{"criteria":[{"key":"browser.family","values":["x"]}]}]}}"#
      )
        == "Web a ×3, then Custom delivery any event; session browser.family")
    #expect(
      try text(
        #"{"kind":"actionMap","id":"m","displayName":"M","triggerWithSegments":["a","b"],"action":{"mediaType":"integrationAction"}}"#
      )
        == "segment a or b")
    #expect(
      try text(
        #"{"kind":"actionMap","id":"m","displayName":"M","triggerWithEventConditions":[{"key":"page.title","values":["x"],"operator":"equal","streamType":"Web","sessionType":"web","eventName":"page_viewed"}],"action":{"mediaType":"integrationAction"}}"#
      )
        == "Web page_viewed page.title")
  }
}
