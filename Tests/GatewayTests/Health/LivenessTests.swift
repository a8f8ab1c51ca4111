import EventLog
import JourneyModel
import LaneStorage
import Processor
import Testing

@testable import Gateway

@Suite struct LivenessTests {
  private func liveness(_ scene: Scene, at milliseconds: Int64) -> Liveness {
    Liveness(scene.facts, at: Scene.moment(milliseconds), HealthLimits())
  }

  @Test(arguments: [(Int64(-1), true), (0, true), (1, false)])
  func aWorkerIsAliveUntilTheLimit(offset: Int64, isAlive: Bool) {
    var scene = Scene()
    scene.turn(at: 5_000)
    #expect(liveness(scene, at: 35_000 + offset).isAlive == isAlive)
  }

  @Test(arguments: [(Int64(-1), true), (0, true), (1, false)])
  func aWorkerThatNeverTurnedHasTheSameTime(offset: Int64, isAlive: Bool) {
    #expect(liveness(Scene(), at: 30_000 + offset).isAlive == isAlive)
  }

  @Test func everyReportOfTheWorkerIsASign() {
    let error = LogError(.retry, code: "x", "x")
    let events: [ProcessorEvent] = [
      .restoring([0]), .running(lane: 0, sessions: 0), .released([0]), .committed(CommitReport()),
      .restoreProgress(lane: 0, read: 1, of: 2),
      .restored(RestoreReport(lane: 0, sessions: 0, source: .log, elapsed: .zero)),
      .laneFileIgnored(lane: 0, LaneFileDoubt(.torn, "")), .laneFileFailed(lane: 0, reason: "full"),
      .laneFileWritten(lane: 0, sequence: 1, sessions: 1),
      .breakerOpened(Scene.opening), .breakerHalfOpened(topic: "web"), .breakerClosed(topic: "web"),
      .rewound(error), .retried(error), .turned(TurnReport(isMember: false, inputs: [])),
    ]
    for event in events {
      var scene = Scene()
      scene.note(event, at: 20_000)
      #expect(liveness(scene, at: 50_000).isAlive, "\(event)")
      #expect(!liveness(scene, at: 50_001).isAlive, "\(event)")
    }
  }

  @Test func whatSomebodyElseSeesIsNoSign() {
    var scene = Scene()
    scene.note(.waiting("another"), at: 20_000)
    scene.facts.note(ends: [:], at: Scene.moment(20_000))
    #expect(!liveness(scene, at: 30_001).isAlive)
  }

  @Test func theAnswerSaysSinceWhen() {
    var scene = Scene()
    scene.turn(at: 1_000)
    #expect(String(decoding: liveness(scene, at: 1_000).json, as: UTF8.self) == "{\"alive\":true}\n")
    #expect(
      String(decoding: liveness(scene, at: 40_000).json, as: UTF8.self)
        == "{\"alive\":false,\"code\":\"silent\",\"limitSeconds\":30,\"since\":\"2026-01-05T08:00:01.000Z\"}\n"
    )
  }
}
