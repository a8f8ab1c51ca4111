import EventLog
import JourneyModel
import Testing
import WireFormat

@testable import Gateway

/// What somebody decided is not there before the lanes that it leads to have heard of it.
@Suite(.timeLimit(.minutes(3))) struct SettledReadTests {
  private func ask(_ scene: SharedScene, _ place: Int, _ topic: String, _ prefer: String) throws -> Int {
    let token = ReadToken([TopicPartition(topic, 0): NextOffset(1)])
    return try scene.get(place, "/v1/sessions", ["Sojourn-Token: \(token.text)", "Prefer: \(prefer)"]).status
  }

  @Test func aDecisionIsWaitedForInAllLanes() async throws {
    let scene = try SharedScene()
    let (commands, web) = (scene.topics.commands, scene.topics.inputs[.web] ?? "")
    // Lane 0 has carried it out, and told lane 2.
    try scene.sendJournal(lane: 0, sequence: 1, web: 1, others: [commands: 1])
    try scene.send(scene.topics.routed, key: "x", "message", lane: 2)
    try await scene.serving([0, 1, 2], follows: true) { _ in
      for place in [0, 1] {
        #expect(try self.ask(scene, place, web, "wait=5") == 200)
        #expect(try self.ask(scene, place, commands, "wait=1") == 503)
        #expect(try self.ask(scene, place, web, "wait=1, settled") == 503)
      }
      try scene.sendJournal(lane: 2, sequence: 1, others: [scene.topics.routed: 1])
      for place in [0, 1] {
        #expect(try self.ask(scene, place, commands, "wait=5") == 200)
        #expect(try self.ask(scene, place, web, "wait=5, settled") == 200)
      }
    }
  }
}
