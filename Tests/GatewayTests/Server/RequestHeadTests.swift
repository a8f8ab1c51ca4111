import NIOHTTP1
import Testing

@testable import Gateway

@Suite struct RequestHeadTests {
  @Test(
    arguments: [
      ("", nil), ("type=web", nil), ("type=%77eb&x=%C3%A9", nil), ("a&b=", nil), ("type=%ff", "type"),
      ("a=1&q=%", "q"), ("open=%zz", "open"), ("q=%C3", "q"), ("%ff=1", "%ff"), ("q=a%2", "q"),
    ] as [(String, String?)])
  func parametersThatCannotBeRead(query: String, name: String?) {
    let head = RequestHead(
      method: "GET", path: "/v1/sessions", query: query, headers: HTTPHeaders(), clientAddress: nil, id: "1")
    #expect(head.unreadableParameter == name)
  }
}
