import EmbeddedLog
import EventLog
import Foundation
import JourneyModel
import SimulatedLog
import Synchronization
import Testing

@testable import Webhooks

/// Senders on logs, with receivers on the loopback interface.
@Suite(.timeLimit(.minutes(3))) struct WebhookServiceTests {
  private static func names(_ count: Int, _ from: Int = 0) -> [String] {
    (from..<from + count).map { "t\($0)" }
  }

  /// Twenty sessions.
  private static func session(_ name: String) -> String { "s\((Int(name.dropFirst()) ?? 0) % 20)" }

  private static func simulated(_ faults: (any FaultInjector)? = nil) throws -> ServiceScene {
    let log = SimulatedLog(seed: 7, configuration: .init(waitsInRealTime: true))
    let scene = try ServiceScene(log)
    log.faults = faults
    return scene
  }

  /// In each session the first arrivals of the ids are in the order of publishing.
  private static func expectOrder(_ received: [ReceivingServer.Received]) {
    var newest: [String: Int] = [:]
    var seen: Set<String> = []
    // What a new owner sends again may come behind what the old one was further with.
    for request in received where seen.insert(request.id).inserted {
      let session = session(request.id)
      #expect(request.id.number > newest[session] ?? -1, "\(request.id) after t\(newest[session] ?? -1)")
      newest[session] = request.id.number
    }
  }

  @Test func everyTriggerArrivesOnceAndInOrder() async throws {
    let scene = try Self.simulated()
    let server = try await ReceivingServer.start()
    let service = scene.service([try ServiceScene.target("crm", server.url)])
    try await ServiceScene.running([service]) {
      try await scene.publish(Self.names(300), session: Self.session)
      try await eventually { try await scene.isSettled("crm") }
    }
    #expect(server.received.map(\.id).sorted() == Self.names(300).sorted())
    #expect(server.received.allSatisfy { $0.headers["ce-id"] == "event-\($0.id)" })
    Self.expectOrder(server.received)
    let facts = service.monitors[0].current
    #expect(facts.counts.delivered == 300)
    #expect(facts.pending == 0 && facts.pendingBytes == 0 && facts.requests == 0)
    #expect(try await scene.deadLetters().isEmpty)
    await server.stop()
  }

  @Test func aReceiverThatFailsNowAndThenGetsAll() async throws {
    let scene = try Self.simulated()
    let server = try await ReceivingServer.start { request in
      switch (request.attempt, request.id.number % 7) {
      case (1, 0): .answer(503)
      case (1, 1): .close
      case (1...2, 2): .answer(429, headers: ["retry-after": "0"])
      case (1, 3): .answer(500, body: "oops")
      default: .answer(202)
      }
    }
    let service = scene.service([try ServiceScene.target("crm", server.url)])
    try await ServiceScene.running([service]) {
      try await scene.publish(Self.names(200), session: Self.session)
      try await eventually { try await scene.isSettled("crm") }
    }
    #expect(Set(server.received.map(\.id)) == Set(Self.names(200)))
    Self.expectOrder(server.received)
    #expect(service.monitors[0].current.counts.delivered == 200)
    #expect(try await scene.deadLetters().isEmpty)
    await server.stop()
  }

  @Test func whatIsRefusedIsADeadLetterWithTheLastAnswer() async throws {
    let scene = try Self.simulated()
    let long = String(repeating: "y", count: 5_000)
    let server = try await ReceivingServer.start { request in
      request.id == "t3" ? .answer(422, body: "no such customer\n\u{7}" + long) : .answer(200)
    }
    let service = scene.service([try ServiceScene.target("crm", server.url)])
    try await ServiceScene.running([service]) {
      try await scene.publish(Self.names(10), session: Self.session)
      try await eventually { try await scene.isSettled("crm") }
    }
    let letters = try await scene.deadLetters()
    let letter = try #require(letters.first)
    #expect(letters.count == 1)
    #expect(letter["sojourn-reason"] == "refused")
    #expect(letter["sojourn-target"] == "crm")
    #expect(letter["sojourn-status"] == "422")
    #expect(letter["sojourn-attempts"] == "1")
    #expect(letter["sojourn-action"] == "t3")
    #expect(letter["sojourn-answer"]?.hasPrefix("no such customer  yyy") == true)
    #expect(letter["sojourn-answer"]?.utf8.count == 1_024)
    #expect(letter["ce_type"] == "dev.sojourn.webhook.failure.v1")
    #expect(letter.value.contains("\"id\":\"t3\""))
    #expect(server.received.map(\.id).filter { $0 == "t3" }.count == 1)
    await server.stop()
  }

  /// The log fails one request in eight: what is dead is written once, what is alive is not lost.
  @Test func aLogThatFailsLosesNothing() async throws {
    let scene = try Self.simulated(SenderFaults(interval: 8))
    let server = try await ReceivingServer.start { request in
      request.id.number.isMultiple(of: 5) ? .answer(400) : .answer(200)
    }
    let service = scene.service([try ServiceScene.target("crm", server.url)])
    let names = Self.names(300)
    try await ServiceScene.running([service]) {
      for start in stride(from: 0, to: 300, by: 50) {
        try await scene.publish(Array(names[start..<start + 50]), session: Self.session)
        try await Task.sleep(for: .milliseconds(30))
      }
      try await eventually { try await scene.isSettled("crm") }
    }
    #expect(Set(server.received.map(\.id)) == Set(names))
    let dead = try await scene.deadLetters().map { $0["sojourn-action"] ?? "" }
    #expect(dead.sorted() == names.filter { $0.number.isMultiple(of: 5) }.sorted(), "each once")
    #expect(service.monitors[0].current.faults > 0)
    await server.stop()
  }

  @Test func aRestartGoesOnWhereItWas() async throws {
    let file = try TemporaryFile()
    let server = try await ReceivingServer.start()
    let names = Self.names(120)
    for round in 0..<3 {
      // A log of its own each time, as a new process has.
      let scene = try ServiceScene(try EmbeddedLog(path: file.path))
      let service = scene.service([try ServiceScene.target("crm", server.url)], instance: "one")
      try await scene.publish(Array(names[round * 40..<round * 40 + 40]), session: Self.session)
      try await ServiceScene.running([service]) {
        try await eventually { try await scene.isSettled("crm") }
      }
    }
    #expect(server.received.map(\.id).sorted() == names.sorted(), "each once: stops were graceful")
    Self.expectOrder(server.received)
    await server.stop()
  }

  @Test func aStopInTheMiddleSendsTheRestLater() async throws {
    let file = try TemporaryFile()
    let server = try await ReceivingServer.start { _ in .answer(200) }
    let names = Self.names(400)
    var target = try ServiceScene.target("crm", server.url)
    target.rules.maxConcurrent = 2
    let scene = try ServiceScene(try EmbeddedLog(path: file.path))
    try await scene.publish(names, session: Self.session)
    try await ServiceScene.running([scene.service([target])]) {
      try await eventually { server.received.count >= 50 }
    }
    let before = server.received.count
    #expect(before < 400)
    try await ServiceScene.running([scene.service([target])]) {
      try await eventually { try await scene.isSettled("crm") }
    }
    #expect(Set(server.received.map(\.id)) == Set(names))
    // What was under way was waited for; what was delivered behind an older one that was open comes again.
    #expect(server.received.count <= 400 + before)
    Self.expectOrder(server.received)
    await server.stop()
  }

  @Test func whatRetentionRemovedIsPassed() async throws {
    let log = SimulatedLog(seed: 7, configuration: .init(waitsInRealTime: true))
    let scene = try ServiceScene(log)
    let server = try await ReceivingServer.start()
    let target = try ServiceScene.target("crm", server.url)
    for round in 0..<2 {
      try await scene.publish(Self.names(40, round * 40), session: Self.session)
      if round == 1 {
        // All of the first round, and some of the second that nobody has read.
        log.now += 1_000
        let ends = (0..<ServiceScene.partitions).map { TopicPartition(ServiceScene.actions, $0) }
        let bounds = try log.makeReader().bounds(ends)
        try log.release(before: bounds.mapValues { NextOffset($0.end.value - 2) }, history: .zero)
      }
      try await ServiceScene.running([scene.service([target])]) {
        try await eventually { try await scene.isSettled("crm") }
      }
    }
    let after = server.received.dropFirst(40)
    #expect(after.count == 4, "the last trigger of each partition is left")
    #expect(after.allSatisfy { $0.id.number >= 40 })
    await server.stop()
  }

  @Test func twoInstancesShareTheWork() async throws {
    let scene = try Self.simulated()
    let server = try await ReceivingServer.start()
    let target = try ServiceScene.target("crm", server.url)
    let services = ["one", "two"].map { scene.service([target], instance: $0) }
    let names = Self.names(400)
    try await ServiceScene.running(services) {
      try await eventually { services.allSatisfy { $0.monitors[0].current.isMember } }
      try await scene.publish(names, session: Self.session)
      try await eventually { try await scene.isSettled("crm") }
    }
    #expect(Set(server.received.map(\.id)) == Set(names))
    for service in services { #expect(service.monitors[0].current.counts.delivered > 50) }
    await server.stop()
  }

  /// Partitions are given away with a commit that nobody confirms: only a new producer can write after it.
  @Test func partitionsGivenAwayWithoutAnAnswerAreSentOn() async throws {
    let scene = try Self.simulated()
    let server = try await ReceivingServer.start()
    let target = try ServiceScene.target("crm", server.url)
    // Commits nothing before it has to give partitions away.
    var settings = scene.settings("one")
    (settings.commitInterval, settings.idleCommitInterval) = (.seconds(3), .seconds(3))
    let one = scene.service([target], settings)
    let two = scene.service([target], instance: "two")
    let log = try #require(scene.log as? SimulatedLog)
    try await ServiceScene.running([one]) {
      try await scene.publish(Self.names(40), session: Self.session)
      try await eventually { server.received.count == 40 }
      log.faults = LostAnswer(instance: "-one")
      try await ServiceScene.running([two]) {
        try await eventually { log.firedFaults.total == 1 }
        try await scene.publish(Self.names(40, 40), session: Self.session)
        try await eventually { one.monitors[0].current.isMember && two.monitors[0].current.isMember }
        try await eventually { try await scene.isSettled("crm") }
      }
    }
    #expect(Set(server.received.map(\.id)) == Set(Self.names(80)))
    #expect(log.firedFaults.total == 1)
    await server.stop()
  }

  @Test func oneLeavesAndTheOtherTakesOver() async throws {
    let scene = try Self.simulated()
    let server = try await ReceivingServer.start()
    let target = try ServiceScene.target("crm", server.url)
    let (staying, leaving) = (
      scene.service([target], instance: "one"), scene.service([target], instance: "two")
    )
    let names = Self.names(300)
    try await ServiceScene.running([staying]) {
      try await ServiceScene.running([leaving]) {
        try await eventually { leaving.monitors[0].current.isMember && staying.monitors[0].current.isMember }
        try await scene.publish(names, session: Self.session)
        try await eventually { server.received.count > 100 }
      }
      try await eventually { try await scene.isSettled("crm") }
    }
    #expect(Set(server.received.map(\.id)) == Set(names))
    Self.expectOrder(server.received)
    await server.stop()
  }

  @Test func aDeadTargetIsBoundedAndHoldsNobody() async throws {
    let scene = try Self.simulated()
    let server = try await ReceivingServer.start()
    let silent = try await ReceivingServer.start { _ in .hang }
    var dead = try ServiceScene.target("dead", silent.url)
    dead.rules.timeout = .milliseconds(50)
    dead.rules.maxPending = 20
    dead.rules.maxPendingBytes = 4_000
    let services = scene.service([dead, try ServiceScene.target("crm", server.url)])
    let worst = Mutex((pending: 0, bytes: 0))
    let names = Self.names(500)
    try await ServiceScene.running([services]) {
      try await scene.publish(names, session: Self.session)
      try await eventually {
        let facts = services.monitors[0].current
        worst.withLock { worst in
          worst.pending = max(worst.pending, facts.pending)
          worst.bytes = max(worst.bytes, facts.pendingBytes)
        }
        return try await scene.isSettled("crm")
      }
      try await eventually { services.monitors[0].current.circuit != .closed }
    }
    #expect(server.received.map(\.id).sorted() == names.sorted())
    #expect(worst.withLock { $0.pending } <= 20)
    // One record may pass beyond the bound.
    #expect(worst.withLock { $0.bytes } <= 4_000 + 400)
    #expect(try await scene.isSettled("dead") == false)
    await server.stop()
    await silent.stop()
  }

  @Test func whatADeadTargetNeverGotIsWrittenWhenItExpires() async throws {
    let scene = try Self.simulated()
    let server = try await ReceivingServer.start { _ in .answer(503, body: "down for maintenance") }
    let service = scene.service([try ServiceScene.target("crm", server.url)])
    try await ServiceScene.running([service]) {
      try await eventually { service.monitors[0].current.isMember }
      try await scene.publish(Self.names(40), session: Self.session, expiresIn: 1)
      try await eventually { try await scene.isSettled("crm") }
    }
    let letters = try await scene.deadLetters()
    #expect(letters.compactMap { $0["sojourn-action"] }.sorted() == Self.names(40).sorted())
    #expect(Set(letters.compactMap { $0["sojourn-reason"] }) == ["expired"])
    #expect(letters.contains { $0["sojourn-status"] == "503" })
    await server.stop()
  }
}

/// Lets one request in so many fail that senders make.
private struct SenderFaults: FaultInjector {
  var interval: Int

  mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
    guard request.subject != "reader", request.subject != "publisher", random.chance(oneIn: interval) else {
      return .proceed
    }
    let moment: FaultMoment = random.chance(oneIn: 2) ? .beforeEffect : .afterEffect
    switch request.kind {
    case .commit where moment == .afterEffect:
      return .fail(LogError(.commitUnknown, code: "lostReply", "injected"), moment)
    case .produce, .flush, .sendOffsets, .commit:
      let reaction: LogError.Reaction = random.chance(oneIn: 2) ? .abortAndRewind : .retry
      return .fail(LogError(reaction, code: "injected", "injected"), moment)
    default: return .fail(LogError(.retry, code: "injected", "injected"), moment)
    }
  }
}

/// Loses the answer to the first commit of one instance.
private struct LostAnswer: FaultInjector {
  var instance: String?

  mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
    guard request.kind == .commit, let instance, request.subject.hasSuffix(instance) else { return .proceed }
    self.instance = nil
    return .fail(LogError(.commitUnknown, code: "lostReply", "injected"), .beforeEffect)
  }
}

extension String {
  /// The number behind the first letter.
  fileprivate var number: Int { Int(dropFirst()) ?? 0 }
}

/// A path of its own below the temporary directory, removed with the object.
final class TemporaryFile: Sendable {
  let path: String
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("sojourn-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    path = directory.appendingPathComponent("log.sqlite").path
  }

  deinit { try? FileManager.default.removeItem(at: directory) }
}
