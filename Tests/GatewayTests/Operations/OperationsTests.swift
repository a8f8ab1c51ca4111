import EventLog
import Foundation
import JourneyModel
import JourneyRules
import SimulatedLog
import Testing
import Tokens
import WireFormat

@testable import Gateway

/// What whoever runs the lanes asks, over the wire.
@Suite(.timeLimit(.minutes(3))) struct OperationsTests {
  private func access(_ permissions: Set<String>) -> Access {
    Access(subject: "desk", permissions: permissions, divisions: ["*"])
  }

  private func answers(_ scene: LiveScene, _ paths: [String]) async throws -> [(Int, [String: Any])] {
    try scene.send(1, revision: 1)
    let answers = try await scene.serving { port in
      try paths.map { path in
        let connection = try RawConnection(port: port)
        defer { connection.close() }
        connection.send(LiveScene.request(path, [LiveScene.bearer]))
        return try #require(connection.receiveAnswer())
      }
    }
    return try answers.map { answer in
      let value = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
      return (answer.status, try #require(value as? [String: Any]))
    }
  }

  private func journal(
    _ sequence: Int, applied: Int, rejected: Int = 0, web: Int64, ago seconds: Int64, _ scene: LiveScene
  ) throws {
    var record = JournalRecord(
      lane: 0, partitions: 1, sequence: BatchSequence(sequence),
      takenAt: EventTime(milliseconds: scene.clock.value - seconds * 1_000), configuration: "c")
    record.ranges = ["web": 0..<web]
    record.highest[.web] = EventTime(milliseconds: scene.clock.value - seconds * 1_000)
    record.counts.read = applied + rejected
    record.counts.applied = applied
    record.counts.rejected = rejected
    var count = UsageCounts.Count()
    count.events = applied
    record.usage.add(count, source: "shop", stream: .web)
    try scene.send(scene.topics.journal, key: nil, String(decoding: record.encoded(), as: UTF8.self))
  }

  @Test func lanesAndWhatBecameOfTheirRecords() async throws {
    let scene = try LiveScene()
    try journal(1, applied: 7, web: 7, ago: 1_000, scene)
    try journal(2, applied: 5, rejected: 2, web: 14, ago: 60, scene)
    try journal(3, applied: 1, web: 15, ago: 58, scene)
    let (status, answer) = try await answers(scene, ["/v1/operations"])[0]
    #expect(status == 200)
    let lane = try #require((answer["lanes"] as? [[String: Any]])?.first)
    #expect(lane["lane"] as? Int == 0 && lane["sequence"] as? Int == 3)
    #expect((lane["watermarks"] as? [String: String])?.keys.sorted() == ["web"])
    let history = try #require(answer["history"] as? [String: Any])
    let applied = try #require(history["applied"] as? [Int])
    // What is older than the history is not in it.
    #expect(applied.count == 180 && applied.reduce(0, +) == 6)
    #expect((history["rejected"] as? [Int])?.reduce(0, +) == 2)
    let sources = try #require(answer["sources"] as? [[String: Any]])
    #expect(sources.map { $0["source"] as? String } == ["shop"])
    #expect(sources.map { $0["events"] as? Int } == [6])
    #expect((answer["view"] as? [String: Any])?["sessions"] as? Int == 1)
  }

  @Test func deadLettersByReason() async throws {
    func fill(_ scene: LiveScene) throws {
      for (reason, value) in [
        ("late", "{\"a\":1}"), ("late", String(repeating: "x", count: 3_000)), ("x", ""),
      ] {
        try scene.send(
          scene.topics.rejected, key: "k", value,
          headers: HeaderBlock([
            ("sojourn-reason", reason), ("sojourn-explanation", "it was \(reason)"),
            ("sojourn-origin-topic", "web"), ("sojourn-origin-partition", "0"),
            ("sojourn-origin-offset", "7"),
          ]))
      }
    }
    let scene = try LiveScene()
    try fill(scene)
    let found = try await answers(
      scene,
      [
        "/v1/operations/rejected", "/v1/operations/rejected?reason=late",
        "/v1/operations/rejected?pageSize=0",
      ])
    #expect(found.map(\.0) == [200, 200, 400])
    let reasons = try #require(found[0].1["reasons"] as? [[String: Any]])
    #expect(reasons.map { $0["reason"] as? String } == ["late", "x"])
    #expect(reasons.map { $0["count"] as? Int } == [2, 1])
    let late = try #require(found[1].1["entities"] as? [[String: Any]])
    #expect(
      late.map { $0["bytes"] as? Int } == [3_000, 7] || late.map { $0["bytes"] as? Int } == [7, 3_000])
    #expect(Set(late.compactMap { $0["shownBytes"] as? Int }) == [OperationsAnswer.shownBytes, 7])
    // Without the permission nobody reads what was sent, or what is cited of it.
    let guarded = try LiveScene(token: access(["sojourn:operations:view"]))
    try fill(guarded)
    let hidden = try await answers(guarded, ["/v1/operations/rejected"])[0].1
    for entry in try #require(hidden["entities"] as? [[String: Any]]) {
      #expect(entry["value"] == nil && entry["explanation"] == nil && entry["reason"] != nil)
    }
  }

  @Test func triggersAreNewestFirstAndRedacted() async throws {
    func fill(_ scene: LiveScene) throws {
      for number in 1...3 {
        try scene.send(
          scene.topics.actions, key: LiveScene.id(1),
          """
          {"id":"a\(number)","createdDate":"2026-01-05T08:00:0\(number).000Z","customerId":"ada-0001",\
          "customerIdType":"cookie","session":{"id":"\(LiveScene.id(1))"},"eventType":"WebActionEvent",\
          "webActionEvent":{"action":{"id":"x","state":"offered"},"actionMap":{"id":"m"},\
          "ipAddress":"192.0.2.1"},"because":[]}
          """)
        scene.log.now += 1_000
      }
    }
    let scene = try LiveScene()
    try fill(scene)
    let found = try await answers(scene, ["/v1/operations/triggers?pageSize=2"])[0].1
    let ids = (found["entities"] as? [[String: Any]])?.map { $0["id"] as? String }
    #expect(ids == ["a3", "a2"])
    let permissions: Set<String> = [
      "sojourn:operations:view", "journey:session:view", "journey:event:view",
    ]
    let guarded = try LiveScene(token: access(permissions))
    try fill(guarded)
    let text = "\(try await answers(guarded, ["/v1/operations/triggers"])[0].1)"
    #expect(text.contains("••••0001") && !text.contains("ada-") && !text.contains("192.0.2.1"))
  }

  @Test func whatIsInForceAndWhatItGave() async throws {
    let text = """
      {"entities":[{"kind":"segment","id":"cart","displayName":"Cart","color":"#4285f4","version":1,
      "journey":{"patterns":[{"streamType":"Web","eventName":"page_viewed","criteria":
      [{"key":"page.url","values":["/cart"],"operator":"containsAny"}]}]}},
      {"kind":"actionTemplate","id":"t","name":"T","version":1,"mediaType":"contentOffer","state":"Active",
      "contentOffer":{"title":"T","body":"B"}}]}
      """
    func fill(_ scene: LiveScene) throws {
      let check = DefinitionCheck([
        DefinitionDocument(file: "test", value: try DefinitionJSON.read(Array(text.utf8)))
      ])
      let bundle = try #require(check.bundle, "\(check.findings)")
      let publisher = try scene.log.makePublisher()
      defer { publisher.close() }
      let current = DefinitionRecords.Current(
        bundle: bundle.hash.description, revision: 4, appliedAt: scene.now)
      try publisher.send(
        DefinitionRecords.records(bundle, as: current, topic: scene.topics.definitions))
      try scene.send(
        scene.topics.segments, key: LiveScene.id(1),
        """
        {"id":"d1","createdDate":"2026-01-05T08:00:05.000Z","customerId":"ada","customerIdType":"cookie",\
        "session":{"id":"\(LiveScene.id(1))"},"eventType":"SegmentAssignmentEvent",\
        "segmentAssignmentEvent":{"segment":{"id":"cart"},"assignmentState":"Assigned"},"because":[]}
        """)
    }
    let scene = try LiveScene()
    scene.log.now = scene.clock.value
    try fill(scene)
    let found = try await answers(scene, ["/v1/definitions"])[0].1
    #expect(found["revision"] as? Int == 4)
    let entities = try #require(found["entities"] as? [[String: Any]])
    #expect(entities.map { $0["id"] as? String } == ["cart", "t"])
    #expect(entities[0]["color"] as? String == "#4285f4")
    let matches = entities[0]["matches"] as? [String: Any]
    #expect(matches?["lastHour"] as? Int == 1)
    #expect(matches?["newest"] as? String == "2026-01-05T08:00:05.000Z")
    let guarded = try LiveScene(token: access(["journey:segment:view"]))
    guarded.log.now = guarded.clock.value
    try fill(guarded)
    let some = try await answers(guarded, ["/v1/definitions"])[0].1
    #expect((some["entities"] as? [[String: Any]])?.map { $0["id"] as? String } == ["cart"])
    let none = try await answers(LiveScene(), ["/v1/definitions"])[0].1
    #expect((none["entities"] as? [[String: Any]])?.isEmpty == true && none["bundle"] == nil)
  }

  @Test func whoRunsNothingSeesNothing() async throws {
    let found = try await answers(
      LiveScene(token: access(["journey:*:view"])),
      ["/v1/operations", "/v1/operations/rejected", "/v1/operations/triggers", "/v1/definitions"])
    #expect(found.map(\.0) == [403, 403, 403, 200])
  }
}
