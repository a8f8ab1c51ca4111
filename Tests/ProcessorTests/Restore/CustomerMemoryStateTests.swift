import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// What customers are remembered by has one id for ever: it goes and comes back under it.
@Suite struct CustomerMemoryStateTests {
  private static let minute: Int64 = 60_000

  private func bundle() throws -> CompiledBundle {
    func pair(_ id: String) -> String {
      """
      {"kind":"segment","id":"s-\(id)","displayName":"S","journey":{"patterns":[{"criteria":[],"count":1,"streamType":"Web",\
      "sessionType":"web","eventName":"asked_\(id)"}]}},
      {"kind":"actionMap","id":"m-\(id)","displayName":"M","triggerWithSegments":["s-\(id)"],"activation":{"type":"on-next-session"},\
      "action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"},"flowRequestMappings":[]}}}
      """
    }
    let text = "{\"entities\":[\(pair("a")),\(pair("b"))]}"
    let document = DefinitionDocument(file: "returns", value: try DefinitionJSON.read(Array(text.utf8)))
    return CompiledBundle(try #require(DefinitionCheck([document]).bundle))
  }

  private func event(_ name: String, at minute: Int64) -> String {
    "{\"id\":\"\(name)-\(minute)\",\"eventName\":\"\(name)\",\"createdDate\":\(LaneScene.start + minute * CustomerMemoryStateTests.minute),\"customerId\":\"\(LaneScene.customers[0])\"}"
  }

  private func memories(_ machine: LaneMachine) -> Int {
    machine.sessionizer.allValues.count { $0.kind == .customerMemory }
  }

  /// - Parameter restores: after which of the steps the lane is killed and comes back from its file.
  @Test(arguments: [[], [3], [4], [5], [3, 4, 5, 6]] as [Set<Int>])
  func whatComesBackUnderItsIdIsTakenBackFromStateInTheEnd(_ restores: Set<Int>) throws {
    let minute = CustomerMemoryStateTests.minute
    let scene = try LaneScene { $0.lanes.checkpointAge = .minutes(10) }
    scene.definitions = try bundle()
    let steps: [(events: [String], minute: Int64, memories: Int)] = [
      ([], 0, 0), ([event("asked_a", at: 0)], 0, 1),
      // It stands in `state` from here on.
      ([], 20, 1), ([event("page_viewed", at: 60)], 60, 0), ([event("asked_b", at: 61)], 61, 1),
      ([event("page_viewed", at: 120)], 120, 0), ([], 121, 0), ([], 240, 0), ([], 360, 0),
    ]
    for (number, step) in steps.enumerated() {
      let journal = try scene.batch(step.events, at: step.minute * minute)
      #expect(memories(scene.machine) == step.memories, "step \(number)")
      if restores.contains(number) {
        let files = MemoryLaneFiles()
        let draft = files.create(LaneScene.lane)
        let builder = LaneFileBuilder(
          scene.machine, base: journal,
          identity: LaneFileIdentity(scene.settings.lanes, log: scene.log.name, lane: LaneScene.lane),
          draft: draft)
        _ = try builder.finish(scene.machine, end: journal)
        try draft.publish()
        var local = LocalStorage()
        local.laneFiles = files
        try scene.takeOver()
        let restored = try scene.restore(local)
        #expect(restored.source == .file)
        scene.machine = try #require(restored.machine)
      }
      let fromLog = try #require(try scene.restore().machine)
      #expect(memories(fromLog) == step.memories, "step \(number): from the log")
    }
  }
}
