import EventLog
import Foundation
import JourneyModel
import LaneScenes
import LaneStorage
import LocalStore
import SeededGenerator
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// Lane files: a good one gives the lane that the log would give; any other is ignored for its reason.
@Suite struct LaneFileTests {
  private static let minute: Int64 = 60_000

  /// A directory that is gone after the test.
  private final class Scratch {
    let path: String
    init() throws {
      path = FileManager.default.temporaryDirectory.appending(path: "lane-files-\(UUID().uuidString)").path
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func settings(_ settings: inout ProcessorSettings) {
    settings.lanes.checkpointAge = .minutes(3)
    settings.lanes.maxCheckpointValues = 2
    settings.lanes.sessions.allowedLateness = .minutes(5)
    settings.lanes.sessions.webGap = .minutes(2)
  }

  /// Some batches of seeded events: sessions open, end, merge and are forgotten.
  private func run(
    _ scene: LaneScene, _ batches: Range<Int>, _ generator: inout SeededGenerator,
    _ after: (Int) throws -> Void = { _ in }
  ) throws {
    for number in batches {
      let now = Int64(number) * 40_000
      let events = (0..<generator.pick(0...4)).map { _ in
        scene.event(at: max(now - generator.pick(0...200_000), 0), of: Int(generator.pick(0...7)))
      }
      try scene.batch(events, at: now)
      try after(number)
    }
  }

  /// Writes the lane's file as of its newest batch.
  private func writeFile(_ scene: LaneScene, _ files: LaneDirectory, name: String? = nil) throws {
    let newest = try #require(scene.newest)
    let identity = LaneFileIdentity(scene.settings.lanes, log: name ?? scene.log.name, lane: LaneScene.lane)
    let draft = try files.create(LaneScene.lane)
    let builder = LaneFileBuilder(scene.machine, base: newest, identity: identity, draft: draft)
    #expect(try builder.finish(scene.machine, end: newest) == scene.machine.sessionCount)
    try draft.publish()
  }

  private func storage(_ files: any LaneFiles) -> LocalStorage {
    var storage = LocalStorage()
    storage.laneFiles = files
    return storage
  }

  /// Restores with the file and without; both have to give the same lane. Returns why the file was ignored.
  private func doubt(
    _ scene: LaneScene, _ files: any LaneFiles, name: String? = nil
  ) throws -> LaneFileDoubt? {
    var doubts: [LaneFileDoubt] = []
    let restored = try scene.restore(storage(files), name: name) { event in
      if case .laneFileIgnored(LaneScene.lane, let doubt) = event { doubts.append(doubt) }
    }
    let fromLog = try #require(try scene.restore().machine)
    #expect(LaneView(try #require(restored.machine)) == LaneView(fromLog))
    #expect(doubts.count == (restored.source == .log ? 1 : 0))
    #expect(restored.source == (doubts.isEmpty ? .file : .log))
    return doubts.first
  }

  /// A lane of eight customers with a file as of its newest batch.
  private func sceneWithFile(_ scratch: Scratch) throws -> (scene: LaneScene, files: LaneDirectory) {
    let scene = try LaneScene(settings)
    let files = try LaneDirectory(scratch.path, group: scene.settings.lanes.group)
    var generator = SeededGenerator(seed: 3)
    try run(scene, 0..<20, &generator)
    try writeFile(scene, files)
    return (scene, files)
  }

  @Test func aLaneFromItsFileIsTheLaneFromTheLogAndGoesOnAlike() throws {
    var behind = 0
    var sliced = 0
    for seed in 0..<60 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let scratch = try Scratch()
      let scene = try LaneScene(settings)
      let files = try LaneDirectory(scratch.path, group: scene.settings.lanes.group)
      let begin = Int(generator.pick(1...20))
      let end = begin + (generator.chance(50) ? 0 : Int(generator.pick(1...8)))
      let last = end + (generator.chance(40) ? 0 : Int(generator.pick(1...9)))
      if end > begin { sliced += 1 }
      if last > end { behind += 1 }
      var builder: LaneFileBuilder?
      try run(scene, 0..<last + 1, &generator) { number in
        let newest = try #require(scene.newest)
        if number == begin {
          let draft = try files.create(LaneScene.lane)
          builder = LaneFileBuilder(
            scene.machine, base: newest,
            identity: LaneFileIdentity(scene.settings.lanes, log: scene.log.name, lane: LaneScene.lane),
            draft: draft)
        }
        if number >= begin, number <= end { _ = try builder?.advance(scene.machine, bytes: 600) }
        if number == end {
          _ = try builder?.finish(scene.machine, end: newest)
          try builder?.draft.publish()
          builder = nil
        }
      }
      #expect(try doubt(scene, files) == nil, "seed \(seed)")
      let restored = try scene.restore(storage(files))
      let machine = try #require(restored.machine)
      #expect(LaneView(machine) == LaneView(scene.machine), "seed \(seed)")
      // `state` may hold more than the lane believes never; what it believes to be there and is not costs a
      // tombstone.
      for session in scene.machine.sessionizer.allSessions where session.isInState {
        let other = try #require(machine.sessionizer.allSessions.first { $0.id == session.id })
        #expect(other.isInState, "seed \(seed)")
      }
      #expect(machine.tombstones.isSuperset(of: scene.machine.tombstones), "seed \(seed)")
      if begin == last {
        #expect(
          machine.checkpoints.waiting.map(\.sequence) == scene.machine.checkpoints.waiting.map(\.sequence))
        #expect(
          Set(machine.checkpoints.waiting.map(\.id)) == Set(scene.machine.checkpoints.waiting.map(\.id)))
        #expect(machine.tombstones == scene.machine.tombstones)
      }
      // It goes on from its file, and what it writes is what a restore from the log needs.
      scene.machine = machine
      var first = SeededGenerator(seed: seed &+ 1_000)
      try run(scene, last + 1..<last + 15, &first)
      #expect(LaneView(try #require(try scene.restore().machine)) == LaneView(scene.machine), "seed \(seed)")
      // At last `state` holds what is held and nothing else.
      for step in 0..<60 as Range<Int64> {
        try scene.batch([], at: Int64(last + 20) * 40_000 + step * 240_000)
      }
      #expect(
        try stateKeys(scene) == Set(scene.machine.sessionizer.allSessions.map(\.id.text)), "seed \(seed)")
    }
    #expect(behind > 10)
    #expect(sliced > 10)
  }

  /// A lane under a cap has most of its sessions in the cold store, and they come and go while the file is
  /// written.
  @Test func aFileHasTheSessionsOfTheColdStoreEachOnce() throws {
    var returned = 0
    var evicted = 0
    for seed in 0..<40 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let scratch = try Scratch()
      var storage = LocalStorage()
      storage.coldStores = MemoryColdStores()
      let scene = try LaneScene { settings in
        settings.lanes.checkpointAge = EventTime.Span(milliseconds: 0)
        settings.lanes.maxCheckpointValues = 3
        settings.lanes.sessions.webGap = .hours(10)
      }
      scene.local = storage
      scene.memoryShare = 3_000
      scene.machine = try #require(try scene.restore().machine)
      let files = try LaneDirectory(scratch.path, group: scene.settings.lanes.group)
      storage.laneFiles = files
      let begin = Int(generator.pick(10...30))
      let end = begin + Int(generator.pick(0...12))
      let last = end + Int(generator.pick(0...4))
      var builder: LaneFileBuilder?
      for number in 0...last {
        let now = Int64(number) * 1_000
        let events = (0..<generator.pick(0...3)).map { _ in
          scene.event(at: now, of: Int(generator.pick(0...40)))
        }
        try scene.batch(events, at: now)
        let loaded = scene.machine.takeMovements().loaded
        if builder != nil { returned += loaded }
        let newest = try #require(scene.newest)
        if number == begin {
          builder = LaneFileBuilder(
            scene.machine, base: newest,
            identity: LaneFileIdentity(scene.settings.lanes, log: scene.log.name, lane: LaneScene.lane),
            draft: try files.create(LaneScene.lane))
        }
        if let current = builder {
          _ = try current.advance(scene.machine, bytes: 1_500)
          if number == end {
            #expect(try current.finish(scene.machine, end: newest) <= scene.machine.sessionCount)
            try current.draft.publish()
            builder = nil
          }
        }
      }
      evicted += scene.machine.evictedSessions
      let restored = try scene.restore(storage)
      #expect(restored.source == .file, "seed \(seed)")
      let machine = try #require(restored.machine)
      #expect(machine.sessionCount == scene.machine.sessionCount, "seed \(seed)")
      #expect(LaneView(machine) == LaneView(scene.machine), "seed \(seed)")
      #expect(machine.evictedSessions > 0)
      #expect(machine.residentBytes <= max(scene.memoryShare, scene.machine.residentBytes * 2))
      scene.machine = machine
      for number in last + 1..<last + 10 {
        try scene.batch([scene.event(at: Int64(number) * 1_000, of: number % 40)], at: Int64(number) * 1_000)
      }
      #expect(LaneView(try #require(try scene.restore().machine)) == LaneView(scene.machine), "seed \(seed)")
    }
    #expect(returned > 10, "no session ever came back while a file was written: \(returned)")
    #expect(evicted > 200)
  }

  private func stateKeys(_ scene: LaneScene) throws -> Set<String> {
    let partition = TopicPartition("state", lane: LaneScene.lane)
    let reader = try scene.log.makeReader()
    let bounds = try #require(try reader.bounds([partition])[partition])
    var keys: Set<String> = []
    try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: .zero) { chunk in
      for entry in chunk.entries {
        let key = String(decoding: chunk.copy(entry.key) ?? [], as: UTF8.self)
        if entry.value == nil { keys.remove(key) } else { keys.insert(key) }
      }
      return true
    }
    return keys
  }

  @Test func outputsAfterAFileAreThoseOfALaneThatNeverStopped() throws {
    for seed in 100..<130 as Range<UInt64> {
      let scratch = try Scratch()
      var outputs: [[[UInt8]]] = []
      for restores in [false, true] {
        var generator = SeededGenerator(seed: seed)
        let scene = try LaneScene(settings)
        let files = try LaneDirectory(scratch.path, group: scene.settings.lanes.group)
        try run(scene, 0..<40, &generator) { number in
          if number % 6 == 2 { try writeFile(scene, files) }
          guard restores, number % 6 == 2 || number % 6 == 4 else { return }
          let restored = try scene.restore(storage(files))
          #expect(restored.source == .file)
          scene.machine = try #require(restored.machine)
        }
        outputs.append(scene.outputs)
      }
      #expect(outputs[0] == outputs[1], "seed \(seed)")
      #expect(outputs[0].count > 20)
    }
  }

  @Test func aFileOfTheJournalsTailLeavesNothingToRead() throws {
    let scratch = try Scratch()
    let (scene, files) = try sceneWithFile(scratch)
    let reader = CountingReader(try scene.log.makeReader())
    #expect(try scene.restore(storage(files), reader: reader).source == .file)
    #expect(reader.records["redo"] == nil)
    #expect(reader.records["state"] == nil)
    #expect(reader.reads == 1)
    var generator = SeededGenerator(seed: 4)
    try run(scene, 20..<23, &generator)
    let later = CountingReader(try scene.log.makeReader())
    #expect(try scene.restore(storage(files), reader: later).source == .file)
    #expect(later.records["state"] == nil)
    #expect(later.records["redo", default: 0] > 0)
  }

  @Test func aTornFileIsIgnoredWhereverItWasTorn() throws {
    let scratch = try Scratch()
    let (scene, files) = try sceneWithFile(scratch)
    let path = files.path(LaneScene.lane)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(whole.count > 400)
    var ignored: [LaneFileDoubt.Reason: Int] = [:]
    let lengths =
      (0..<20).map { whole.count * $0 / 20 } + [whole.count - 1, whole.count - 4, whole.count - 8]
    for length in lengths {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      let doubt = try #require(try doubt(scene, files), "cut at \(length)")
      ignored[doubt.reason, default: 0] += 1
    }
    #expect(ignored == [.torn: lengths.count])
    try (whole + [0]).write(to: URL(fileURLWithPath: path))
    #expect(try doubt(scene, files)?.reason == .damaged)
    try whole.write(to: URL(fileURLWithPath: path))
    #expect(try doubt(scene, files) == nil)
  }

  @Test func aFlippedByteIsNoticedWhereverItIs() throws {
    let scratch = try Scratch()
    let (scene, files) = try sceneWithFile(scratch)
    let path = files.path(LaneScene.lane)
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var ignored: [LaneFileDoubt.Reason: Int] = [:]
    let step = max(whole.count / 300, 1)
    let places =
      Array(0..<20) + Array(stride(from: 20, to: whole.count - 20, by: step))
      + Array(whole.count - 20..<whole.count)
    for place in places {
      var damaged = whole
      damaged[place] ^= 1 << UInt8(place % 8)
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      let doubt = try #require(try doubt(scene, files), "byte \(place)")
      ignored[doubt.reason, default: 0] += 1
    }
    #expect(ignored.values.reduce(0, +) == places.count)
    #expect(Set(ignored.keys).isSubset(of: [.damaged, .torn]), "\(ignored)")
  }

  /// The frame's checksums are right here: what notices is the file's own form.
  @Test func whatTheFrameDoesNotNoticeTheFormDoes() throws {
    let scratch = try Scratch()
    let (scene, files) = try sceneWithFile(scratch)
    let content = try content(of: files)
    var reasons: [LaneFileDoubt.Reason: Int] = [:]
    for place in Array(0..<60) + Array(stride(from: 60, to: content.count, by: max(content.count / 400, 1))) {
      var changed = content
      changed[place] ^= 0x10
      try write(changed, to: files)
      let doubt = try #require(try doubt(scene, files), "byte \(place)")
      reasons[doubt.reason, default: 0] += 1
      if (8...10).contains(place) { #expect(doubt.reason == .unknownVersion) }
    }
    #expect(reasons[.damaged, default: 0] > 300)
    for length in 0..<20 {
      try write(Array(content.prefix(content.count * length / 20)), to: files)
      #expect(try doubt(scene, files)?.reason == .torn)
    }
    try write(content + [0], to: files)
    #expect(try doubt(scene, files)?.reason == .damaged)
    try write(content, to: files)
    #expect(try doubt(scene, files) == nil)
  }

  private func content(of files: LaneDirectory) throws -> [UInt8] {
    let source = try #require(try files.open(LaneScene.lane))
    var content: [UInt8] = []
    while let more = try source.read() { content += more }
    return content
  }

  private func write(_ content: [UInt8], to files: LaneDirectory) throws {
    let draft = try files.create(LaneScene.lane)
    if !content.isEmpty { try draft.write(content) }
    try draft.complete()
    try draft.publish()
  }

  @Test func aFileOfAnotherLogGroupLaneOrNumberOfPartitionsIsForeign() throws {
    let scratch = try Scratch()
    let (scene, files) = try sceneWithFile(scratch)
    #expect(try doubt(scene, files, name: "kafka://elsewhere")?.reason == .foreign)
    let own = LaneFileIdentity(scene.settings.lanes, log: scene.log.name, lane: LaneScene.lane)
    var others: [LaneFileIdentity] = []
    for change in [
      { $0.group = "other" }, { $0.lane = 2 }, { $0.partitions = 8 }, { $0.journal = "other.journal" },
      { $0.redo = "other.redo" }, { $0.state = "other.state" }, { $0.log = "simulated2" },
    ] as [(inout LaneFileIdentity) -> Void] {
      var other = own
      change(&other)
      others.append(other)
    }
    let newest = try #require(scene.newest)
    for other in others {
      let draft = try files.create(LaneScene.lane)
      let builder = LaneFileBuilder(scene.machine, base: newest, identity: other, draft: draft)
      _ = try builder.finish(scene.machine, end: newest)
      try draft.publish()
      #expect(try doubt(scene, files)?.reason == .foreign, "\(other)")
    }
  }

  @Test func aFileBeyondTheJournalsTailIsNewerThanTheLog() throws {
    let scratch = try Scratch()
    let (scene, files) = try sceneWithFile(scratch)
    // Reduced, written, and then the transaction never committed.
    try scene.batch(
      [scene.event(at: 21 * LaneFileTests.minute)], at: 21 * LaneFileTests.minute, ending: .abort)
    try writeFile(scene, files)
    #expect(try doubt(scene, files)?.reason == .newerThanLog)
    // Begun with a committed batch, ended with one that is not.
    scene.machine = try #require(try scene.restore().machine)
    let base = try scene.batch([scene.event(at: 22 * LaneFileTests.minute)], at: 22 * LaneFileTests.minute)
    let draft = try files.create(LaneScene.lane)
    let builder = LaneFileBuilder(
      scene.machine, base: base,
      identity: LaneFileIdentity(scene.settings.lanes, log: scene.log.name, lane: LaneScene.lane),
      draft: draft)
    let end = try scene.batch(
      [scene.event(at: 23 * LaneFileTests.minute)], at: 23 * LaneFileTests.minute, ending: .kill)
    _ = try builder.finish(scene.machine, end: end)
    try draft.publish()
    #expect(try doubt(scene, files)?.reason == .newerThanLog)
  }

  @Test func aFileOfABatchThatTheLogHasOtherwiseDiffers() throws {
    for later in [0, 5] {
      let scratch = try Scratch()
      let (scene, files) = try sceneWithFile(scratch)
      let now = 30 * LaneFileTests.minute
      try scene.batch([scene.event(at: now)], at: now, ending: .kill)
      try writeFile(scene, files)
      // The process was killed; the next one reduced another batch under the same number.
      scene.machine = try #require(try scene.restore().machine)
      try scene.batch([scene.event(at: now, of: 2), scene.event(at: now, of: 3)], at: now + 7)
      for number in 0..<later {
        try scene.batch([scene.event(at: now, of: 2)], at: now + Int64(number) * LaneFileTests.minute)
      }
      #expect(try doubt(scene, files)?.reason == .differsFromLog)
    }
  }

  @Test func aFileThatTheLogCannotContinueIsStale() throws {
    let scratch = try Scratch()
    let (scene, files) = try sceneWithFile(scratch)
    let reader = try scene.log.makeReader()
    let redo = TopicPartition("redo", lane: LaneScene.lane)
    let journal = TopicPartition("journal", lane: LaneScene.lane)
    let atFile = try reader.bounds([redo, journal])
    for number in 21..<40 as Range<Int64> {
      let now = number * LaneFileTests.minute
      try scene.batch([scene.event(at: now, of: Int(number % 8))], at: now)
    }
    // What the file holds may go; what came after it may not.
    try scene.log.removeRecords(before: [redo: try #require(atFile[redo]).end])
    #expect(try doubt(scene, files) == nil)
    try scene.log.removeRecords(before: [redo: NextOffset(try #require(atFile[redo]).end.value + 2)])
    #expect(try doubt(scene, files)?.reason == .stale)
    // Without its own journal record nobody knows whether the file is of this history.
    let otherScratch = try Scratch()
    let (second, files2) = try sceneWithFile(otherScratch)
    for number in 21..<40 as Range<Int64> {
      let now = number * LaneFileTests.minute
      try second.batch([second.event(at: now, of: Int(number % 8))], at: now)
    }
    try second.log.removeRecords(before: [journal: try #require(atFile[journal]).end])
    #expect(try doubt(second, files2)?.reason == .stale)
  }

  /// Fails in ways of its own.
  private struct BrokenFiles: LaneFiles {
    func open(_ lane: LaneNumber) throws -> (any LaneFileSource)? { throw CocoaError(.fileReadNoPermission) }
    func create(_ lane: LaneNumber) throws -> any LaneFileDraft { throw CocoaError(.fileWriteOutOfSpace) }
  }

  @Test func aFileThatCannotBeOpenedIsIgnored() throws {
    let scratch = try Scratch()
    let (scene, _) = try sceneWithFile(scratch)
    #expect(try doubt(scene, BrokenFiles())?.reason == .unreadable)
  }

  @Test func thereNeedNotBeAFile() throws {
    let scratch = try Scratch()
    let scene = try LaneScene(settings)
    let files = try LaneDirectory(scratch.path, group: "sojourn")
    #expect(try files.open(LaneScene.lane) == nil)
    #expect(try scene.restore(storage(files)).source == .nothing)
    try scene.batch([scene.event(at: 0)], at: 0)
    var events = 0
    let restored = try scene.restore(storage(files)) { event in
      if case .laneFileIgnored = event { events += 1 }
    }
    #expect(restored.source == .log)
    #expect(events == 0)
  }

  @Test func aDraftIsInvisibleUntilItIsPublishedAndLeavesNothingBehind() throws {
    let scratch = try Scratch()
    let files = try LaneDirectory(scratch.path, group: "g")
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
    }
    var draft: (any LaneFileDraft)? = try files.create(3)
    try draft?.write([1, 2, 3])
    #expect(try files.open(3) == nil)
    #expect(try names().count == 1)
    #expect(throws: (any Error).self) { try draft?.publish() }
    draft = nil
    #expect(try names().isEmpty, "a dropped draft is removed")
    let second = try files.create(3)
    try second.write([4, 5])
    try second.complete()
    #expect(try files.open(3) == nil)
    try second.publish()
    second.discard()
    #expect(try names() == ["g.lane-3.lz4"])
    let source = try #require(try files.open(3))
    #expect(try source.read() == [4, 5])
    #expect(try source.read() == nil)
    // What a killed process left is removed at the next start; what a living one writes is not.
    try Data().write(to: URL(fileURLWithPath: scratch.path + "/g.lane-3.lz4.999999999-1.part"))
    try Data().write(to: URL(fileURLWithPath: scratch.path + "/other.lane-3.lz4.999999999-1.part"))
    let alive = try files.create(4)
    _ = try LaneDirectory(scratch.path, group: "g")
    #expect(try names().count == 3)
    alive.discard()
  }
}
