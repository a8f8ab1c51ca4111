import EventLog
import JourneyModel
import Processor
import Testing

@testable import Gateway

@Suite struct InputFactsTests {
  private let limit: Duration = .seconds(60)

  private func stalls(_ scene: Scene, at milliseconds: Int64) -> [Stall] {
    scene.facts.stalls(at: Scene.moment(milliseconds), after: limit)
  }

  @Test(arguments: [(Int64(-1), false), (0, true), (1, true)])
  func aLagThatDoesNotMoveIsAStallFromTheLimitOn(offset: Int64, isStalled: Bool) {
    var scene = Scene()
    scene.run([0])
    scene.turn([Scene.input(7, of: 9)], at: 1_000)
    // Turns go on, the position does not.
    scene.turn([Scene.input(7, of: 12)], at: 30_000)
    #expect(stalls(scene, at: 61_000 + offset).isEmpty != isStalled)
  }

  @Test func nothingHasToBeReportedForAStall() {
    var scene = Scene()
    scene.run([3])
    scene.turn([Scene.input(0, of: 120, lane: 3)], at: 500)
    #expect(
      stalls(scene, at: 3_600_000) == [
        Stall(lane: 3, topic: "web", lag: 120, since: Scene.time(500), pause: nil)
      ])
  }

  @Test func progressBeginsAnewAndTheEndClears() {
    var scene = Scene()
    scene.run([0])
    scene.turn([Scene.input(0, of: 10)])
    scene.turn([Scene.input(1, of: 10)], at: 60_000)
    #expect(stalls(scene, at: 119_999).isEmpty)
    #expect(stalls(scene, at: 120_000).map(\.lag) == [9])
    scene.turn([Scene.input(10, of: 10)], at: 130_000)
    #expect(stalls(scene, at: 10_000_000).isEmpty)
    scene.turn([Scene.input(10, of: 11)], at: 20_000_000)
    #expect(stalls(scene, at: 20_059_999).isEmpty)
    #expect(stalls(scene, at: 20_060_000).map(\.since) == [Scene.time(20_000_000)])
  }

  @Test func goingBackIsNoProgress() {
    var scene = Scene()
    scene.run([0])
    scene.turn([Scene.input(5, of: 10)])
    scene.turn([Scene.input(3, of: 10)], at: 50_000)
    #expect(stalls(scene, at: 60_000).map(\.lag) == [7])
  }

  @Test func aRewindDoesNotHideAStall() {
    var scene = Scene()
    scene.run([0])
    scene.turn([Scene.input(5, of: 10)])
    for second in stride(from: Int64(1_000), to: 60_000, by: 1_000) {
      scene.note(.rewound(LogError(.abortAndRewind, code: "x", "x")), at: second)
      scene.run([0], at: second)
      scene.turn([Scene.input(5, of: 10)], at: second)
    }
    #expect(stalls(scene, at: 60_000).count == 1)
  }

  @Test func lanesThatWereGivenBackAreForgotten() {
    var scene = Scene()
    scene.run([0])
    scene.turn([Scene.input(5, of: 10)])
    scene.note(.released([0]), at: 10)
    scene.run([0], at: 20)
    #expect(stalls(scene, at: 1_000_000).isEmpty)
  }

  @Test func endsThatAProbeSawCount() {
    var scene = Scene()
    scene.run([0])
    scene.turn([Scene.input(5, of: 5)])
    scene.facts.note(
      ends: [TopicPartition("web", 0): NextOffset(8), TopicPartition("web", 9): NextOffset(8)],
      at: Scene.moment(1_000))
    #expect(scene.facts.lanes[0]?.inputs["web"]?.lag == 3)
    #expect(scene.facts.lanes[9] == nil)
    // The consumer still believes that it has read everything.
    scene.turn([Scene.input(5, of: 5)], at: 60_000)
    #expect(stalls(scene, at: 61_000).map(\.lag) == [3])
  }

  @Test func withoutAnEndThereIsNoLag() {
    var scene = Scene()
    scene.run([0])
    scene.turn([Scene.input(5, of: nil)])
    #expect(scene.facts.lanes[0]?.inputs["web"]?.lag == 0)
    #expect(stalls(scene, at: 1_000_000).isEmpty)
  }
}
