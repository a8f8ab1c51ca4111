import Gateway
import JourneyModel
import NIOCore
import Synchronization
import Testing

@testable import Webhooks

/// Requests over real sockets on the loopback interface.
@Suite(.timeLimit(.minutes(2))) struct WebhookClientTests {
  static let body = Array("{\"webActionEvent\":{\"action\":{\"id\":\"t\"}}}".utf8)

  static func attempt(_ name: String = "t", expires: Int64 = 300_000) -> Attempt {
    Attempt(
      id: 1, number: 1, trigger: MachineScene.trigger(name, expires: expires), body: body,
      headers: [RequestHeader("ce-type", "dev.sojourn.action.v1")])
  }

  static func target(
    _ url: String, timeout: Duration = .seconds(20), allowsPrivate: Bool = false
  ) throws -> WebhookTarget {
    var target = WebhookTarget(
      name: "t", url: try TargetURL(url), secrets: [try SigningSecret(SignatureTests.text)])
    target.rules.timeout = timeout
    target.allowsPrivate = allowsPrivate
    return target
  }

  /// The time stands still, unless the test moves it.
  static func client(
    _ target: WebhookTarget, lookup: HostLookup = .system,
    now: @escaping @Sendable () -> Int64 = { 0 }
  ) -> WebhookClient {
    WebhookClient(target, agent: "sojourn/test", lookup: lookup) {
      let milliseconds = now()
      return Moment(
        uptime: .milliseconds(milliseconds), now: EventTime(milliseconds: MachineScene.start + milliseconds))
    }
  }

  static func result(
    timeout: Duration = .seconds(20),
    _ behave:
      @escaping @Sendable (ReceivingServer.Received) ->
      ReceivingServer.Behaviour
  ) async throws -> AttemptResult {
    let server = try await ReceivingServer.start(behave)
    let client = client(try target(server.url, timeout: timeout))
    let result = await client.send(attempt())
    await client.close()
    await server.stop()
    return result
  }

  @Test func aReceiverCanVerifyWhatItGets() async throws {
    let server = try await ReceivingServer.start()
    let client = Self.client(try Self.target(server.url + "?key=1"))
    for _ in 0..<20 {
      #expect(await client.send(Self.attempt()) == .answered(status: 200, retryAfter: nil, body: []))
    }
    let received = try #require(server.received.first)
    #expect(server.received.count == 20)
    // Another is opened where an answer has been read to its end just before its connection is back in the
    // pool.
    #expect(server.connections < 10, "connections are used again")
    #expect(received.path == "/hook?key=1")
    #expect(received.body == Self.body)
    #expect(received.headers["content-length"] == "\(Self.body.count)")
    #expect(received.headers["host"] == "127.0.0.1:\(server.port)")
    let secret = try SigningSecret(SignatureTests.text)
    #expect(
      received.headers["webhook-signature"]
        == secret.signature(id: "t", seconds: MachineScene.start / 1_000, body: received.body))
    #expect(received.headers["ce-type"] == "dev.sojourn.action.v1")
    await client.close()
    await server.stop()
  }

  @Test(arguments: [200, 302, 307, 400, 404, 410, 429, 500, 503])
  func statusesComeBackAsTheyAre(status: Int) async throws {
    let result = try await Self.result { _ in
      .answer(status, headers: ["location": "http://127.0.0.1:1/", "retry-after": "7"], body: "why not")
    }
    #expect(result == .answered(status: status, retryAfter: .seconds(7), body: Array("why not".utf8)))
  }

  @Test func redirectsAreNotFollowed() async throws {
    let other = try await ReceivingServer.start()
    let place = other.url
    let result = try await Self.result { _ in .answer(308, headers: ["location": place]) }
    #expect(result == .answered(status: 308, retryAfter: nil, body: []))
    #expect(other.received.isEmpty)
    #expect(other.connections == 0)
    await other.stop()
  }

  @Test func noAnswerIsWaitedForOnlySoLong() async throws {
    #expect(try await Self.result(timeout: .milliseconds(200)) { _ in .hang } == .failed(.timedOut))
  }

  @Test func aClosedConnectionIsNoAnswer() async throws {
    #expect(try await Self.result { _ in .close } == .failed(.connectionBroken))
  }

  @Test func nobodyListens() async throws {
    let server = try await ReceivingServer.start()
    let client = Self.client(try Self.target(server.url))
    await server.stop()
    #expect(await client.send(Self.attempt()) == .failed(.connectFailed))
    await client.close()
  }

  @Test func aStatusCountsHoweverLongItsTextTakes() async throws {
    let hanging = try await Self.result(timeout: .seconds(6)) { _ in .headOnly(200) }
    #expect(hanging == .answered(status: 200, retryAfter: nil, body: []))
    let slow = try await Self.result(timeout: .seconds(6)) { _ in
      .drip(503, bytes: 1_000_000, pause: .milliseconds(20))
    }
    guard case .answered(503, nil, let body) = slow else {
      Issue.record("\(slow)")
      return
    }
    #expect(!body.isEmpty && body.count < 1_000)
  }

  @Test func byteByByteIsReadToTheEndIfThereIsTime() async throws {
    let result = try await Self.result { _ in .drip(400, bytes: 20, pause: .milliseconds(2)) }
    #expect(result == .answered(status: 400, retryAfter: nil, body: [UInt8](repeating: 0x78, count: 20)))
  }

  @Test func ofAnEndlessAnswerLittleIsRead() async throws {
    let server = try await ReceivingServer.start { _ in .flood(500) }
    let target = try Self.target(server.url)
    let client = Self.client(target)
    let result = await client.send(Self.attempt())
    #expect(
      result
        == .answered(
          status: 500, retryAfter: nil, body: [UInt8](repeating: 0x79, count: target.rules.maxAnswerBytes)))
    // Sockets hold some; without an end to the reading it would be hundreds of megabytes by now.
    #expect(server.written < 32 << 20)
    await client.close()
    await server.stop()
  }

  @Test func theLimitOfAnAnswerIsExact() async throws {
    let limit = DeliveryRules().maxAnswerBytes
    for size in [limit - 1, limit, limit + 1] {
      let result = try await Self.result { _ in .answer(400, body: String(repeating: "z", count: size)) }
      #expect(
        result
          == .answered(
            status: 400, retryAfter: nil, body: [UInt8](repeating: 0x7a, count: min(size, limit))))
    }
  }

  @Test(arguments: [(-1 as Int64, true), (0, true), (1, false)])
  func whatExpiresWhileTheConnectionIsMadeIsNotSent(offset: Int64, isSent: Bool) async throws {
    let server = try await ReceivingServer.start()
    // The clock stands at the trigger's time, plus the offset, once the name has been asked for.
    let clock = Mutex<Int64>(0)
    let lookup = HostLookup { _ in
      clock.withLock { $0 = 1_000 + offset }
      return [IPAddress("127.0.0.1")!]
    }
    let client = Self.client(
      try Self.target("http://hooks.example:\(server.port)/", allowsPrivate: true), lookup: lookup
    ) { clock.withLock { $0 } }
    let result = await client.send(Self.attempt(expires: 1_000))
    #expect(result == (isSent ? .answered(status: 200, retryAfter: nil, body: []) : .failed(.expired)))
    #expect(server.received.count == (isSent ? 1 : 0))
    await client.close()
    await server.stop()
  }

  @Test(arguments: [
    ["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["::1"],
  ]) func aNameThatLeadsInsideIsNotConnectedTo(answer: [String]) async throws {
    let server = try await ReceivingServer.start()
    let client = Self.client(
      try Self.target("https://hooks.example:\(server.port)/"),
      lookup: HostLookup { _ in answer.compactMap { IPAddress($0) } })
    #expect(await client.send(Self.attempt()) == .failed(.addressRefused))
    #expect(server.connections == 0)
    await client.close()
    await server.stop()
  }

  /// The name means what is allowed at first and something else later: what counts is each connection.
  @Test func aNameThatChangesIsAskedForAgain() async throws {
    let server = try await ReceivingServer.start { _ in .answer(200, headers: ["connection": "close"]) }
    let asked = Mutex(0)
    let clock = Mutex<Int64>(0)
    let lookup = HostLookup { host in
      let count = asked.withLock { count in
        count += 1
        return count
      }
      return host == "hooks.example" ? [IPAddress(count == 1 ? "127.0.0.1" : "169.254.169.254")!] : []
    }
    let client = Self.client(
      try Self.target("http://hooks.example:\(server.port)/", allowsPrivate: true), lookup: lookup
    ) { clock.withLock { $0 } }
    for _ in 0..<2 {
      #expect(await client.send(Self.attempt()) == .answered(status: 200, retryAfter: nil, body: []))
    }
    #expect(asked.withLock { $0 } == 1)
    #expect(server.received.first?.headers["host"] == "hooks.example:\(server.port)")
    clock.withLock { $0 = 30_000 }
    #expect(await client.send(Self.attempt()) == .failed(.addressRefused))
    #expect(server.received.count == 2)
    await client.close()
    await server.stop()
  }

  @Test func theNextAddressIsTriedIfOneDoesNotWork() async throws {
    let server = try await ReceivingServer.start()
    let client = Self.client(
      try Self.target("http://hooks.example:\(server.port)/", allowsPrivate: true),
      lookup: HostLookup { _ in [IPAddress("127.0.0.2")!, IPAddress("127.0.0.1")!] })
    #expect(await client.send(Self.attempt()) == .failed(.connectFailed))
    #expect(await client.send(Self.attempt()) == .answered(status: 200, retryAfter: nil, body: []))
    await client.close()
    await server.stop()
  }

  @Test func aNameServiceThatHangsHoldsNobodyLongerThanTheRequest() async throws {
    let (silence, end) = AsyncStream<Never>.makeStream()
    let client = Self.client(
      try Self.target("https://hooks.example/", timeout: .milliseconds(200)),
      lookup: HostLookup { _ in
        for await _ in silence {}
        return []
      })
    #expect(await client.send(Self.attempt()) == .failed(.timedOut), "the look-up itself goes on")
    end.finish()
    await client.close()
  }

  @Test func unknownNames() async throws {
    let client = Self.client(try Self.target("https://hooks.example/"), lookup: HostLookup { _ in [] })
    #expect(await client.send(Self.attempt()) == .failed(.nameNotFound))
    await client.close()
  }

  @Test func aServerThatSpeaksNoTLS() async throws {
    let server = try await ReceivingServer.start()
    let client = Self.client(try Self.target("https://127.0.0.1:\(server.port)/", timeout: .seconds(10)))
    #expect(await client.send(Self.attempt()) == .failed(.tlsFailed))
    await client.close()
    await server.stop()
  }
}
