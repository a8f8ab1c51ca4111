import EventLog
import Intake
import JourneyModel
import Testing

/// Reports of actions.
@Suite struct ActionEventDialectTests {
  private let owner = SessionOwner(
    stream: .web, customerID: "ann", customerIDType: "cookie", sessionType: "web")
  private let body =
    #"{"sessionId":"c005fd10-fc8d-5042-8ea7-d266a4a8082a","actionId":"531a82cc-f9fe-5779-9887-8628d99fea0d","actionState":"errored","errorCode":"45","eventName":"paid","attributes":{"a":1}}"#

  @Test("A report is an event of the session's customer, and nothing else")
  func report() throws {
    #expect(ActionEventDialect.session(in: Array(body.utf8)) == "c005fd10-fc8d-5042-8ea7-d266a4a8082a")
    let items = ActionEventDialect(owner: owner).read(body, Intakes.source(.browser))
    let record = try #require(items.first?.record)
    #expect(
      record.text
        == #"{"id":"\#(record.id)","customerId":"ann","customerIdType":"cookie","sessionType":"web","sessionId":"c005fd10-fc8d-5042-8ea7-d266a4a8082a","actionId":"531a82cc-f9fe-5779-9887-8628d99fea0d","actionState":"errored","errorCode":"45","createdDate":"2026-01-05T10:00:00.000Z"}"#
    )
    #expect(record.stream == .web && record.key == Array("ann".utf8))
  }

  @Test("The same report again is the same, though it states no time")
  func again() {
    let first = ActionEventDialect(owner: owner).read(
      body, Intakes.source(), Intakes.request { $0.requestID = "1" })
    var later = Intakes.request { $0.requestID = "2" }
    later.receivedAt += 60_000
    let second = ActionEventDialect(owner: owner).read(body, Intakes.source(), later)
    #expect(first.first?.record?.id == second.first?.record?.id && first.first?.record?.isRepeatable == true)
  }

  @Test("States: the nine that clients report")
  func states() {
    let known = [
      "accepted", "rejected", "timedout", "errored", "ignored", "started", "engaged", "abandoned",
      "completed",
    ]
    for state in known + ["qualified", "offered", "frequencyCapReached", "Accepted", ""] {
      let items = ActionEventDialect(owner: owner)
        .read(body.replacing("errored", with: state), Intakes.source(.browser))
      #expect((items.first?.record != nil) == known.contains(state), "\(state)")
      if !known.contains(state) { #expect(items.summaries == ["0 - badActionState $.actionState"]) }
    }
  }

  @Test("What is wrong")
  func wrong() {
    func read(_ body: String, _ owner: SessionOwner?) -> [String] {
      ActionEventDialect(owner: owner).read(body, Intakes.source(.browser)).summaries
    }
    #expect(read(body, nil) == ["0 - unknownSession $.sessionId"])
    #expect(read(body.replacing("531a82cc", with: "x"), owner) == ["0 - badActionId $.actionId"])
    #expect(read("[]", owner) == ["0 - notAnObject $"])
    #expect(read("{", owner) == ["0 - malformedJSON $"])
    #expect(
      ActionEventDialect.session(in: [0x7b]) == nil && ActionEventDialect.session(in: Array("{}".utf8)) == nil
    )
  }

  @Test("Sessions of conversations and of custom types")
  func others() {
    let custom = SessionOwner(
      stream: .custom, customerID: "ann", customerIDType: "externalId", sessionType: "delivery",
      externalID: "7")
    #expect(ActionEventDialect(owner: custom).read(body, Intakes.source()).first?.record?.stream == .custom)
    let call = SessionOwner(
      stream: .conversation, customerID: "+4930123456", customerIDType: "phone", sessionType: "conversation",
      externalID: "c1")
    #expect(
      ActionEventDialect(owner: call).read(body, Intakes.source()).first?.record?.key
        == Array("+4930123456".utf8))
  }
}
