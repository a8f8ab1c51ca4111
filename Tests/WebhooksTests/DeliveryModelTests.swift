import EventLog
import JourneyModel
import SeededGenerator
import Testing

@testable import Webhooks

/// Random courses of many sessions against what must hold whatever happens.
@Suite struct DeliveryModelTests {
  @Test(arguments: 0..<200) func everyTriggerIsSettledOnceAndInOrder(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var rules = DeliveryRules()
    rules.maxConcurrent = Int(random.pick(1...6))
    rules.maxAttempts = Int(random.pick(1...5))
    rules.maxPending = Int(random.pick(5...40))
    var scene = MachineScene(rules: rules)
    var course = Course()
    let total = 120
    while course.taken < total || scene.machine.pending > 0 || scene.machine.due() != nil {
      while course.taken < total, scene.machine.capacity > 0, random.chance(60) {
        let session = "s\(random.pick(0...9))"
        let name = "\(course.taken)"
        let expires = scene.milliseconds + random.pick(0...90_000)
        scene.take(name, session: session, expires: expires)
        course.expiry[name] = expires
        course.sessions[session, default: []].append(course.taken)
        course.taken += 1
      }
      #expect(scene.machine.pending <= rules.maxPending)
      for attempt in scene.start() { course.begin(attempt, at: scene.milliseconds) }
      #expect(scene.machine.requests <= rules.maxConcurrent)
      for attempt in course.underWay where random.chance(50) { course.answer(attempt, &scene, &random) }
      if random.chance(30) { course.commit(&scene) }
      scene.milliseconds += random.pick(1...3_000)
    }
    course.check(scene.machine.counts, total)
  }

  /// What a receiver and a reader of dead letters see.
  private struct Course {
    var taken = 0
    var expiry: [String: Int64] = [:]
    var sessions: [String: [Int]] = [:]
    var underWay: [Attempt] = []
    var delivered: [Int] = []
    var failed: [Int] = []
    var position: Int64 = 0

    mutating func begin(_ attempt: Attempt, at now: Int64) {
      let name = attempt.trigger.action
      #expect(now <= expiry[name] ?? 0, "sent after its time")
      #expect(!underWay.contains { $0.trigger.session == attempt.trigger.session }, "two of one session")
      underWay.append(attempt)
    }

    mutating func answer(_ attempt: Attempt, _ scene: inout MachineScene, _ random: inout SeededGenerator) {
      underWay.removeAll { $0.id == attempt.id }
      switch random.pick(1...10) {
      case 1...5:
        scene.answer(attempt, 200)
        delivered.append(Int(attempt.trigger.action) ?? -1)
      case 6: scene.answer(attempt, 404)
      case 7: scene.answer(attempt, 429, retryAfter: .seconds(random.pick(0...5)))
      case 8: scene.fail(attempt, .timedOut)
      default: scene.answer(attempt, 503)
      }
    }

    mutating func commit(_ scene: inout MachineScene) {
      let done = scene.commit()
      if let reached = done.position {
        #expect(reached > position)
        position = reached
      }
      for failure in done.failures {
        #expect(failure.origin.offset.value < position, "a dead letter goes with the position behind it")
        failed.append(Int(failure.trigger?.action ?? "") ?? -1)
      }
    }

    func check(_ counts: DeliveryCounts, _ total: Int) {
      #expect(position == Int64(total))
      #expect((delivered + failed).sorted() == Array(0..<total), "each once")
      #expect(counts.delivered == delivered.count)
      #expect(counts.failed.values.reduce(0, +) == failed.count)
      for (session, numbers) in sessions {
        let seen = delivered.filter { numbers.contains($0) }
        #expect(seen == seen.sorted(), "\(session) came in order")
      }
    }
  }

  @Test func pausesDoubleAndAreTheSameInEveryRun() {
    let backoff = Backoff(DeliveryRules())
    var earlier: Duration = .zero
    for number in 1...7 {
      let full = Duration.milliseconds(500) * (1 << (number - 1))
      let pause = backoff.pause(after: number, of: "x")
      #expect(pause >= full / 2 && pause <= full)
      #expect(pause > earlier / 2)
      earlier = pause
    }
    for number in [8, 9, 30, 1_000] {
      #expect(backoff.pause(after: number, of: "x") <= .seconds(60))
      #expect(backoff.pause(after: number, of: "x") >= .seconds(30))
    }
    #expect(backoff.pause(after: 3, of: "x") == backoff.pause(after: 3, of: "x"))
    let many = Set((0..<100).map { backoff.pause(after: 1, of: "action-\($0)") })
    #expect(many.count > 90, "what failed together does not come back together")
  }

  /// One step of a circuit: mutating calls have no place inside an expectation.
  private struct Watched {
    var circuit = TargetCircuit(DeliveryRules())
    mutating func allows(_ seconds: Double, underWay: Int = 0) -> Bool {
      circuit.allows(at: .seconds(seconds), underWay: underWay)
    }
    mutating func fault(_ seconds: Double) -> TargetCircuit.Change? {
      circuit.noteFault(at: .seconds(seconds))
    }
    mutating func well() -> TargetCircuit.Change? { circuit.noteWell() }
  }

  @Test func aCircuitOpensProbesAndCloses() {
    var watched = Watched()
    var seen: [TargetCircuit.Change?] = []
    for _ in 1...4 { seen.append(watched.fault(0)) }
    seen.append(watched.fault(10))
    #expect(seen == [nil, nil, nil, nil, .opened(failures: 5, rest: .seconds(1))])
    var allowed = [watched.allows(10.999), watched.allows(11, underWay: 1), watched.allows(11)]
    #expect(allowed == [false, false, true], "after its rest, one at a time")
    seen = [watched.fault(11), watched.fault(12)]
    #expect(seen == [.opened(failures: 6, rest: .seconds(2)), nil], "an answer of before says nothing new")
    allowed = [watched.allows(12.999), watched.allows(13)]
    #expect(allowed == [false, true])
    seen = [watched.well(), watched.well()]
    #expect(seen == [.closed, nil])
    allowed = [watched.allows(13, underWay: 7)]
    #expect(allowed == [true])
    seen = (1...4).map { _ in watched.fault(20) } + [watched.well()]
    #expect(seen == [nil, nil, nil, nil, nil])
    #expect(watched.circuit.failures == 0)
  }
}
