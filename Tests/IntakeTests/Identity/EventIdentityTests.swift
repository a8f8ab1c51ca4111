import Intake
import Testing

/// Which id an event without one gets, and when the same one again.
@Suite struct EventIdentityTests {
  private func ids(
    _ body: String, _ change: (inout IntakeRequest) -> Void = { _ in }, source: String = "shop"
  ) -> [String] {
    var sender = Intakes.source(.browser)
    sender.id = source
    return EventsDialect().read(body, sender, Intakes.request(change)).compactMap { $0.record?.id }
  }

  private let timed = #"{"eventName":"c","customerId":"ann","createdDate":"\#(Intakes.stated)"}"#
  private let untimed = #"{"eventName":"c","customerId":"ann"}"#

  @Test("The same bytes again: whatever the request is like")
  func again() {
    let first = ids(timed)
    let second = ids(timed) {
      $0.receivedAt += 1_000
      $0.clientAddress = "192.0.2.1"
      $0.userAgent = "x"
      $0.requestID = "r2"
      $0.acceptLanguage = "de"
    }
    #expect(first.count == 1 && first == second)
    #expect(ids(" \(timed)\n") == first, "blanks around it are not the event's")
    #expect(ids(timed.replacing("ann", with: "bob")) != first && ids(timed, source: "other") != first)
  }

  @Test("Without a time: another request is another event, if requests are told apart")
  func untimedEvents() {
    #expect(ids(untimed) == ids(untimed))
    #expect(ids(untimed) { $0.requestID = "1" } != ids(untimed) { $0.requestID = "2" })
    #expect(ids(untimed) { $0.requestID = "1" } == ids(untimed) { $0.requestID = "1" })
    let two = ids("[\(untimed),\(untimed)]") { $0.requestID = "1" }
    #expect(Set(two).count == 2)
  }

  @Test("Equal events of one body are several, and stay so in another order")
  func equal() {
    let other = timed.replacing("ann", with: "bob")
    let forward = ids("[\(timed),\(other),\(timed)]")
    let back = ids("[\(other),\(timed),\(timed)]")
    #expect(Set(forward).count == 3 && Set(forward) == Set(back) && forward[0] == ids(timed)[0])
  }

  @Test("An Idempotency-Key stands for all of a body, by place")
  func key() {
    let first = ids("[\(timed),\(untimed)]") { $0.idempotencyKey = "k" }
    #expect(
      first
        == ids("[\(untimed),\(timed)]") {
          $0.idempotencyKey = "k"; $0.requestID = "r"
        })
    #expect(Set(first).count == 2)
    #expect(first != ids("[\(timed),\(untimed)]") { $0.idempotencyKey = "l" })
    #expect(ids(Intakes.event("own")) { $0.idempotencyKey = "k" } == ["own"])
    #expect(ids(timed) { $0.idempotencyKey = "" } == ids(timed))
  }

  @Test("A client's own id: text or a number; null is none")
  func own() {
    #expect(ids(timed.replacing("{", with: #"{"id":7,"#)) == ["7"])
    #expect(ids(timed.replacing("{", with: #"{"id":"x","id":null,"#)) == ["x"])
    #expect(ids(timed.replacing("{", with: #"{"id":null,"#)).first?.count == 36)
    #expect(ids(timed.replacing("{", with: #"{"id":"","#)) == [])
  }
}
