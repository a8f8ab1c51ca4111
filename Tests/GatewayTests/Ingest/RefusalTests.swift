import EventLog
import Foundation
import Testing

@testable import Gateway

/// Refused events of batches are kept; what was taken does not depend on whether they are.
@Suite(.timeLimit(.minutes(2))) struct RefusalTests {
  private static let good = GatewayScene.event("good")
  private static let bad = GatewayScene.event("bad", name: "page viewed")

  private static func scene(_ change: (inout IngestLimits) -> Void = { _ in }) -> GatewayScene {
    var limits = IngestLimits()
    limits.publishing.refusedPause = .seconds(3_600)
    change(&limits)
    return GatewayScene(ingest: limits, refusals: RefusalRecord(topic: "refused", group: "shop"))
  }

  private static func batch(_ events: String...) -> [UInt8] {
    GatewayScene.post("[" + events.joined(separator: ", ") + "]")
  }

  /// Posts bodies on one connection and gives the statuses.
  private static func statuses(_ scene: GatewayScene, _ requests: [[UInt8]]) async throws -> [Int?] {
    try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return requests.map { request in
        connection.send(request)
        return connection.receiveAnswer()?.status
      }
    }
  }

  private static func kept(_ scene: GatewayScene) -> [String] {
    scene.log.records.filter { $0.topic == "refused" }.map(\.value)
  }

  private static func letters(_ scene: GatewayScene) -> [String: Int] {
    let counts = scene.handler.monitor.read().deadLetters
    return Dictionary(uniqueKeysWithValues: counts.map { ($0.key.label, $0.value) })
  }

  @Test func aBadEventOfABatchIsKeptAsItCame() async throws {
    let scene = RefusalTests.scene()
    let bad = #"{ "id":"bad","eventName":"page viewed" }"#
    let answer = try await scene.answer(to: RefusalTests.batch(RefusalTests.good, bad))
    #expect(answer.status == 200)
    #expect(scene.log.sends == [1, 1], "the good one first, and in a send of its own")
    #expect(scene.log.records.map(\.topic) == ["in-web", "refused"])
    let record = try #require(scene.log.records.last)
    #expect((record.key, record.value, record.partition) == ("local", bad, -1))
    let headers = try #require(scene.log.headers.last)
    let request = try #require(answer.fields["sojourn-request-id"])
    let expected = [
      "ce_specversion": "1.0", "ce_type": "dev.sojourn.refused.v1", "ce_source": "/sojourn/shop/gateway",
      "ce_id": "\(request):1", "ce_time": "2026-01-05T08:00:00.000Z",
      "content-type": "application/octet-stream", "sojourn-reason": "missingCustomer",
      "sojourn-source": "local", "sojourn-request": request, "sojourn-index": "1",
    ]
    for (name, value) in expected { #expect(headers.text(name) == value) }
    #expect(headers.text("sojourn-explanation")?.isEmpty == false)
    #expect(headers.headers.count == expected.count + 1)
    #expect(RefusalTests.letters(scene) == ["kept": 1])
  }

  @Test func aSingleBadEventIsToldToItsSenderAndKeptNowhere() async throws {
    let scene = RefusalTests.scene()
    let statuses = try await RefusalTests.statuses(
      scene,
      [
        GatewayScene.post(RefusalTests.bad), GatewayScene.post("[\(RefusalTests.good)"),
        GatewayScene.post("{}", path: "/v1/track"),
      ])
    #expect(statuses == [400, 400, 400])
    #expect(scene.log.attempts == 0)
    #expect(RefusalTests.letters(scene).isEmpty)
  }

  @Test(arguments: [
    ("/v1/events", #"[{"eventName":"a b"}]"#, #"{"eventName":"a b"}"#, "application/json"),
    ("/v1/events", "{\"a\":1}\n7\n", "{\"a\":1}|7", "application/x-ndjson"),
    ("/v1/batch", #"{"batch":[{"type":"jump"}]}"#, #"{"type":"jump"}"#, "application/json"),
    ("/api/v2/journey/customevents", #"{"entities":[{"x":1}, 2]}"#, #"{"x":1}|2"#, "application/json"),
    (
      "/api/v2/journey/externalevents/configurations/c/events", #"{"entities":[{"y":1}]}"#, #"{"y":1}"#,
      "application/json"
    ),
    (
      "/v1/events", #"[{"specversion":"1.0","id":"e"}]"#, #"{"specversion":"1.0","id":"e"}"#,
      "application/cloudevents-batch+json"
    ),
  ])
  func everyFormOfABatchIsOne(path: String, body: String, kept: String, type: String) async throws {
    let scene = RefusalTests.scene()
    _ = try await scene.answer(
      to: GatewayScene.post(body, path: path, fields: ["Content-Type: \(type)"]))
    #expect(RefusalTests.kept(scene).joined(separator: "|") == kept)
  }

  @Test func aTopicThatDoesNotTakeThemFailsNobody() async throws {
    let scene = RefusalTests.scene()
    scene.log.fail([nil, LogError(.retry, code: "away", "no such topic")])
    let request = RefusalTests.batch(RefusalTests.good, RefusalTests.bad)
    let statuses = try await RefusalTests.statuses(scene, Array(repeating: request, count: 5))
    #expect(statuses == Array(repeating: 200, count: 5))
    #expect(scene.log.records.map(\.topic) == Array(repeating: "in-web", count: 5))
    #expect(scene.log.attempts == 6, "the topic is left alone for a while")
    #expect(!scene.handler.publishing.isAway)
    #expect(RefusalTests.letters(scene) == ["failed": 5])
  }

  @Test func afterAWhileTheTopicIsTriedAgain() async throws {
    let scene = RefusalTests.scene { $0.publishing.refusedPause = .zero }
    scene.log.fail([nil, LogError(.fatal, code: "broken", "a new publisher is needed")])
    let request = RefusalTests.batch(RefusalTests.good, RefusalTests.bad)
    let statuses = try await RefusalTests.statuses(scene, [request, request])
    #expect(statuses == [200, 200])
    #expect(RefusalTests.kept(scene) == [RefusalTests.bad])
    #expect(RefusalTests.letters(scene) == ["kept": 1, "failed": 1])
  }

  @Test func whatComesAgainHasLeftNoDeadLetters() async throws {
    let scene = RefusalTests.scene()
    scene.log.fail([LogError(.retry, code: "away", "the log is away")])
    let request = RefusalTests.batch(RefusalTests.good, RefusalTests.bad)
    let statuses = try await RefusalTests.statuses(scene, [request, request])
    #expect(statuses == [503, 200])
    #expect(scene.log.records.map(\.topic) == ["in-web", "refused"])
    #expect(RefusalTests.letters(scene) == ["kept": 1])
  }

  @Test func aBatchWithoutAGoodEventIsKeptAndAnsweredAsEver() async throws {
    let scene = RefusalTests.scene()
    scene.log.fail([nil, LogError(.retry, code: "away", "the log is away")])
    let request = RefusalTests.batch(RefusalTests.bad, "7")
    let statuses = try await RefusalTests.statuses(scene, [request, request])
    #expect(statuses == [400, 400])
    #expect(RefusalTests.kept(scene) == [RefusalTests.bad, "7"])
    #expect(RefusalTests.letters(scene) == ["kept": 2, "failed": 2])
  }

  /// A batch of bad events says nothing about whether the log takes good ones.
  @Test func aLogThatIsAwayStaysAway() async throws {
    let scene = RefusalTests.scene { $0.publishing.probeInterval = .seconds(3_600) }
    let away = LogError(.retry, code: "away", "the log is away")
    scene.log.fail(Array(repeating: away, count: 3))
    let statuses = try await RefusalTests.statuses(
      scene,
      Array(repeating: GatewayScene.post(RefusalTests.good), count: 3) + [RefusalTests.batch("7")])
    #expect(statuses == [503, 503, 503, 400])
    #expect(scene.handler.publishing.isAway)
    #expect(RefusalTests.letters(scene) == ["failed": 1])
  }

  @Test(arguments: [-1, 0, 1])
  func aDeadLetterHasALargestSize(offset: Int) async throws {
    let event = String(repeating: "7", count: 50 + offset)
    let scene = RefusalTests.scene { $0.maxRefusedBytes = 50 }
    _ = try await scene.answer(to: RefusalTests.batch(event))
    #expect(RefusalTests.kept(scene) == (offset > 0 ? [] : [event]))
    #expect(RefusalTests.letters(scene) == (offset > 0 ? ["tooLarge": 1] : ["kept": 1]))
  }

  @Test(arguments: [-1, 0, 1])
  func aSourceHasSoManyAMinute(offset: Int) async throws {
    let scene = RefusalTests.scene { $0.maxRefusedPerMinute = 8 }
    let body = "[" + (0..<8 + offset).map { "\($0)" }.joined(separator: ",") + "]"
    let answer = try await scene.answer(to: GatewayScene.post(body))
    #expect(answer.status == 400)
    #expect(RefusalTests.kept(scene) == (0..<min(8, 8 + offset)).map { "\($0)" })
    #expect(RefusalTests.letters(scene)["limited"] == (offset > 0 ? 1 : nil))
  }

  @Test func noneIsKeptWhereNoneIsWanted() async throws {
    let scene = RefusalTests.scene { $0.maxRefusedPerMinute = 0 }
    let statuses = try await RefusalTests.statuses(
      scene, [RefusalTests.batch(RefusalTests.good, RefusalTests.bad)])
    #expect(statuses == [200])
    #expect(scene.log.records.map(\.topic) == ["in-web"])
    #expect(RefusalTests.letters(scene) == ["limited": 1])
  }
}
