import EventLog
import Foundation
import JourneyModel
import Processor
import Testing

@testable import Gateway

@Suite struct ReadinessTests {
  /// A state, and the codes of the reasons that are expected of it.
  struct Example: Sendable, CustomStringConvertible {
    var name: String
    var codes: [String]
    var at: Int64 = 1_000
    var build: @Sendable (inout Scene) -> Void
    var description: String { name }
  }

  static let examples: [Example] = [
    Example(name: "just started", codes: ["starting"]) { _ in },
    Example(name: "started, another owns the log", codes: ["waiting"]) {
      $0.note(.waiting("process 7 runs it"))
    },
    Example(name: "a standby", codes: ["waiting"]) {
      $0.note(.waiting("process 7 runs it"))
      $0.turn(isMember: false, at: 900)
    },
    Example(name: "a member that has not joined yet", codes: ["waiting"]) { $0.turn(isMember: false) },
    Example(name: "a member without lanes", codes: []) { $0.turn() },
    Example(name: "two lanes, both being restored", codes: ["restoring 0", "restoring 1"]) {
      $0.note(.restoring([0, 1]))
    },
    Example(name: "two lanes, one being restored", codes: ["restoring 1"]) {
      $0.note(.restoring([0, 1]))
      $0.note(.running(lane: 0, sessions: 4))
    },
    Example(name: "two lanes that run", codes: []) { $0.run([0, 1]) },
    Example(name: "a lag that moves", codes: [], at: 60_999) {
      $0.run([0])
      $0.turn([Scene.input(0, of: 10)], at: 0)
      $0.turn([Scene.input(1, of: 10)], at: 60_000)
    },
    Example(name: "a lag that does not move", codes: ["stalled 0 web"], at: 60_000) {
      $0.run([0, 1])
      $0.turn([Scene.input(0, of: 10), Scene.input(10, of: 10, lane: 1)], at: 0)
      $0.turn([Scene.input(0, of: 10), Scene.input(10, of: 10, lane: 1)], at: 59_000)
    },
    Example(name: "a worker that hangs with a lag", codes: ["silent", "stalled 0 web"], at: 90_000) {
      $0.run([0])
      $0.turn([Scene.input(0, of: 10)])
    },
    Example(name: "a worker that hangs without a lag", codes: ["silent"], at: 90_000) {
      $0.run([0])
      $0.turn([Scene.input(10, of: 10)])
    },
    Example(name: "a restore that goes on for long, lane by lane", codes: ["restoring 1"], at: 60_000) {
      $0.note(.restoring([0, 1]))
      $0.note(.running(lane: 0, sessions: 1), at: 40_000)
    },
    Example(name: "a rewind", codes: ["restoring 0"]) {
      $0.run([0])
      $0.note(.rewound(LogError(.abortAndRewind, code: "x", "x")))
      $0.note(.restoring([0]))
    },
    Example(name: "all lanes lost, and not a member", codes: ["waiting"]) {
      $0.run([0])
      $0.turn([Scene.input(0, of: 10)])
      $0.note(.released([0]))
      $0.turn(isMember: false)
    },
    Example(name: "a topic that rests", codes: ["breakerOpen web"]) {
      $0.run([0])
      $0.note(.breakerOpened(Scene.opening))
    },
    Example(name: "a topic that rests for long", codes: ["breakerOpen web", "stalled 0 web"], at: 60_000) {
      $0.run([0])
      $0.note(.breakerOpened(Scene.opening))
      $0.turn([Scene.input(0, of: 10, pause: "broken")])
      $0.turn([Scene.input(0, of: 10, pause: "broken")], at: 59_000)
    },
    Example(name: "a topic on trial", codes: []) {
      $0.run([0])
      $0.note(.breakerOpened(Scene.opening))
      $0.note(.breakerHalfOpened(topic: "web"))
    },
    Example(name: "a topic that failed its trial", codes: ["breakerOpen web"]) {
      $0.run([0])
      $0.note(.breakerOpened(Scene.opening))
      $0.note(.breakerHalfOpened(topic: "web"))
      $0.note(.breakerOpened(Scene.opening))
    },
    Example(name: "a topic that is read as before", codes: []) {
      $0.run([0])
      $0.note(.breakerOpened(Scene.opening))
      $0.note(.breakerHalfOpened(topic: "web"))
      $0.note(.breakerClosed(topic: "web"))
    },
    Example(name: "stopping", codes: ["stopping"]) {
      $0.run([0])
      $0.facts.noteStopping()
    },
  ]

  @Test(arguments: examples)
  func verdicts(_ example: Example) {
    var scene = Scene()
    example.build(&scene)
    let readiness = Readiness(scene.facts, at: Scene.moment(example.at), HealthLimits())
    let codes = readiness.reasons.map { reason in
      switch reason {
      case .starting: "starting"
      case .waiting: "waiting"
      case .restoring(let lane, _): "restoring \(lane)"
      case .breakerOpen(let opening, _): "breakerOpen \(opening.topic)"
      case .stalled(let stall): "stalled \(stall.lane) \(stall.topic)"
      case .silent: "silent"
      case .stopping: "stopping"
      }
    }
    #expect(codes == example.codes)
    #expect(readiness.isReady == example.codes.isEmpty)
  }

