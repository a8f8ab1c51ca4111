import EventLog
import Foundation
import Testing

@testable import Gateway

/// 2xx means that the log has the events; anything else does not say so.
@Suite(.timeLimit(.minutes(2))) struct AcknowledgementTests {
  private static let away = LogError(.retry, code: "away", "the log is away")

  @Test func nobodyIsAnsweredBeforeTheLogIs() async throws {
    let scene = GatewayScene()
    scene.log.close()
    let (early, statuses) = try await scene.serving { port in
      let connections = try (0..<8).map { _ in try RawConnection(port: port) }
      defer { for connection in connections { connection.close() } }
      connections[0].send(GatewayScene.post(GatewayScene.event("first")))
      scene.log.awaitAttempts(1)
      for (index, connection) in connections.enumerated().dropFirst() {
        connection.send(GatewayScene.post(GatewayScene.event("e\(index)")))
      }
      while scene.handler.monitor.budget.usedBytes < 8 * 90 { Thread.sleep(forTimeInterval: 0.002) }
      let early = scene.handler.monitor.read().answers.isEmpty && scene.log.records.isEmpty
      scene.log.open()
      return (early, connections.map { $0.receiveAnswer()?.status })
    }
    #expect(early)
    #expect(statuses == Array(repeating: 200, count: 8))
    #expect(scene.log.records.count == 8)
    #expect(scene.log.sends.count < 8, "what came while one was sent went together")
    #expect(scene.handler.monitor.budget.usedBytes == 0)
  }

  @Test func aSendThatFailsIsUnknown() async throws {
    let scene = GatewayScene()
    scene.log.fail([AcknowledgementTests.away])
    let answers = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return (0..<2).map { _ -> RawAnswer? in
        connection.send(GatewayScene.post(GatewayScene.event("a")))
        return connection.receiveAnswer()
      }
    }
    #expect(answers.map { $0?.status } == [503, 200])
    #expect(answers[0]?.fields["retry-after"] == "5")
    #expect(answers[0]?.body.contains("\"service.unavailable\"") == true)
    #expect(scene.log.records.count == 1)
  }

  @Test func aLogThatIsAwayIsNotWaitedFor() async throws {
    var limits = IngestLimits()
    limits.publishing.probeInterval = .seconds(3_600)
    let scene = GatewayScene(ingest: limits)
    scene.log.fail(Array(repeating: AcknowledgementTests.away, count: 3))
    let statuses = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return (0..<5).map { _ -> Int? in
        connection.send(GatewayScene.post(GatewayScene.event("a")))
        return connection.receiveAnswer()?.status
      }
    }
    #expect(statuses == Array(repeating: 503, count: 5))
    #expect(scene.log.attempts == 3)
    #expect(scene.handler.publishing.isAway)
    #expect(scene.handler.monitor.read().isLogAway)
  }

  @Test func aLogThatComesBackIsTaken() async throws {
    var limits = IngestLimits()
    limits.publishing.probeInterval = .milliseconds(1)
    let scene = GatewayScene(ingest: limits)
    scene.log.fail(Array(repeating: AcknowledgementTests.away, count: 4))
    let statuses = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      var statuses: [Int?] = []
      repeat {
        connection.send(GatewayScene.post(GatewayScene.event("a")))
        statuses.append(connection.receiveAnswer()?.status)
        Thread.sleep(forTimeInterval: 0.002)
      } while statuses.last == 503
      return statuses
    }
    #expect(statuses.last == 200)
    #expect(!scene.handler.publishing.isAway)
  }

  @Test func aRecordThatIsTooLargeFailsForItsOwnRequest() async throws {
    let scene = GatewayScene()
    scene.log.limit(200)
    scene.log.close()
    let statuses = try await scene.serving { port in
      let connections = try (0..<4).map { _ in try RawConnection(port: port) }
      defer { for connection in connections { connection.close() } }
      let long = GatewayScene.event("long", name: String(repeating: "n", count: 200))
      connections[0].send(GatewayScene.post(GatewayScene.event("e0")))
      scene.log.awaitAttempts(1)
      connections[1].send(GatewayScene.post(long))
      connections[2].send(GatewayScene.post(GatewayScene.event("e2")))
      connections[3].send(GatewayScene.post(GatewayScene.event("e3")))
      while scene.handler.monitor.budget.usedBytes < 560 { Thread.sleep(forTimeInterval: 0.002) }
      scene.log.open()
      return connections.map { $0.receiveAnswer()?.status }
    }
    #expect(statuses == [200, 413, 200, 200])
    #expect(!scene.handler.publishing.isAway)
  }

  /// A log that says no answers: it is not away, and whoever has less to store is served.
  @Test func aFullLogIsNotAway() async throws {
    let scene = GatewayScene()
    let full = LogError(.retry, code: LogError.logFull, "full")
    scene.log.fail(Array(repeating: full, count: 5))
    let statuses = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return (0..<6).map { _ -> Int? in
        connection.send(GatewayScene.post(GatewayScene.event("a")))
        return connection.receiveAnswer()?.status
      }
    }
    #expect(statuses == Array(repeating: 429, count: 5) + [200])
    #expect(!scene.handler.publishing.isAway)
  }

  @Test func whatDoesNotFitFailsForItsOwnRequest() async throws {
    let scene = GatewayScene()
    let full = LogError(.retry, code: LogError.logFull, "full")
    scene.log.close()
    // The first send takes one; three together do not fit, and then the second of them alone does not.
    scene.log.fail([nil, full, nil, full, nil])
    let statuses = try await scene.serving { port in
      let connections = try (0..<4).map { _ in try RawConnection(port: port) }
      defer { for connection in connections { connection.close() } }
      connections[0].send(GatewayScene.post(GatewayScene.event("e0")))
      scene.log.awaitAttempts(1)
      let one = scene.handler.monitor.budget.usedBytes
      for connection in connections.dropFirst() {
        connection.send(GatewayScene.post(GatewayScene.event("e1")))
      }
      while scene.handler.monitor.budget.usedBytes < 4 * one { Thread.sleep(forTimeInterval: 0.002) }
      scene.log.open()
      return connections.compactMap { $0.receiveAnswer()?.status }
    }
    #expect(statuses.sorted() == [200, 200, 200, 429])
    #expect(!scene.handler.publishing.isAway)
  }

  @Test func aFullLogAsksForPatience() async throws {
    let scene = GatewayScene()
    scene.log.fail([LogError(.retry, code: LogError.logFull, "full")])
    let answer = try await scene.answer(to: GatewayScene.post(GatewayScene.event("a")))
    #expect(answer.status == 429)
    #expect(answer.fields["retry-after"] == "5")
  }

  /// The log hangs: the client hears that nobody knows, and the next one is served when it goes on.
  @Test func aLogThatHangsIsNotWaitedForWithoutEnd() async throws {
    var limits = ServerLimits()
    limits.answerDeadline = .seconds(2)
    let scene = GatewayScene(server: limits)
    scene.log.close()
    let answers = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      connection.send(GatewayScene.post(GatewayScene.event("a")))
      let first = connection.receiveAnswer()
      scene.log.open()
      while scene.log.records.isEmpty { Thread.sleep(forTimeInterval: 0.002) }
      connection.send(GatewayScene.post(GatewayScene.event("b")))
      return [first, connection.receiveAnswer()]
    }
    #expect(answers.map { $0?.status } == [503, 200])
    #expect(answers[1]?.body == "{\"accepted\":1,\"rejected\":[]}\n", "the late answer goes to nobody")
    #expect(scene.log.records.count == 2)
  }
}
