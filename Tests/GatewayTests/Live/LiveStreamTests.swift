import Foundation
import JourneyModel
import Testing
import Tokens

@testable import Gateway

/// Streams over the wire.
@Suite(.timeLimit(.minutes(3))) struct LiveStreamTests {
  private let all = "/v1/live?scope=all"

  private func access(
    _ permissions: Set<String> = ["journey:*:view"], divisions: Set<String> = ["*"], until: EventTime? = nil
  ) -> Access {
    Access(subject: "desk", permissions: permissions, divisions: divisions, expiresAt: until)
  }

  private func wait(until condition: () -> Bool) {
    while !condition() { Thread.sleep(forTimeInterval: 0.002) }
  }

  @Test func changesAreToldAsCardsAndGone() async throws {
    let scene = try LiveScene()
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let reader = try LiveReader(port, all)
      defer { reader.close() }
      #expect(reader.status == 200)
      #expect(reader.head.contains("Content-Type: text/event-stream"))
      #expect(reader.head.contains("Cache-Control: no-store"))
      let greeting = try #require(reader.next())
      #expect(greeting.name.isEmpty && greeting.id.hasSuffix("-0"))
      try scene.send(1, revision: 2)
      let card = try #require(reader.event())
      #expect(card.name == "card" && card.data.contains("\"revision\":2"))
      try scene.send(2, revision: 1, customer: "bob", further: ",\"mergedInto\":\"\(LiveScene.id(1))\"")
      #expect(
        reader.event()
          .map { [$0.name, $0.data] } == [
            "gone", "{\"id\":\"\(LiveScene.id(2))\",\"mergedInto\":\"\(LiveScene.id(1))\"}",
          ])
      try scene.send(1, revision: nil)
      #expect(reader.event().map { [$0.name, $0.data] } == ["gone", "{\"id\":\"\(LiveScene.id(1))\"}"])
      #expect(scene.streams == 1)
      #expect(scene.metrics.contains("\nsojourn_live_streams 1\n"))
    }
  }

  @Test func aScopeHasItsOwnSessions() async throws {
    let scene = try LiveScene()
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let ada = try LiveReader(port, "/v1/live?scope=customer:cookie:ada")
      let others = try LiveReader(
        port, "/v1/live?scope=session:\(LiveScene.id(7))&scope=contact%3Ac-1")
      defer { [ada, others].forEach { $0.close() } }
      try scene.send(2, revision: 1, customer: "bob")
      try scene.send(3, revision: 1, customer: "eve", further: ",\"externalContact\":{\"id\":\"c-1\"}")
      try scene.send(7, revision: 1, customer: "dan")
      try scene.send(1, revision: 2)
      #expect(ada.event()?.data.contains(LiveScene.id(1)) == true)
      #expect(others.event()?.data.contains(LiveScene.id(3)) == true)
      #expect(others.event()?.data.contains(LiveScene.id(7)) == true)
    }
  }

  @Test func whoComesBackHearsWhatHeHasMissed() async throws {
    let scene = try LiveScene()
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let first = try LiveReader(port, all)
      try scene.send(1, revision: 2)
      let seen = try #require(first.event())
      first.close()
      try scene.send(1, revision: 3)
      try scene.send(2, revision: 1)
      let second = try LiveReader(port, all, ["Last-Event-ID: \(seen.id)"])
      defer { second.close() }
      #expect(second.event()?.data.contains("\"revision\":3") == true)
      #expect(second.event()?.data.contains(LiveScene.id(2)) == true)
      // A tab that takes over cannot choose the field.
      let third = try LiveReader(port, all + "&lastEventId=\(seen.id)")
      defer { third.close() }
      #expect(third.event()?.data.contains("\"revision\":3") == true)
    }
  }

  @Test(arguments: ["", "nonsense", "1-1", "zzz-0"])
  func whatIsNotKnownIsAskedForAnew(id: String) async throws {
    let scene = try LiveScene()
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let reader = try LiveReader(port, all, ["Last-Event-ID: \(id)"])
      defer { reader.close() }
      guard !id.isEmpty else {
        // Nothing was said of before.
        try scene.send(1, revision: 2)
        #expect(reader.event()?.name == "card")
        return
      }
      let event = try #require(reader.event())
      #expect(event.name == "resync" && event.data == "{}")
      #expect(scene.metrics.contains("\nsojourn_live_resyncs_total 1\n"))
      try scene.send(1, revision: 2)
      #expect(reader.event()?.name == "card")
    }
  }

  @Test("With more sessions than may be queued the reader asks anew", arguments: [-1, 0, 1])
  func tooManySessions(more: Int) async throws {
    var limits = LiveLimits()
    limits.maxQueued = 5
    let scene = try LiveScene(live: limits)
    try scene.send(100, revision: 1)
    try await scene.serving { port in
      let first = try LiveReader(port, all)
      let position = try #require(first.next()?.id)
      first.close()
      // Whoever follows the last one alone knows when all are there.
      let last = try LiveReader(port, "/v1/live?scope=session:\(LiveScene.id(4 + more))")
      defer { last.close() }
      for number in 0..<5 + more { try scene.send(number, revision: 2) }
      #expect(last.event()?.name == "card")
      let second = try LiveReader(port, all, ["Last-Event-ID: \(position)"])
      defer { second.close() }
      #expect(second.event()?.name == (more > 0 ? "resync" : "card"))
    }
  }

  @Test func silenceIsBroken() async throws {
    var limits = LiveLimits()
    limits.heartbeat = .seconds(15)
    let scene = try LiveScene(live: limits)
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let reader = try LiveReader(port, "/v1/live?scope=session:\(LiveScene.id(9))")
      defer { reader.close() }
      let greeting = try #require(reader.next())
      let other = try LiveReader(port, all)
      defer { other.close() }
      try scene.send(1, revision: 2)
      #expect(other.event()?.name == "card")
      scene.clock.value += 15_000
      let comment = try #require(reader.next())
      // The id moves on, so that who comes back goes over nothing again.
      #expect(comment.name.isEmpty && comment.id != greeting.id && comment.id.hasSuffix("-1"))
    }
  }

  @Test func permissionsAndDivisionsHold() async throws {
    let scene = try LiveScene(
      token: access(["journey:session:view", "journey:visit:view"], divisions: ["north"]))
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let reader = try LiveReader(port, all, [LiveScene.bearer])
      defer { reader.close() }
      for (number, division) in [(2, "south"), (3, "north")] {
        try scene.send(
          number, revision: 1, type: "conversation",
          further: ",\"conversation\":{\"id\":\"c\(number)\"},\"divisionIds\":[\"\(division)\"]")
      }
      let card = try #require(reader.event())
      #expect(card.data.contains(LiveScene.id(3)))
      #expect(card.data.contains("\"customerId\":\"••••\"") && !card.data.contains("journeyMap"))
      let refused = try LiveReader(port, "/v1/live?scope=customer:cookie:ada", [LiveScene.bearer])
      defer { refused.close() }
      #expect(refused.status == 403)
    }
  }

  @Test func withoutVisitsNobodyFollows() async throws {
    let scene = try LiveScene(token: access(["journey:session:view"]))
    try scene.send(1, revision: 1)
    let statuses = try await scene.serving { port in
      try [[LiveScene.bearer], ["Authorization: Bearer wrong-0123456789abcdef"], []].map { fields in
        let reader = try LiveReader(port, all, fields)
        defer { reader.close() }
        return reader.status
      }
    }
    #expect(statuses == [403, 401, 401])
  }

  @Test func aTokensEndEndsTheStream() async throws {
    let scene = try LiveScene(token: access(until: EventTime(milliseconds: 1_767_600_060_000)))
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let reader = try LiveReader(port, all, [LiveScene.bearer])
      defer { reader.close() }
      scene.clock.value += 60_000
      #expect(reader.event()?.name == "expired")
      #expect(reader.event() == nil)
      wait { scene.streams == 0 }
    }
  }

  @Test("One stream more than there may be is refused, until another ends", arguments: [false, true])
  func limits(isOfSubject: Bool) async throws {
    var limits = LiveLimits()
    if isOfSubject { limits.maxStreamsPerSubject = 2 } else { limits.maxStreams = 2 }
    let scene = try LiveScene(live: limits)
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let first = try LiveReader(port, all)
      let second = try LiveReader(port, all)
      let third = try LiveReader(port, all)
      #expect([first, second, third].map(\.status) == [200, 200, 429])
      #expect(third.head.contains("Retry-After: 5"))
      third.close()
      second.close()
      wait { scene.streams == 1 }
      // The seat is given up a moment after the stream.
      var status = 429
      while status == 429 {
        let fourth = try LiveReader(port, all)
        status = fourth.status
        fourth.close()
      }
      #expect(status == 200)
      first.close()
    }
  }

  @Test func whoDoesNotReadIsClosed() async throws {
    var server = ServerLimits()
    server.responseDeadline = .milliseconds(200)
    var limits = LiveLimits()
    limits.pace = .milliseconds(1)
    let scene = try LiveScene(live: limits, server: server)
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let reader = try LiveReader(port, all)
      defer { reader.close() }
      // It counts once its first bytes are written.
      wait { scene.streams == 1 }
      // More than the systems on both sides hold back for somebody who does not read.
      let text = String(repeating: "x", count: 400_000)
      var revision = 2
      while scene.streams > 0 {
        try scene.send(1, revision: revision, further: ",\"userAgentString\":\"\(text)\"")
        revision += 1
        Thread.sleep(forTimeInterval: 0.01)
      }
    }
  }

  @Test func aServerThatStopsEndsItsStreams() async throws {
    let scene = try LiveScene()
    try scene.send(1, revision: 1)
    // Longer than the patience for connections would take the test's time limit.
    let reader = try await scene.serving { port in
      let reader = try LiveReader(port, all)
      #expect(reader.status == 200)
      return UncheckedReader(reader: reader)
    }
    #expect(reader.reader.event() == nil)
    reader.reader.close()
  }

  @Test(arguments: [
    ("/v1/live", "scope"), ("/v1/live?scope=some", "scope"), ("/v1/live?scope=all&scope=customer:x", "scope"),
  ])
  func wrongScopesAreNamed(path: String, name: String) async throws {
    let scene = try LiveScene()
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      connection.send(LiveScene.request(path))
      let answer = try #require(connection.receiveAnswer())
      #expect(answer.status == 400 && answer.body.contains("\"fieldName\":\"\(name)\""))
    }
  }

  @Test("A stream has so many scopes at most", arguments: [-1, 0, 1])
  func scopes(more: Int) async throws {
    let scene = try LiveScene()
    try scene.send(1, revision: 1)
    let query = (0..<LiveLimits.maxScopes + more).map { "scope=session:\($0)" }.joined(separator: "&")
    let status = try await scene.serving { port in
      let reader = try LiveReader(port, "/v1/live?" + query)
      defer { reader.close() }
      return reader.status
    }
    #expect(status == (more > 0 ? 400 : 200))
  }

  @Test func onlyGetAndOnlyOwnPages() async throws {
    let scene = try LiveScene()
    try scene.send(1, revision: 1)
    let answers = try await scene.serving { port in
      try [
        LiveScene.request(all, method: "POST"), LiveScene.request(all, method: "HEAD"),
        LiveScene.request(all, ["Origin: https://evil.example"]),
        LiveScene.request(all, host: "evil.example"),
      ].map { request in
        let connection = try RawConnection(port: port)
        defer { connection.close() }
        connection.send(request)
        return connection.receive()
      }
    }
    #expect(answers.map { $0.split(separator: " ")[1] } == ["405", "405", "403", "421"])
  }
}

/// A reader that goes from one thread to another.
private struct UncheckedReader: @unchecked Sendable {
  let reader: LiveReader
}