  @Test func theAnswerNamesPlaceLagAndTime() {
    var scene = Scene()
    scene.note(.restoring([3, 4]))
    scene.note(.running(lane: 3, sessions: 0))
    scene.turn([Scene.input(0, of: 120, lane: 3, pause: "hot \"key\"")])
    let readiness = Readiness(scene.facts, at: Scene.moment(70_000), HealthLimits())
    #expect(
      String(decoding: readiness.json, as: UTF8.self) == """
        {"ready":false,"reasons":[{"code":"silent","since":"2026-01-05T08:00:00.000Z"},\
        {"code":"restoring","lane":4},\
        {"code":"stalled","lag":120,"lane":3,"paused":"hot \\"key\\"","since":"2026-01-05T08:00:00.000Z",\
        "topic":"web"}]}

        """)
    let ready = Readiness(ProcessorFacts.member, at: Scene.moment(0), HealthLimits())
    #expect(String(decoding: ready.json, as: UTF8.self) == "{\"ready\":true,\"reasons\":[]}\n")
  }

  @Test func aRestingTopicSaysWhyAndSinceWhen() {
    var scene = Scene()
    scene.run([0])
    scene.note(.breakerOpened(Scene.opening), at: 2_000)
    let readiness = Readiness(scene.facts, at: Scene.moment(9_000), HealthLimits())
    #expect(
      String(decoding: readiness.json, as: UTF8.self) == """
        {"ready":false,"reasons":[{"code":"breakerOpen",\
        "explanation":"600 of the last 1000 records were broken; it is read again after 60 s",\
        "since":"2026-01-05T08:00:02.000Z","topic":"web"}]}

        """)
  }

  @Test func aRestoreSaysHowFarItHasCome() {
    var scene = Scene()
    scene.note(.restoring([4]))
    scene.note(.restoreProgress(lane: 4, read: 30, of: 40))
    // Whoever owns no such lane any more is not asked.
    scene.note(.restoreProgress(lane: 5, read: 1, of: 2))
    #expect(scene.facts.lanes[4]?.restoredShare == 0.75)
    #expect(scene.facts.lanes[5] == nil)
    let text = String(
      decoding: Readiness(scene.facts, at: Scene.moment(0), HealthLimits()).json, as: UTF8.self)
    #expect(text.contains("{\"code\":\"restoring\",\"lane\":4,\"read\":30,\"total\":40}"))
    scene.note(.restoring([4]))
    #expect(scene.facts.lanes[4]?.restoredShare == 0, "a restore that begins again begins at 0")
  }

  @Test func aWaitingProcessSaysForWhom() {
    var scene = Scene()
    scene.turn(isMember: false)
    scene.note(.waiting("process 7 runs it"))
    let text = String(
      decoding: Readiness(scene.facts, at: Scene.moment(0), HealthLimits()).json, as: UTF8.self)
    #expect(text.contains("{\"code\":\"waiting\",\"explanation\":\"process 7 runs it\"}"))
    scene.run([0])
    scene.note(.released([0]))
    scene.turn(isMember: false)
    let later = String(
      decoding: Readiness(scene.facts, at: Scene.moment(0), HealthLimits()).json, as: UTF8.self)
    #expect(!later.contains("process 7"), "what was true before says nothing now")
  }

  @Test(arguments: [(-1, 0), (0, 0), (1, 1)])
  func theListIsBounded(offset: Int, omitted: Int) {
    var scene = Scene()
    scene.note(.restoring(Array(LaneNumber.all(of: Readiness.maxListed + offset))))
    let text = String(
      decoding: Readiness(scene.facts, at: Scene.moment(0), HealthLimits()).json, as: UTF8.self)
    #expect(text.contains("\"omitted\":\(omitted)") == (omitted > 0))
    #expect(text.components(separatedBy: "\"code\"").count - 1 == min(100, 100 + offset))
  }
}

extension ProcessorFacts {
  /// A member of its group that got no lanes.
  static var member: ProcessorFacts {
    var scene = Scene()
    scene.turn()
    return scene.facts
  }
}

extension ReadinessTests {
  /// What was lost makes nothing red, and is not to be overlooked.
  @Test func lostInputIsListedAndCountedOnce() throws {
    var scene = Scene()
    scene.run([0])
    let loss = LostInput(
      partition: TopicPartition("web", 0), offsets: 4..<7, since: EventTime(milliseconds: 1_000), until: nil,
      isFirstRead: false)
    let first = LostInput(
      partition: TopicPartition("app", 0), offsets: 0..<9, since: nil, until: nil, isFirstRead: true)
    scene.note(.inputLost([loss, first]))
    // Each restore reports it again, until a batch has gone on behind it; then there may be more.
    scene.note(.inputLost([loss]))
    var more = loss
    more.offsets = 4..<9
    scene.note(.inputLost([more]))
    scene.run([0])
    let readiness = Readiness(scene.facts, at: Scene.moment(1_000), HealthLimits())
    #expect(readiness.isReady && readiness.lost == [more])
    let text = String(decoding: readiness.json, as: UTF8.self)
    #expect(
      text.contains(#""lost":[{"from":4,"lane":0,"since":"1970-01-01T00:00:01.000Z","to":9,"topic":"web"}]"#))
    #expect(scene.facts.lostInput.counts == [TopicPartition("web", 0): 5])
  }
}
