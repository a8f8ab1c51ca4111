internal import Bytes
package import JourneyModel

/// A trigger that no session has, for trying a target out.
package enum ExampleTrigger {
  /// An attempt that sends it, good for five minutes.
  package static func attempt(id: String, at now: EventTime) -> Attempt {
    let expiry = now + .minutes(5)
    let session = "00000000-0000-5000-8000-000000000000"
    var body: [UInt8] = []
    func member(_ name: StaticString, _ text: String) {
      body.append(name)
      JSONText.append(text, to: &body)
    }
    member("{\"id\":", "event-" + id)
    member(",\"correlationId\":", "example")
    member(",\"createdDate\":", now.iso8601)
    member(",\"customerId\":", "example")
    member(",\"customerIdType\":", "cookie")
    member(",\"session\":{\"id\":", session)
    member(",\"selfUri\":", "/api/v2/journey/sessions/" + session)
    body.append(",\"type\":\"web\"},\"eventType\":\"WebActionEvent\",\"webActionEvent\":{")
    member("\"action\":{\"id\":", id)
    body.append(",\"state\":\"offered\",\"mediaType\":\"architectFlow\"")
    member(",\"createdDate\":", now.iso8601)
    body.append("},\"actionMap\":{\"id\":\"example\",\"selfUri\":\"/api/v2/journey/actionmaps/example\"")
    body.append(",\"displayName\":\"Example\",\"version\":1}")
    member(",\"expiresAt\":", expiry.iso8601)
    body.append(
      ",\"architectFlow\":{\"id\":\"example\",\"selfUri\":\"/api/v2/flows/example\"}},\"because\":[]}")
    return Attempt(
      id: 0, number: 1,
      trigger: Trigger(
        action: id, mediaType: "architectFlow", actionMap: "example", session: session, expiresAt: expiry),
      body: body, headers: [RequestHeader("sojourn-test", "true")])
  }
}
