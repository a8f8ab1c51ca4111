import JourneyModel
import Testing
import Tokens
import Views

@testable import Gateway

@Suite struct LiveSubscriptionTests {
  private let start = EventTime(milliseconds: 1_767_600_000_000)
  private let heartbeat = EventTime.Span(milliseconds: 15_000)

  private func access(_ divisions: Set<String>, until end: EventTime? = nil) -> Access {
    Access(subject: "desk", permissions: ["*"], divisions: divisions, expiresAt: end)
  }

  private func subscription(
    _ scopes: Set<LiveScope> = [.all], _ access: Access? = nil, from known: ViewChanges.Position? = nil
  ) -> LiveSubscription {
    LiveSubscription(
      scopes, access, from: known, current: ViewChanges.Position(epoch: 1, number: 10), now: start)
  }

  private func change(
    _ id: String, type: String = "web", divisions: [String] = [], contact: String? = nil
  ) -> SessionChange {
    SessionChange(
      id: id, type: type, customerIDType: "cookie", customerID: "ada:1", contactID: contact,
      divisions: divisions)
  }

  @Test(arguments: [
    ("all", LiveScope.all), ("customer:cookie:ada", .customer(idType: "cookie", id: "ada")),
    ("customer:tel:+35:1", .customer(idType: "tel", id: "+35:1")), ("contact:c-1", .contact(id: "c-1")),
    ("session:ABC", .session(id: "abc")), ("", nil), ("ALL", nil), ("customer:cookie", nil),
    ("customer::ada", nil), ("customer:cookie:", nil), ("contact:", nil), ("other:x", nil),
  ])
  func scopesAreRead(text: String, scope: LiveScope?) {
    #expect(LiveScope(text) == scope)
  }

  @Test("A stream is looked at for changes, heartbeats and ends alone", arguments: [-1, 0, 1])
  func whatIsDue(offset: Int64) {
    let current = ViewChanges.Position(epoch: 1, number: 10)
    let end = start + .seconds(10)
    let desk = Access(subject: "desk", permissions: [], divisions: ["*"], expiresAt: end)
    func isDue(
      _ access: Access? = nil, at now: EventTime, current: ViewChanges.Position = current,
      isGranted: Bool = true
    ) -> Bool {
      subscription([.all], access).isDue(
        current: current, heartbeat: .seconds(15), isGranted: isGranted, now: now)
    }
    #expect(isDue(at: start + EventTime.Span(milliseconds: 15_000 + offset)) == (offset >= 0))
    #expect(isDue(desk, at: end + EventTime.Span(milliseconds: offset)) == (offset >= 0))
    #expect(
      isDue(at: start, current: ViewChanges.Position(epoch: 1, number: 10 + Int(offset))) == (offset != 0))
    #expect(isDue(at: start, current: ViewChanges.Position(epoch: 2, number: 10)))
    #expect(!isDue(at: start) && isDue(at: start, isGranted: false))
  }

  @Test func whoMaySeeOnlySomeTypesHearsOfNoOthers() {
    let desk = Access(
      subject: "desk", permissions: [], divisions: ["*"], sessionTypes: ["web", "delivery"])
    let follower = subscription([.all], desk)
    #expect(follower.isWanted(change("a")) && follower.isWanted(change("b", type: "delivery")))
    #expect(
      !follower.isWanted(change("c", type: "conversation")) && !follower.isWanted(change("d", type: "")))
  }

  @Test func scopesAndDivisionsSayWhatIsWanted() {
    let one = subscription([.customer(idType: "cookie", id: "ada:1"), .session(id: "x")])
    #expect(one.isWanted(change("a")) && one.isWanted(change("x")))
    #expect(!subscription([.customer(idType: "email", id: "ada:1")]).isWanted(change("a")))
    #expect(subscription([.contact(id: "c")]).isWanted(change("a", contact: "c")))
    #expect(!subscription([.contact(id: "c")]).isWanted(change("a")))
    let north = change("a", divisions: ["north", "east"])
    #expect(subscription([.all], access(["north"])).isWanted(north))
    #expect(!subscription([.all], access(["south"])).isWanted(north))
    #expect(subscription([.all], access(["south"])).isWanted(change("a")))
    #expect(subscription([.all], access(["*"])).isWanted(north) && subscription().isWanted(north))
  }

  @Test func oneAtATimeAndNothingIsMissed() {
    var subscription = subscription()
    var told = [subscription.begin(), subscription.begin(), subscription.begin()]
    told += [subscription.finish(), subscription.finish(), subscription.begin()]
    #expect(told == [true, false, false, true, false, true])
  }

  @Test("A stream says that it is there after its silence, not before", arguments: [-1, 0, 1])
  func heartbeats(milliseconds: Int64) {
    var subscription = subscription()
    let now = EventTime(milliseconds: start.milliseconds + heartbeat.milliseconds + milliseconds)
    let step = subscription.next(.nothing(upTo: 12), heartbeat: heartbeat, isGranted: true, now: now)
    #expect(step == (milliseconds < 0 ? .wait : .comment))
    #expect(subscription.position.number == 12)
    subscription.noteSaid(upTo: subscription.position, now: now)
    let again = subscription.next(.nothing(upTo: 12), heartbeat: heartbeat, isGranted: true, now: now)
    #expect(again == .wait)
  }

  @Test("A token's end ends the stream", arguments: [-1, 0, 1])
  func ends(milliseconds: Int64) {
    let end = EventTime(milliseconds: start.milliseconds + 60_000)
    var subscription = subscription([.all], access(["*"], until: end))
    let step = subscription.next(
      .lost, heartbeat: heartbeat, isGranted: true,
      now: EventTime(milliseconds: end.milliseconds + milliseconds))
    #expect(step == (milliseconds < 0 ? .resync : .expired))
  }

  @Test func aLoginThatWasEndedEndsTheStream() {
    var subscription = subscription()
    let step = subscription.next(
      .nothing(upTo: 10), heartbeat: heartbeat, isGranted: false, now: start)
    #expect(step == .expired)
  }

  @Test func aReaderHasHeardEverythingUpToTheNextSessionsFirstChange() {
    let pending = [(11, "a"), (14, "b"), (20, "c")].map {
      ChangeLog.Pending(first: $0.0, change: change($0.1))
    }
    #expect(
      (0...3).map { LiveSubscription.number(after: $0, of: pending, last: 31) } == [10, 13, 19, 31])
    var subscription = subscription(from: ViewChanges.Position(epoch: 9, number: 3))
    #expect(subscription.position == ViewChanges.Position(epoch: 9, number: 3))
    let step = subscription.next(
      .pending(pending, last: 31), heartbeat: heartbeat, isGranted: true, now: start)
    #expect(step == .sessions(pending, last: 31))
  }

  @Test func eventsHaveNoLineEndWithinThem() {
    var bytes: [UInt8] = []
    ServerSentEvent(id: "1-2", name: "card", data: Array("{\r\n\"a\":1}".utf8)).append(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "id: 1-2\nevent: card\ndata: {\"a\":1}\n\n")
    #expect(
      String(decoding: ServerSentEvent.comment(id: "1-2"), as: UTF8.self) == ": still here\nid: 1-2\n\n")
  }
}
