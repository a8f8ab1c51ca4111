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
    scene.note(.restoring((0..<Int32(Readiness.maxListed + offset)).map { $0 }))
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
