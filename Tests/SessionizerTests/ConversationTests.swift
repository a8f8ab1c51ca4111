import Foundation
import JourneyModel
import SeededGenerator
import Sessionizer
import Testing

/// Conversations: phases, who ended them, wrap-up, and the card.
@Suite struct ConversationTests {
  private static let disconnect = ",\"disconnectType\":\"Client\""
  private static let byCustomer = ",\"disconnectType\":\"Peer\""
  private static let code = ",\"userDisposition\":{\"code\":\"Complaint\",\"name\":\"Complaint\"}"

  private func card(_ feed: LaneFeed) throws -> (color: String, status: String) {
    let card = try feed.snapshot(feed.sessions[0])["card"] as? [String: Any]
    return (card?["color"] as? String ?? "", card?["status"] as? String ?? "")
  }

  @Test func aCallIsWaitingThenActiveThenWrappedUp() throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "routed")
    #expect(try card(feed) == ("blue", "Waiting"))
    feed.conversation("b", at: 1, name: "connected")
    #expect(try card(feed) == ("blue", "Active Now"))
    feed.conversation("c", at: 2, name: "ended", ConversationTests.disconnect + ConversationTests.code)
    #expect(try card(feed) == ("grey", "Wrap-up: Complaint"))
    let snapshot = try feed.snapshot(feed.sessions[0])
    #expect(snapshot["endReason"] as? String == "conversationEnded")
    #expect(snapshot["endedDate"] as? String == "2026-01-05T08:00:00.002Z")
    #expect(snapshot["lastUserDisconnectType"] as? String == "Client")
    #expect((snapshot["conversation"] as? [String: Any])?["id"] as? String == "c1")
  }

  @Test func aLateWrapUpTurnsAWhiteCardGrey() throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "routed")
    feed.conversation("b", at: 1, name: "connected")
    feed.conversation("c", at: 2, name: "ended", ConversationTests.byCustomer)
    #expect(try card(feed) == ("white", "Ended by Customer"))
    feed.moveWatermark(.conversation, to: 3 * Length.hour)
    feed.conversation("d", at: 3, name: "wrapped_up", ConversationTests.code)
    #expect(try card(feed) == ("grey", "Wrap-up: Complaint"))
    #expect(feed.sessions[0].lifecycle == .ended)
    #expect(try feed.snapshot(feed.sessions[0])["endedDate"] as? String == "2026-01-05T08:00:00.002Z")
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aConversationThatTheAgentEndedWaitsForItsCode(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "connected")
    feed.conversation("b", at: 2, name: "ended", ConversationTests.disconnect)
    #expect(try card(feed) == ("blue", "After-call work"))
    let revision = feed.sessions[0].revision
    feed.moveWatermark(.conversation, to: 2 + 5 * Length.minute + offset)
    #expect(try card(feed) == (offset < 0 ? ("blue", "After-call work") : ("grey-pending", "No wrap-up")))
    #expect(feed.sessions[0].revision == revision + (offset < 0 ? 0 : 1))
    feed.conversation("c", at: 3, name: "wrapped_up", ConversationTests.code)
    #expect(try card(feed) == ("grey", "Wrap-up: Complaint"))
  }

  @Test func aConversationWithoutAgentWasAbandoned() throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "routed")
    feed.conversation("b", at: 1, name: "ended", ConversationTests.disconnect)
    #expect(try card(feed) == ("white", "Ended by Customer"))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func anEndedConversationIsKeptForItsRetention(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "routed")
    feed.conversation("b", at: 1, name: "ended")
    let session = feed.sessions[0]
    feed.moveWatermark(.conversation, to: 1 + 24 * Length.hour + offset)
    #expect(session.lifecycle == (offset < 0 ? .ended : .forgotten))
    #expect(feed.sessions.count == (offset < 0 ? 1 : 0))
  }

  @Test(arguments: [-1, 0, 1, 2] as [Int64])
  func aCopyOfAnEventAfterTheEndNeverBeginsASecondConversation(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "ended")
    let last = 24 * Length.hour - 1
    feed.conversation("b", at: last, name: "started")
    feed.moveWatermark(.conversation, to: last + Length.hour + offset)
    let copy = feed.conversation("b", at: last, name: "started")
    #expect(copy == (offset <= 0 ? .duplicate : .rejected(.late)))
    #expect(feed.sessions.count == (offset <= 0 ? 1 : 0))
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func aKnownConversationTakesEventsWithinRetentionAndAnUnknownOneWithinLateness(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "connected")
    feed.moveWatermark(.conversation, to: 30 * Length.hour)
    let known = feed.conversation("b", at: 6 * Length.hour + offset, name: "routed")
    #expect(known == (offset < 0 ? .rejected(.late) : .applied))
    let unknown = feed.conversation("c", at: 29 * Length.hour + offset, call: "c2", name: "routed")
    #expect(unknown == (offset < 0 ? .rejected(.late) : .applied))
  }

  /// The code that comes a day late, when nobody else has moved the watermark.
  @Test(arguments: [-1, 0, 1] as [Int64])
  func aStragglerIsLateByItsOwnTime(_ offset: Int64) throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "connected")
    feed.conversation("b", at: 1_000, name: "ended", ConversationTests.disconnect)
    let late = 1_000 + 24 * Length.hour + offset
    let code = feed.conversation("c", at: late, name: "wrapped_up", ConversationTests.code)
    #expect(code == (offset < 0 ? .applied : .rejected(.late)))
    #expect(feed.sessions.count == 1)
    // Somebody who comes opens it again: the same session while it is not over, else a new one.
    #expect(feed.conversation("d", at: late + 1, name: "connected") == .applied)
    #expect(feed.sessions.count { $0.lifecycle == .open } == 1)
    #expect(feed.sessions.count == (offset < 0 ? 1 : 2))
  }

  /// A guest who writes again: on the same day it is the same session, after two days a second one, alone as
  /// among strangers, whose events have let the first one be forgotten.
  @Test(arguments: [(2, 1), (48, 2)] as [(Int64, Int)])
  func whoComesBackGoesOnWithinRetentionAndBeginsAnewLater(_ hours: Int64, _ count: Int) throws {
    func told(amongStrangers: Bool) throws -> (ids: Set<SessionID>, last: NSDictionary) {
      let feed = try LaneFeed()
      feed.conversation("a", at: 0, name: "connected")
      feed.conversation("b", at: 1_000, name: "ended", ConversationTests.disconnect)
      var ids = Set(feed.sessions.map(\.id))
      if amongStrangers { feed.moveWatermark(.conversation, to: hours * Length.hour - Length.minute) }
      #expect(feed.sessions.count == (amongStrangers ? 2 - count : 1))
      #expect(feed.conversation("c", at: hours * Length.hour, name: "connected") == .applied)
      let last = try #require(feed.sessions.last)
      #expect(last.lifecycle == .open && last.eventCount == (count == 1 ? 3 : 1))
      ids.insert(last.id)
      return (ids, try feed.snapshot(last) as NSDictionary)
    }
    let alone = try told(amongStrangers: false)
    let among = try told(amongStrangers: true)
    #expect(alone.ids.count == count)
    #expect(alone.ids == among.ids)
    #expect(alone.last == among.last)
  }

  @Test(arguments: ["wrapped_up", "ended", "noted", "connected", "started", "routed"])
  func aStragglerOpensNoSecondSessionOfAForgottenConversation(_ name: String) throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "connected")
    feed.conversation("b", at: 1_000, name: "ended", ConversationTests.disconnect)
    feed.moveWatermark(.conversation, to: 26 * Length.hour)
    #expect(feed.sessions.isEmpty)
    // What is not newer than the end is an old copy, whatever it says.
    let old = feed.conversation("x", at: 1_000, name: name)
    #expect(old == .rejected(.late))
    let opens = ["connected", "started", "routed"].contains(name)
    #expect(feed.conversation("c", at: 26 * Length.hour, name: name) == (opens ? .applied : .rejected(.late)))
    #expect(feed.sessions.count == (opens ? 1 : 0))
    // Another conversation is another one.
    #expect(feed.conversation("d", at: 26 * Length.hour, call: "c2", name: name) == .applied)
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func anEndIsRememberedForItsTimeAcrossARestore(_ offset: Int64) throws {
    var settings = SessionSettings()
    settings.conversationMemory = .hours(2)
    let feed = try LaneFeed(settings)
    feed.conversation("a", at: 0, name: "ended")
    // Forgotten when the watermark passes a day; remembered from then on.
    feed.moveWatermark(.conversation, to: 24 * Length.hour)
    #expect(feed.sessions.isEmpty)
    #expect(feed.sessionizer.sessionCount == 2)
    try feed.restart()
    feed.moveWatermark(.conversation, to: 26 * Length.hour + offset)
    let code = feed.conversation("c", at: 26 * Length.hour, name: "wrapped_up", ConversationTests.code)
    #expect(code == (offset < 0 ? .rejected(.late) : .applied))
  }

  @Test(arguments: [-1, 0, 1])
  func legsAreBounded(_ offset: Int) throws {
    var settings = SessionSettings()
    settings.maxConversationLegs = 5
    let feed = try LaneFeed(settings)
    // The customer's leg is one of them.
    for number in 0..<(4 + offset) {
      feed.conversation(
        "e\(number)", at: Int64(number), name: "connected", ",\"user\":{\"id\":\"u\(number)\"}")
    }
    let session = feed.sessions[0]
    #expect(session.conversation.legs.legs.count == min(5, 5 + offset))
    #expect(session.conversation.legs.omitted == max(0, offset))
    #expect(session.conversation.legs.legs.contains { $0.kind == .customer })
    let conversation = try feed.snapshot(session)["conversation"] as? [String: Any]
    #expect(conversation?["omittedParticipants"] as? Int == (offset > 0 ? offset : nil))
    #expect(try card(feed) == ("blue", "Active Now"))
  }

  @Test func anOpenConversationNeverTimesOut() throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "connected")
    feed.tick(to: LaneFeed.year)
    feed.moveWatermark(.conversation, to: LaneFeed.year - Length.hour)
    #expect(feed.sessions[0].lifecycle == .open)
  }

  @Test func aLaterLegReopensAndAnEarlierOneDoesNot() throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 10, name: "ended")
    feed.conversation("b", at: 9, name: "connected")
    #expect(feed.sessions[0].lifecycle == .ended)
    feed.conversation("c", at: 11, name: "connected")
    #expect(feed.sessions[0].lifecycle == .open)
    #expect(feed.sessions[0].endReason == .none)
  }

  @Test func atEqualTimesTheHigherPhaseWins() throws {
    for names in [["connected", "ended"], ["ended", "connected"]] {
      let feed = try LaneFeed()
      for name in names { feed.conversation(name, at: 0, name: name) }
      #expect(feed.sessions[0].conversation.phase == .ended)
    }
  }

  @Test func aWrapUpAloneEndsTheConversation() throws {
    let feed = try LaneFeed()
    feed.conversation("a", at: 0, name: "connected")
    feed.conversation("b", at: 5, name: "wrapped_up", ConversationTests.code)
    #expect(feed.sessions[0].lifecycle == .ended)
    #expect(feed.sessions[0].endedDate(feed.settings)?.milliseconds == LaneFeed.start + 5)
  }

  @Test func aNoteThatArrivesBeforeAnOlderWrapUpDoesNotKeepTheConversationOpen() throws {
    for reversed in [false, true] {
      let feed = try LaneFeed()
      let steps: [() -> Void] = [
        { feed.conversation("a", at: 1, name: "wrapped_up", ConversationTests.code) },
        { feed.conversation("b", at: 9, name: "noted") },
      ]
      for step in reversed ? steps.reversed() : steps { step() }
      #expect(feed.sessions[0].lifecycle == .ended)
    }
  }

  @Test func theOrderOfArrivalDoesNotMatterToTheEnd() throws {
    var generator = SeededGenerator(seed: 7)
    let names = ["started", "routed", "connected", "ended", "wrapped_up", "noted"]
    for round in 0..<50 {
      var steps = (0..<6).map { number in
        (
          id: "e\(number)", time: generator.pick(0...8), name: generator.pick(names),
          isWrapup: generator.chance(20)
        )
      }
      var ends: [Int64?] = []
      for _ in 0..<4 {
        let feed = try LaneFeed()
        for step in steps {
          feed.conversation(
            step.id, at: step.time, name: step.name, step.isWrapup ? ConversationTests.code : "")
        }
        ends.append(feed.sessions[0].endedDate(feed.settings)?.milliseconds)
        steps.shuffle(using: &generator)
      }
      #expect(Set(ends).count == 1, "round \(round): \(steps)")
    }
  }

  @Test func queueAgentAndChannelsAreShown() throws {
    let feed = try LaneFeed()
    let queue = ",\"queue\":{\"id\":\"q1\",\"name\":\"Sales\"},\"channels\":[{\"type\":\"Chat\"}]"
    feed.conversation("a", at: 0, name: "routed", queue)
    feed.conversation("b", at: 1, name: "connected", queue + ",\"user\":{\"id\":\"u1\"}")
    let snapshot = try feed.snapshot(feed.sessions[0])
    let card = snapshot["card"] as? [String: Any]
    #expect(card?["queue"] as? String == "Sales")
    #expect(card?["agent"] as? String == "u1")
    #expect(card?["title"] as? String == "Web Chat")
    #expect(card?["icon"] as? String == "chat")
    #expect((snapshot["conversationChannels"] as? [[String: String]])?.count == 1)
    #expect((snapshot["lastConnectedUser"] as? [String: String])?["id"] == "u1")
  }
}
