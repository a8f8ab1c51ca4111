import EventLog
import JourneyModel
import LaneScenes
import LaneStorage
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// Another build or other settings over a processor that was killed: it starts, and what was decided stays
/// decided.
@Suite struct ChangedSettingsTests {
  private static let minute: Int64 = 60_000

  /// Kills the lane and restores it under other settings, from its file if there is one.
  private func upgrade(
    _ scene: LaneScene, _ files: MemoryLaneFiles?, _ change: (inout ProcessorSettings) -> Void
  ) throws {
    var storage = LocalStorage()
    if let files, let newest = scene.newest {
      let draft = files.create(LaneScene.lane)
      let builder = LaneFileBuilder(
        scene.machine, base: newest,
        identity: LaneFileIdentity(scene.settings.lanes, log: scene.log.name, lane: LaneScene.lane),
        draft: draft)
      _ = try builder.finish(scene.machine, end: newest)
      try draft.publish()
      storage.laneFiles = files
    }
    // What was under way when it was killed never commits.
    try scene.batch([scene.event(at: 0, of: 9)], at: 0, ending: .kill)
    try scene.takeOver(change)
    let restored = try scene.restore(storage)
    #expect(restored.source == (files == nil ? .log : .file))
    scene.machine = try #require(restored.machine)
  }

  private func sessions(_ scene: LaneScene) -> [Session] {
    scene.machine.sessionizer.allSessions.sorted { ($0.first, $0.id) < ($1.first, $1.id) }
  }

  /// The lane's own records still give the lane, under the settings in force.
  private func expectConsistent(_ scene: LaneScene) throws {
    #expect(LaneView(try #require(try scene.restore().machine)) == LaneView(scene.machine))
  }

  @Test(arguments: [false, true])
  func aShorterGapClosesWhatWasOpenedUnderALongerOne(_ hasFile: Bool) throws {
    let minute = ChangedSettingsTests.minute
    let scene = try LaneScene { $0.lanes.sessions.webGap = .minutes(20) }
    try scene.batch([scene.event(at: 0), scene.event(at: 30 * minute)], at: 30 * minute)
    try scene.batch([scene.event(at: 36 * minute)], at: 36 * minute)
    #expect(sessions(scene).map(\.eventCount) == [1, 2])
    let id = sessions(scene)[1].id
    try upgrade(scene, hasFile ? MemoryLaneFiles() : nil) { $0.lanes.sessions.webGap = .minutes(5) }
    // Six minutes lie between its events: nothing is taken apart afterwards.
    #expect(sessions(scene).map(\.eventCount) == [1, 2])
    #expect(sessions(scene).map(\.lifecycle) == [.ended, .open])
    try scene.batch([scene.event(at: 42 * minute)], at: 42 * minute)
    #expect(sessions(scene).map(\.eventCount) == [1, 2, 1])
    #expect(sessions(scene)[1].id == id)
    #expect(sessions(scene)[1].lifecycle == .ended)
    try expectConsistent(scene)
    // And back.
    try upgrade(scene, hasFile ? MemoryLaneFiles() : nil) { $0.lanes.sessions.webGap = .minutes(20) }
    try scene.batch([scene.event(at: 60 * minute)], at: 60 * minute)
    #expect(sessions(scene).map(\.eventCount).reduce(0, +) == 5)
    #expect(sessions(scene).last?.eventCount == 2)
    try expectConsistent(scene)
  }

  @Test(arguments: [false, true])
  func aLongerGapKeepsWhatIsOpenOpen(_ hasFile: Bool) throws {
    let minute = ChangedSettingsTests.minute
    let scene = try LaneScene { $0.lanes.sessions.webGap = .minutes(5) }
    try scene.batch([scene.event(at: 0)], at: 0)
    try upgrade(scene, hasFile ? MemoryLaneFiles() : nil) { $0.lanes.sessions.webGap = .minutes(20) }
    try scene.batch([scene.event(at: 15 * minute)], at: 15 * minute)
    #expect(sessions(scene).map(\.eventCount) == [2])
    try expectConsistent(scene)
    try upgrade(scene, hasFile ? MemoryLaneFiles() : nil) { $0.lanes.sessions.webGap = .minutes(5) }
    try scene.batch([scene.event(at: 21 * minute)], at: 21 * minute)
    #expect(sessions(scene).map(\.eventCount) == [2, 1])
    try expectConsistent(scene)
  }

  @Test(arguments: [false, true])
  func aChangedLimitHoldsFromTheNextEventOn(_ hasFile: Bool) throws {
    let scene = try LaneScene { $0.lanes.sessions.maxSessionEvents = 5 }
    for number in 0..<4 as Range<Int64> { try scene.batch([scene.event(at: number)], at: number) }
    #expect(sessions(scene).map(\.eventCount) == [4])
    try upgrade(scene, hasFile ? MemoryLaneFiles() : nil) { settings in
      settings.lanes.sessions.maxSessionEvents = 2
      settings.lanes.sessions.maxJourneyMapEvents = 1
      settings.lanes.sessions.duplicateWindow = 1
      settings.lanes.sessions.maxAttributes = 0
      settings.lanes.maxRedoBytes = 1
      settings.lanes.maxCheckpointValues = 1
      settings.lanes.checkpointAge = EventTime.Span(milliseconds: 1)
    }
    for number in 4..<9 as Range<Int64> { try scene.batch([scene.event(at: number)], at: number) }
    #expect(sessions(scene).map(\.eventCount).reduce(0, +) == 9, "nothing is lost")
    #expect(sessions(scene)[0].lifecycle == .ended)
    #expect(sessions(scene)[0].endReason == .maxEvents)
    #expect(sessions(scene).dropFirst().allSatisfy { $0.eventCount <= 2 })
    try expectConsistent(scene)
    // Rolled back: what a limit has closed stays closed.
    let before = sessions(scene).count
    try upgrade(scene, hasFile ? MemoryLaneFiles() : nil) { settings in
      settings.lanes.sessions = SessionSettings()
      settings.lanes.maxRedoBytes = LaneSettings().maxRedoBytes
    }
    for number in 9..<20 as Range<Int64> { try scene.batch([scene.event(at: number)], at: number) }
    #expect(sessions(scene).map(\.eventCount).reduce(0, +) == 20)
    #expect(sessions(scene).count <= before + 1)
    #expect(sessions(scene)[0].endReason == .maxEvents)
    try expectConsistent(scene)
  }

  /// The journal names the settings and the reducer; a restore does not mind which wrote it.
  @Test func recordsOfAnotherConfigurationOrReducerAreNoObstacle() throws {
    let scene = try LaneScene()
    try scene.batch([scene.event(at: 0)], at: 0)
    try scene.takeOver { $0.lanes.snapshots.mode = .milestones }
    let tail = try #require(try scene.restore().tail)
    #expect(tail.configuration == "c0ffee")
    #expect(scene.settings.lanes.digest != LaneSettings().digest)
    scene.machine = LaneMachine(lane: LaneScene.lane, settings: scene.settings.lanes, configuration: "decaf")
    scene.machine = try #require(try scene.restore().machine)
    try scene.batch([scene.event(at: 5)], at: 5)
    #expect(sessions(scene).map(\.eventCount) == [2])
  }

  @Test func anotherNumberOfPartitionsRefusesToRun() throws {
    let scene = try LaneScene()
    try scene.batch([scene.event(at: 0)], at: 0)
    scene.settings.lanes.partitions = 3
    let error = #expect(throws: LogError.self) { try scene.restore() }
    #expect(error?.code == "partitionCountChanged")
    #expect(error?.message.contains("4 partitions") == true)
  }
}
