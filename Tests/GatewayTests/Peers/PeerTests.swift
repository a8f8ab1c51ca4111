import EventLog
import Foundation
import JourneyModel
import Testing
import Tokens
import Views
import WireFormat

@testable import Gateway

/// Gateways that share the lanes, over the wire.
@Suite(.timeLimit(.minutes(3))) struct PeerTests {
  private func fill(_ scene: SharedScene) throws {
    for number in 0..<24 {
      let lane = LaneNumber(Int32(number % 3))
      let further =
        number % 5 == 0 ? ",\"segmentAssignments\":[{\"segment\":{\"id\":\"cart\"}}]" : ""
      try scene.send(
        number, lane: lane, type: number % 6 == 0 ? "conversation" : "web",
        title: number % 2 == 0 ? "Red shoes" : "Blue hats",
        further: further + (number % 6 == 0 ? ",\"conversation\":{\"id\":\"call-\(number)\"}" : ""))
      try scene.send(
        scene.topics.segments, key: SharedScene.id(number),
        """
        {"id":"d-\(number)","createdDate":"2026-01-05T08:00:05.000Z","customerId":"ada",\
        "customerIdType":"cookie","session":{"id":"\(SharedScene.id(number))"},\
        "eventType":"SegmentAssignmentEvent","segmentAssignmentEvent":{"segment":{"id":"cart"},\
        "assignmentState":"Assigned"},"because":[]}
        """, lane: lane)
    }
  }

  private static let paths =
    [
      "/v1/sessions?pageSize=5", "/v1/sessions?q=red+shoes&pageSize=4", "/v1/sessions?q=shoes&type=web",
      "/v1/sessions?segment=cart&pageSize=2", "/v1/sessions?open=true&pageSize=200",
      "/v1/sessions?q=\(SharedScene.id(7))", "/v1/conversations/call-6", "/v1/conversations/call-12",
      "/v1/conversations/none", "/v1/operations/triggers", "/v1/definitions", "/v1/me",
      "/v1/sessions?pageSize=0", "/v1/sessions?after=nonsense", "/v1/operations/rejected",
    ]
    + ([0, 1, 2] as [LaneNumber]).map {
      "/v1/customers/cookie/\(SharedScene.customer(of: $0, 1))/sessions?pageSize=1"
    }
    + [0, 1, 2, 99].flatMap { number in
      ["", "/events", "/events?pageSize=1", "/segments", "/outcomescores"].map {
        "/api/v2/journey/sessions/\(SharedScene.id(number))\($0)"
      }
    }

  /// Whoever is asked, the answers are those of one that has all lanes, byte for byte, page by page.
  @Test(arguments: [
    nil, Access(subject: "desk", permissions: ["journey:session:view"], divisions: ["*"]),
  ])
  func theyAnswerAsOne(access: Access?) async throws {
    let scene = try SharedScene(parts: ["0", "1", "2"], access: access)
    try fill(scene)
    try await scene.serving([0, 1, 2, 3]) { _ in
      for path in PeerTests.paths {
        var next: String? = path
        while let path = next {
          let whole = try scene.get(0, path)
          for place in 1...3 {
            let part = try scene.get(place, path)
            #expect(part.status == whole.status, "\(path) \(part.body)")
            #expect(part.fields["etag"] == whole.fields["etag"], "\(path)")
            // A problem names its request.
            if whole.status < 400 { #expect(part.body == whole.body, "\(path)") }
            #expect(part.fields["sojourn-lag"] == whole.fields["sojourn-lag"], "\(path)")
          }
          let page = try? JSONSerialization.jsonObject(with: Data(whole.body.utf8)) as? [String: Any]
          next = page?["nextUri"] as? String
        }
      }
    }
  }

  @Test func oneThatIsAwayIsNamed() async throws {
    let scene = try SharedScene()
    try fill(scene)
    try await scene.serving([1]) { _ in
      for path in ["/v1/sessions", "/api/v2/journey/sessions/\(SharedScene.id(2))", "/v1/definitions"] {
        let answer = try scene.get(1, path)
        if path == "/v1/definitions" {
          // Nothing is in force: nobody has to be asked what it gave.
          #expect(answer.status == 200)
          continue
        }
        #expect(answer.status == 503 && answer.fields["retry-after"] == "1", "\(path)")
        #expect(try JSONPage(answer.body).code == "peer.unavailable")
        #expect(answer.body.contains("127.0.0.1:\(scene.ports[2]), which has lanes 2,"), "\(answer.body)")
      }
      // What is here needs nobody else.
      #expect(try scene.get(1, "/api/v2/journey/sessions/\(SharedScene.id(0))").status == 200)
    }
  }

  @Test func oneThatHasOtherLanesIsNoHelp() async throws {
    let scene = try SharedScene { settings, place in
      if place == 1 { settings.peers[0].lanes = LaneSet([1, 2]) }
    }
    try fill(scene)
    try await scene.serving([1, 2]) { _ in
      let answer = try scene.get(1, "/v1/sessions")
      #expect(answer.status == 503 && answer.body.contains("its view has lanes 2 (views.lanes)"))
      #expect(try scene.get(2, "/v1/sessions").status == 200)
    }
  }

  @Test func oneThatTakesTooLongOrSaysTooMuch() async throws {
    let scene = try SharedScene { settings, place in
      if place == 1 { settings.maxReplyBytes = 64 }
      if place == 2 { settings.timeout = .zero }
    }
    try fill(scene)
    try await scene.serving([1, 2]) { _ in
      let (large, late) = (try scene.get(1, "/v1/sessions"), try scene.get(2, "/v1/sessions"))
      #expect(large.status == 503 && large.body.contains("views.maxPeerBytes"), "\(large.body)")
      #expect(late.status == 503 && late.body.contains("views.peerTimeout"), "\(late.body)")
    }
  }

  @Test func anAnswerIsAsOldAsTheOldest() async throws {
    let scene = try SharedScene()
    try fill(scene)
    try await scene.serving([1, 2]) { gateways in
      scene.clock.value += 10_000
      try gateways[1]?.feed.catchUp()
      let all = try scene.get(1, "/v1/sessions")
      #expect(all.fields["sojourn-lag"] == "10000")
      #expect(try scene.get(1, "/v1/sessions", ["Sojourn-Max-Staleness: 9s"]).status == 503)
      #expect(try scene.get(1, "/v1/sessions", ["Sojourn-Max-Staleness: 10s"]).status == 200)
      let own = try scene.get(1, "/api/v2/journey/sessions/\(SharedScene.id(0))")
      #expect(own.fields["sojourn-lag"] == "0")
      try gateways[2]?.feed.catchUp()
      #expect(try scene.get(1, "/v1/sessions").fields["sojourn-lag"] == "0")
    }
  }

  /// What a token stands for is waited for where its lanes are.
  @Test func aTokenIsForAllOfThem() async throws {
    let scene = try SharedScene()
    try fill(scene)
    try await scene.serving([1, 2]) { gateways in
      let topic = scene.topics.inputs[.web] ?? ""
      let token = ReadToken([.init(topic, 2): .init(5)])
      let fields = ["Sojourn-Token: \(token.text)", "Prefer: wait=0"]
      #expect(try scene.get(1, "/v1/sessions", fields).status == 503)
      try scene.sendJournal(lane: 2, sequence: 1, web: 5)
      for _ in 0..<2 { try gateways[1]?.feed.catchUp() }
      let behind = try scene.get(1, "/v1/sessions", fields)
      #expect(behind.status == 503 && behind.body.contains("127.0.0.1:\(scene.ports[2])"), "\(behind.body)")
      #expect(try JSONPage(behind.body).code == "not.caught.up")
      for _ in 0..<2 { try gateways[2]?.feed.catchUp() }
      #expect(try scene.get(1, "/v1/sessions", fields).status == 200)
    }
  }

  private static func post(
    _ token: String?, _ body: [UInt8], method: String = "POST", host: String = "elsewhere.example",
    _ more: String...
  ) -> String {
    let bearer = token.map { ["Authorization: Bearer \($0)"] } ?? []
    let lines = ["\(method) /v1/peer HTTP/1.1", "Host: \(host)", "Content-Length: \(body.count)"]
    return (lines + bearer + more + ["", String(decoding: body, as: UTF8.self)]).joined(separator: "\r\n")
  }

  @Test func onlyPeersAsk() async throws {
    let scene = try SharedScene()
    try fill(scene)
    try await scene.serving([0, 1]) { _ in
      let question = PeerRequest(.question(SessionQuestion(id: "none").bytes)).bytes
      for token in [nil, "", String(SharedScene.token.dropLast()), SharedScene.token + "x"] {
        #expect(try scene.answer(1, PeerTests.post(token, question)).status == 401)
      }
      #expect(try scene.answer(1, PeerTests.post(SharedScene.token, [], method: "GET")).status == 405)
      #expect(
        try scene.answer(1, PeerTests.post(SharedScene.token, question, "Origin: https://shop.example.com"))
          .status
          == 405)
      let asked = try scene.answer(1, PeerTests.post(SharedScene.token, question))
      #expect(asked.status == 200 && asked.fields["cache-control"] == "no-store")
      for body in [[], [9], Array("GET".utf8), question.dropLast()] as [[UInt8]] {
        let answer = try scene.answer(1, PeerTests.post(SharedScene.token, body))
        let reply = try? PeerReply(decoding: Array(answer.body.utf8))
        guard case .failed? = reply?.content else {
          Issue.record("\(body): \(answer.body)")
          continue
        }
      }
      let long = PeerHandler.maxQuestionBytes
      let head = "POST /v1/peer HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(SharedScene.token)\r\n"
      #expect(try scene.answer(1, head + "Content-Length: \(long + 1)\r\n\r\n").status == 413)
      // Where the lanes are not shared there is no such path.
      let unshared = PeerTests.post(SharedScene.token, question, host: "localhost")
      #expect(try scene.answer(0, unshared).status == 404)
    }
  }

  /// A page hears of its visitor's offers at whichever gateway it asks.
  @Test func offersAreToldByAll() async throws {
    let scene = try SharedScene()
    let customer = SharedScene.customer(of: 2)
    try scene.send(200, lane: 2, further: ",\"openActions\":[{\"id\":\"x1\",\"state\":\"offered\"}]")
    try scene.send(
      scene.topics.actions, key: SharedScene.id(200),
      """
      {"id":"a1","createdDate":"2026-01-05T08:00:01.000Z","customerId":"\(customer)",\
      "customerIdType":"cookie","session":{"id":"\(SharedScene.id(200))"},"eventType":"WebActionEvent",\
      "webActionEvent":{"action":{"id":"x1","mediaType":"webMessagingOffer","state":"offered"},\
      "actionMap":{"id":"help","version":1},"expiresAt":"2026-01-05T09:00:00.000Z","offerText":"Help?"},\
      "because":[]}
      """, lane: 2)
    let path = "/api/v2/journey/deployments/shop/customers/\(customer)/ping?dl=%2Fcart"
    try await scene.serving([0, 1, 2]) { _ in
      let whole = try scene.get(0, path)
      #expect(whole.status == 200 && whole.body.contains("\"offerText\":\"Help?\""), "\(whole.body)")
      for place in [1, 2] { #expect(try scene.get(place, path).body == whole.body) }
    }
    let alone = try await scene.serving([1]) { _ in try scene.get(1, path) }
    #expect(alone.status == 503 && alone.fields["retry-after"] == "1")
    // A page is anybody's, and hears of no machine.
    #expect(!alone.body.contains("127.0.0.1") && !alone.body.contains("lanes"), "\(alone.body)")
  }

  /// A stream tells of all lanes, whoever has them.
  @Test func streamsTellOfAllLanes() async throws {
    let scene = try SharedScene()
    try fill(scene)
    try await scene.serving([1, 2], follows: true) { gateways in
      let readers = try [1, 2].map { try LiveReader(scene.ports[$0], "/v1/live?scope=all") }
      defer { readers.forEach { $0.close() } }
      // A peer is heard of from the first time on that it was asked: streams begin anew then.
      var revision = 2
      for lane in [0, 2] as [LaneNumber] {
        let number = 100 + lane.index
        for reader in readers {
          var event = LiveReader.Event(name: "", id: "", data: "")
          repeat {
            try scene.send(number, lane: lane, revision: revision)
            revision += 1
            event = try #require(reader.event())
          } while !(event.name == "card" && event.data.contains(SharedScene.id(number)))
        }
      }
      try scene.send(102, lane: 2, revision: nil)
      for reader in readers {
        var event = try #require(reader.event())
        while event.name != "gone" { event = try #require(reader.event()) }
        #expect(event.data == "{\"id\":\"\(SharedScene.id(102))\"}")
      }
      #expect(gateways.count == 2)
    }
  }

  @Test func messagesComeBackAsTheyWere() throws {
    let position = ViewChanges.Position(epoch: 7, number: 9)
    for subject in [.question([1, 2]), .changes(after: nil), .changes(after: position)]
      as [PeerRequest.Subject]
    {
      let request = PeerRequest(token: "v1.e30", wait: 250, subject)
      let read = try PeerRequest(decoding: request.bytes)
      #expect(read.bytes == request.bytes && read.wait == 250 && read.token == "v1.e30")
      for end in 0..<request.bytes.count {
        #expect(throws: CodecError.self) { try PeerRequest(decoding: Array(request.bytes.prefix(end))) }
      }
    }
    let lanes = LaneSet([0, 1, 2])
    for content in [
      .reply([1, 2, 3], asOf: EventTime(milliseconds: -5)), .notCaughtUp("x"), .failed("ü"),
    ] as [PeerReply.Content] {
      let reply = PeerReply(lanes: lanes, content)
      #expect(try PeerReply(decoding: reply.bytes).bytes == reply.bytes)
      for end in 0..<reply.bytes.count {
        #expect(throws: CodecError.self) { try PeerReply(decoding: Array(reply.bytes.prefix(end))) }
      }
    }
    // An age of which nothing can be subtracted, and that nobody could print.
    for time in [.min, .max, EventTime.latest.milliseconds + 1] as [Int64] {
      let reply = PeerReply(lanes: lanes, .reply([], asOf: EventTime(milliseconds: time)))
      #expect(throws: CodecError.self) { try PeerReply(decoding: reply.bytes) }
    }
  }
}
