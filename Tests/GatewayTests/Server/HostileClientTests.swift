import EventLog
import Foundation
import Testing

@testable import Gateway

/// Clients that are slow, large, hasty or sly. Each is ended by a deadline or limit of its own, and hears
/// why where it can hear; a server that did not would keep the connection beyond the client's patience.
@Suite(.timeLimit(.minutes(2))) struct HostileClientTests {
  /// Short deadlines, each of which ends one kind of client.
  private static var limits: ServerLimits {
    var limits = ServerLimits()
    limits.keepAlive = .seconds(20)
    limits.headDeadline = .seconds(20)
    limits.bodyDeadline = .seconds(20)
    limits.bodyGrace = .seconds(20)
    limits.responseDeadline = .seconds(20)
    limits.linger = .milliseconds(500)
    return limits
  }

  private static func ending(
    _ limits: ServerLimits = limits, _ talk: @escaping @Sendable (RawConnection) -> Void
  ) async throws -> String? {
    try await GatewayScene(server: limits).serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      talk(connection)
      return connection.receiveAll()
    }
  }

  @Test func silenceEndsWithTheKeepAlive() async throws {
    var limits = HostileClientTests.limits
    limits.keepAlive = .milliseconds(200)
    #expect(try await HostileClientTests.ending(limits) { _ in } == "")
  }

  @Test func aHeadThatDoesNotEndIsTimedOut() async throws {
    var limits = HostileClientTests.limits
    limits.headDeadline = .milliseconds(200)
    let answer = try await HostileClientTests.ending(limits) { $0.send("POST /v1/events HTTP/1.1\r\nHo") }
    #expect(answer?.hasPrefix("HTTP/1.1 408 ") == true)
    #expect(answer?.contains("gateway.headDeadline") == true)
  }

  /// Each byte comes well within any pause; only the whole is too slow.
  @Test func aTrickleOfHeadIsTimedOutAsAWhole() async throws {
    var limits = HostileClientTests.limits
    limits.headDeadline = .milliseconds(300)
    let answer = try await HostileClientTests.ending(limits) { connection in
      for byte in "GET /" + String(repeating: "a", count: 200) {
        guard connection.send(Array("\(byte)".utf8)) else { return }
        Thread.sleep(forTimeInterval: 0.01)
      }
    }
    #expect(answer?.hasPrefix("HTTP/1.1 408 ") == true)
  }

  @Test func aBodyThatDoesNotComeIsTimedOut() async throws {
    var limits = HostileClientTests.limits
    limits.bodyDeadline = .milliseconds(200)
    let answer = try await HostileClientTests.ending(limits) {
      $0.send("POST /v1/events?stream=web HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    }
    #expect(answer?.hasPrefix("HTTP/1.1 408 ") == true)
    #expect(answer?.contains("\"code\":\"client.failed.request\"") == true)
  }

  @Test func aTrickleOfBodyIsTooSlow() async throws {
    var limits = HostileClientTests.limits
    limits.bodyGrace = .milliseconds(300)
    let answer = try await HostileClientTests.ending(limits) { connection in
      connection.send(
        "POST /v1/events?stream=web HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n")
      for _ in 0..<200 {
        guard connection.send([0x20]) else { return }
        Thread.sleep(forTimeInterval: 0.01)
      }
    }
    #expect(answer?.hasPrefix("HTTP/1.1 408 ") == true)
  }

  /// The answer comes before the body, and the client still gets to read it.
  @Test(arguments: [
    ("/v1/events?stream=web", 413), ("/v1/nothing", 404), ("/v1/events?stream=web", 413),
  ])
  func anEarlyAnswerIsDelivered(path: String, status: Int) async throws {
    let answer = try await HostileClientTests.ending { connection in
      connection.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12582912\r\n\r\n")
      // Sent whatever the server says, until it takes no more.
      for _ in 0..<192 where !connection.send([UInt8](repeating: 0x61, count: 65_536)) { return }
    }
    #expect(answer?.hasPrefix("HTTP/1.1 \(status) ") == true)
    #expect(answer?.contains("Connection: close") == true)
  }

  @Test func aBodyWithoutEndIsCutAtTheLimit() async throws {
    let answer = try await HostileClientTests.ending { connection in
      connection.send(
        "POST /v1/events?stream=web HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x61, count: 65_536) + Array("\r\n".utf8)
      for _ in 0..<200 where !connection.send(chunk) { return }
    }
    #expect(answer?.hasPrefix("HTTP/1.1 413 ") == true)
    #expect(answer?.contains("ingest.maxBodyBytes") == true)
  }

  @Test func aTerabyteIsRefusedByItsHead() async throws {
    for length in ["1000000000000", "9223372036854775807"] {
      let answer = try await HostileClientTests.ending {
        $0.send("POST /v1/events?stream=web HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(length)\r\n\r\n")
      }
      #expect(answer?.hasPrefix("HTTP/1.1 413 ") == true, "\(length)")
    }
  }

  @Test(arguments: [-1, 0, 1])
  func theTargetHasALimit(_ offset: Int) async throws {
    let target = "/" + String(repeating: "a", count: ServerLimits().maxTargetBytes - 1 + offset)
    let answer = try await GatewayScene().answer(to: "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(answer.status == (offset > 0 ? 414 : 404))
  }

  @Test(arguments: [-1, 0, 1])
  func headersHaveALimitOfBytes(_ offset: Int) async throws {
    let rest = "Hostlocalhostx".utf8.count
    let value = String(repeating: "a", count: ServerLimits().maxHeaderBytes - rest + offset)
    let answer = try await GatewayScene().answer(
      to: "GET /v1/nothing HTTP/1.1\r\nHost: localhost\r\nx: \(value)\r\n\r\n")
    #expect(answer.status == (offset > 0 ? 431 : 404))
  }

  @Test(arguments: [-1, 0, 1, 900])
  func headersHaveALimitOfFields(_ offset: Int) async throws {
    let count = ServerLimits().maxHeaderFields - 1 + offset
    let fields = (0..<count).map { "x\($0): y\r\n" }.joined()
    let answer = try await GatewayScene().answer(
      to: "GET /v1/nothing HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
    #expect(answer.status == (offset > 0 ? 431 : 404))
  }

  /// What never ends is cut by its size, long before its deadline.
  @Test(arguments: [("GET /", 414), ("GET / HTTP/1.1\r\nHost: localhost\r\nx: ", 431)])
  func aHeadWithoutEndIsCut(start: String, status: Int) async throws {
    let answer = try await HostileClientTests.ending { connection in
      connection.send(start)
      let piece = [UInt8](repeating: 0x61, count: 16_384)
      for _ in 0..<600 where !connection.send(piece) { return }
    }
    #expect(answer?.hasPrefix("HTTP/1.1 \(status) ") == true)
  }

  @Test func aThousandPipelinedRequestsAreAllAnswered() async throws {
    let scene = GatewayScene()
    let count = 1_000
    let statuses = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      var requests: [UInt8] = []
      for index in 0..<count {
        requests +=
          index.isMultiple(of: 2)
          ? GatewayScene.post(GatewayScene.event("p\(index)"))
          : Array("GET /v1/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
      }
      connection.send(requests)
      return (0..<count).map { _ in connection.receiveAnswer()?.status ?? 0 }
    }
    #expect(statuses == (0..<count).map { $0.isMultiple(of: 2) ? 200 : 404 })
    #expect(
      scene.log.records.map(\.value)
        == stride(from: 0, to: count, by: 2).map { GatewayScene.event("p\($0)") })
  }

  @Test func aClientThatSendsNoMoreGetsItsAnswer() async throws {
    let answer = try await HostileClientTests.ending { connection in
      connection.send(GatewayScene.post(GatewayScene.event("h1")))
      connection.finishSending()
    }
    #expect(answer?.hasPrefix("HTTP/1.1 200 ") == true)
  }

  @Test func halfARequestIsNobodys() async throws {
    let ended = try await HostileClientTests.ending { connection in
      connection.send("POST /v1/events?stream=web HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
      connection.finishSending()
    }
    #expect(ended?.hasPrefix("HTTP/1.1 2") != true && ended != nil)
  }

  /// It asks and asks, and reads nothing: the answers fill its buffers, and then its connection ends.
  @Test func aClientThatNeverReadsIsEnded() async throws {
    var limits = HostileClientTests.limits
    limits.responseDeadline = .milliseconds(300)
    let wasEnded = try await GatewayScene(server: limits).serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      let request = Array("GET /v1/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
      let many = (0..<1_000).flatMap { _ in request }
      for _ in 0..<2_000 where !connection.send(many) { return true }
      return false
    }
    #expect(wasEnded)
  }

  @Test func connectionsAreCountedInAllAndForEachAddress() async throws {
    for (all, each) in [(2, 10), (10, 2)] {
      var limits = HostileClientTests.limits
      (limits.maxConnections, limits.maxConnectionsPerAddress) = (all, each)
      let scene = GatewayScene(server: limits)
      try await scene.serving { port in
        func ask(_ connection: RawConnection) -> Int? {
          connection.send("GET /v1/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
          return connection.receiveAnswer()?.status
        }
        let first = try RawConnection(port: port)
        let second = try RawConnection(port: port)
        #expect(ask(first) == 404 && ask(second) == 404)
        let third = try RawConnection(port: port)
        let refused = third.receiveAll()
        #expect(refused?.hasPrefix("HTTP/1.1 503 ") == true)
        #expect(
          refused?.contains(all == 2 ? "gateway.maxConnections)" : "gateway.maxConnectionsPerAddress") == true
        )
        third.close()
        first.close()
        // Its place is free as soon as the server has noticed.
        while scene.server.connections > 1 { Thread.sleep(forTimeInterval: 0.005) }
        let fourth = try RawConnection(port: port)
        #expect(ask(fourth) == 404)
        fourth.close()
        second.close()
      }
    }
  }

  @Test(arguments: smuggling)
  func noTwoReadersSeeDifferentRequests(_ request: String) async throws {
    let scene = GatewayScene()
    let answers = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      connection.send(request.replacingOccurrences(of: "\n", with: "\r\n"))
      connection.finishSending()
      return connection.receiveAll()
    }
    let text = try #require(answers)
    // One answer at most: what follows in the same bytes is never taken for a request of its own.
    #expect(text.components(separatedBy: "HTTP/1.1 ").count <= 2, "\(text)")
    #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 400 "), "\(text)")
    #expect(scene.log.records.isEmpty)
  }

  /// Heads that end in different places for different readers; a second request hides in each.
  static let smuggling: [String] = {
    let hidden = "GET /v1/hidden HTTP/1.1\nHost: localhost\n\n"
    let post = "POST /v1/events?stream=web HTTP/1.1\nHost: localhost\n"
    return [
      post + "Content-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n" + hidden,
      post + "Transfer-Encoding: chunked\nContent-Length: 5\n\n0\n\n" + hidden,
      post + "Content-Length: 5\nContent-Length: 6\n\n0\n\n12" + hidden,
      post + "Content-Length: 5\nContent-Length: 5\n\n12345" + hidden,
      post + "Content-Length: +5\n\n12345" + hidden,
      post + "Content-Length: 5 5\n\n12345" + hidden,
      post + "Content-Length: 0x5\n\n12345" + hidden,
      post + "Content-Length: -1\n\n" + hidden,
      post + "Content-Length: 5,5\n\n12345" + hidden,
      post + "Content-Length : 5\n\n12345" + hidden,
      post + "Transfer-Encoding: xchunked\n\n0\n\n" + hidden,
      post + "Transfer-Encoding : chunked\n\n0\n\n" + hidden,
      post + "Transfer-Encoding: chunked, identity\n\n0\n\n" + hidden,
      post + "Transfer-Encoding: gzip, chunked\n\n0\n\n" + hidden,
      post + "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n0\n\n" + hidden,
      post + "Transfer-Encoding: chunked\n\nFFFFFFFFFFFFFFFFF\nabc\n0\n\n" + hidden,
      post + "Transfer-Encoding: chunked\n\n-1\nabc\n0\n\n" + hidden,
      post + "Transfer-Encoding: chunked\n\n3 \nabcX\n0\n\n" + hidden,
      "GET /v1/events HTTP/1.1\nHost: localhost\nHost: evil\n\n" + hidden,
      "GET /v1/events HTTP/1.1\n\n" + hidden,
      "GET http://localhost/v1/events HTTP/1.1\nHost: localhost\n\n" + hidden,
      "GET /v1/ev\tents HTTP/1.1\nHost: localhost\n\n" + hidden,
      "GET /v1/events HTTP/2.0\nHost: localhost\n\n" + hidden,
      "GET /v1/events HTTP/1.1\nHost: localhost\n folded: x\n\n" + hidden,
      "GET /v1/events HTTP/1.1\nHost: localhost\nna me: x\n\n" + hidden,
      "GET /v1/events HTTP/1.1\nHost: localhost\n: x\n\n" + hidden,
      "GET /v1/events HTTP/1.1\nHost: localhost\nx: \u{0}\n\n" + hidden,
      "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "PRI * HTTP/2.0\n\nSM\n\n",
    ]
  }()
}
