import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import LaneStorage
import SeededGenerator
import Testing
import WireFormat

@testable import Processor
@testable import Sessionizer

/// Counts values that are gone.
private final class GoneCount: LaneObserver {
  private(set) var count = 0
  func gone(_ value: StoredValue) { count += 1 }
}

/// Sessions that leave memory and come back.
@Suite struct EvictionTests {
  private static let minute: Int64 = 60_000

  /// A machine with its own log of what it wrote.
  private final class Lane {
    let settings: LaneSettings
    let share: Int
    let stores: (any ColdStores)?
    private(set) var machine: LaneMachine
    private(set) var log: [LaneHarness.Written] = []
    private(set) var evicted = 0
    private(set) var loaded = 0

    init(_ settings: LaneSettings, share: Int = .max, stores: (any ColdStores)? = nil) throws {
      self.settings = settings
      self.share = share
      self.stores = stores
      machine = try Lane.machine(settings, share, stores)
    }

    private static func machine(
      _ settings: LaneSettings, _ share: Int, _ stores: (any ColdStores)?
    ) throws -> LaneMachine {
      let machine = LaneMachine(
        lane: LaneHarness.lane, settings: settings, configuration: "c0ffee",
        coldStore: try stores?.makeStore(lane: LaneHarness.lane))
      machine.memoryShare = share
      return machine
    }

    func reduce(_ batch: LaneBatch) throws -> (written: [LaneHarness.Written], journal: JournalRecord) {
      var records = OutputBatch()
      try machine.load(for: batch)
      let journal = machine.reduce(batch, into: &records)
      try machine.evict()
      let movements = machine.takeMovements()
      evicted += movements.evicted
      loaded += movements.loaded
      let written = LaneHarness.read(records)
      log += written
      return (written, journal)
    }

    func restart() throws {
      let next = try Lane.machine(settings, share, stores)
      let tail = try JournalRecord(decoding: log.of("journal").last?.value ?? [])
      var values = RestoredValues(into: next)
      for record in log.of("state") { try values.applyState(key: record.key ?? [], value: record.value) }
      for record in log.of("redo") { try values.applyRedo(record.value ?? [], from: tail.redoFrom) }
      try next.restore(values, tail: tail)
      machine = next
    }
  }

  /// Random settings in which everything happens within minutes.
  private static func settings(_ generator: inout SeededGenerator) -> LaneSettings {
    LaneHarness.settings { settings in
      settings.sessions.allowedLateness = .minutes(generator.pick(1...6))
      settings.sessions.webGap = .minutes(generator.pick(1...3))
      settings.sessions.appGap = .minutes(generator.pick(1...3))
      settings.sessions.conversationRetention = .minutes(generator.pick(2...12))
      settings.sessions.afterCallWorkTimeout = .minutes(generator.pick(1...3))
      settings.sessions.maxSessionEvents = Int(generator.pick(5...40))
      settings.sessions.maxEventsPerMinute = Int(generator.pick(3...8))
      settings.sessions.duplicateWindow = Int(generator.pick(2...100))
      var visit = SessionSettings.SessionType()
      visit.timeout = .minutes(generator.pick(1...4))
      settings.sessions.types = ["visit": visit]
      settings.maxCheckpointValues = Int(generator.pick(1...6))
      settings.checkpointAge = .seconds(generator.pick(0...120))
      settings.maxRedoBytes = Int(generator.pick(500...3_000))
      if generator.chance(30) { settings.snapshots.mode = generator.chance(50) ? .ends : .milestones }
      settings.snapshots.final = generator.pick([.separate, .separate, .withEnd, .never])
    }
  }

  /// Types that end sooner, later or never, and that keep other attributes.
  private static func bundles() throws -> [CompiledBundle] {
    try ["", ",\"timeoutInSeconds\":30", ",\"timeoutInSeconds\":120", ",\"timeoutInSeconds\":900"].flatMap {
      timeout in
      try [
        "",
        ",\"attributes\":[{\"name\":\"all\",\"eventAttribute\":\"a\",\"isList\":true}],\"cardTitle\":\"Tour\"",
      ].map {
        more in
        let text = """
          {"entities":[{"kind":"sessionType","id":"visit"\(timeout)\(more)},
          {"kind":"sessionType","id":"parcel"\(more.isEmpty ? "" : timeout)},
          {"kind":"eventType","id":"moved","icon":"van\(timeout.count)"}]}
          """
        let check = DefinitionCheck([
          DefinitionDocument(file: "types", value: try DefinitionJSON.read(Array(text.utf8)))
        ])
        return CompiledBundle(try #require(check.bundle, "\(check.findings)"))
      }
    }
  }

  private static let customers = ([1, 2] as [LaneNumber]).map { lane in
    (0..<6).map { LaneHarness.customer($0, of: lane) }
  }

  private static func event(
    _ number: Int, at now: Int64, isCustom: Bool, _ generator: inout SeededGenerator
  ) -> (topic: String, json: String) {
    let time = now - (generator.chance(35) ? generator.pick(0...400_000) : generator.pick(-1_000...20_000))
    var customer = generator.pick(customers[generator.chance(4) ? 1 : 0])
    // Few keys, so that most sessions get events again when they are over.
    if isCustom { customer = customers[0][number % 2] }
    // A careless producer uses an id again. Only where the customer alone is the key: elsewhere it would open
    // two sessions with one id.
    let again = generator.chance(10) ? "e\(generator.pick(0...Int64(max(number, 1))))" : "e\(number)"
    let id = "e\(number)"
    switch isCustom ? 9 : generator.pick(0...9) {
    case 0...3:
      // Few of them, so that late events often bridge two of their sessions.
      let visitor = generator.pick(Array(customers[0].prefix(2)))
      return ("web", LaneHarness.event(again, at: time, of: visitor, name: "page_viewed"))
    case 4: return ("app", LaneHarness.event(again, at: time, of: customer, name: "screen_viewed"))
    case 5...6:
      let name = generator.pick(["started", "routed", "connected", "ended", "ended", "noted"])
      var more = ",\"conversationId\":\"c\(generator.pick(0...2))\""
      if name == "ended" {
        more += ",\"disconnectType\":\"\(generator.pick(["Peer", "Client", "System"]))\""
      }
      if generator.chance(10) { more += ",\"userDisposition\":{\"code\":\"Sold\"}" }
      return ("conversation", LaneHarness.event(id, at: time, of: customer, name: name, more))
    default:
      let type = generator.pick(["visit", "visit", "parcel"])
      let more =
        ",\"sessionType\":\"\(type)\",\"externalId\":\"x\(generator.pick(0...(isCustom ? 1 : 4)))\",\"attributes\":{\"a\":\"\(number)\"}"
      return ("custom", LaneHarness.event(id, at: time, of: customer, name: "moved", more))
    }
  }

  /// What a batch wrote that must not depend on memory: everything but `state` and the journal's `redoFrom`.
  private static func comparable(
    _ output: (written: [LaneHarness.Written], journal: JournalRecord)
  ) -> ([LaneHarness.Written], JournalRecord) {
    var journal = output.journal
    journal.redoFrom = 0
    return (output.written.filter { $0.topic != "state" && $0.topic != "journal" }, journal)
  }

  @Test func noOutputByteDependsOnWhatIsInMemory() throws {
    var evicted = 0
    var loaded = 0
    var restarts = 0
    var ticks = 0
    var merged = 0
    var gone = 0
    var switches = 0
    var reopened = 0
    let bundles = try EvictionTests.bundles()
    for seed in 0..<120 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let settings = EvictionTests.settings(&generator)
      let share = generator.pick([0, 0, 2_000, 8_000, 25_000])
      // Every fourth is about types alone, which change all the time.
      let isOfTypes = seed % 4 == 3
      let whole = try Lane(settings)
      let cold = try Lane(settings, share: share, stores: MemoryColdStores())
      let goneCount = GoneCount()
      whole.machine.observer = goneCount
      defer { gone += goneCount.count }
      let decoding = try LaneHarness(settings)
      var now: Int64 = 0
      var number = 0
      var definitions: CompiledBundle?
      for batch in 0..<40 {
        now += generator.chance(10) ? generator.pick(120_000...900_000) : generator.pick(1_000...60_000)
        var values: [String: [String]] = [:]
        for _ in 0..<generator.pick(0...5) {
          let event = EvictionTests.event(number, at: now, isCustom: isOfTypes, &generator)
          values[event.topic, default: []].append(event.json)
          number += 1
        }
        let inputs = values.keys.sorted().map { decoding.input($0, values[$0] ?? []) }
        // Only ticks that run ahead of the events make sessions final while events may still come for them.
        let tick =
          generator.chance(isOfTypes ? 30 : 15)
          ? now - generator.pick(isOfTypes ? -600_000...0 : 0...30_000) : nil
        if generator.chance(isOfTypes ? 40 : 10) {
          definitions = generator.chance(20) ? nil : generator.pick(bundles)
          switches += 1
        }
        let taken = LaneBatch(
          takenAt: EventTime(milliseconds: LaneHarness.start + now), inputs: inputs,
          tick: StreamTimes(every: tick.map { EventTime(milliseconds: LaneHarness.start + $0) }),
          definitions: definitions)
        let final = Set(
          whole.machine.sessionizer.allSessions.filter { $0.lifecycle == .final }.map { $0.id })
        let expected = EvictionTests.comparable(try whole.reduce(taken))
        // Sessions that were final, and are open again because their type never ends now.
        reopened += whole.machine.sessionizer.allSessions.count { session in
          session.lifecycle == .open && final.contains(session.id)
            && whole.machine.sessionizer.deadline(session) == nil
        }
        let actual = EvictionTests.comparable(try cold.reduce(taken))
        guard actual == expected else {
          Issue.record("seed \(seed), batch \(batch): output depends on what was in memory")
          return
        }
        #expect(cold.machine.sessionCount == whole.machine.sessionCount, "seed \(seed)")
        #expect(cold.machine.residentSessions + cold.machine.evictedSessions == cold.machine.sessionCount)
        let deadlines = whole.machine.sessionizer.allSessions.filter { $0.lifecycle != .final }
          .compactMap { whole.machine.sessionizer.deadline($0) }
        if let first = deadlines.min() {
          #expect(
            try #require(cold.machine.nextTimers.earliest) <= first, "seed \(seed): a timer would be missed")
        }
        if tick != nil { ticks += 1 }
        merged += expected.0.filter { $0.text.contains("\"mergedInto\"") }.count
        if generator.chance(8) {
          try cold.restart()
          restarts += 1
          #expect(cold.machine.sessionCount == whole.machine.sessionCount, "seed \(seed): after a restart")
        }
      }
      evicted += cold.evicted
      loaded += cold.loaded
      // In the end `state` holds what is held, and nothing that is gone.
      for step in 0..<60 {
        let taken = EventTime(milliseconds: LaneHarness.start + now + 200_000 + Int64(step) * 60_000)
        _ = try cold.reduce(LaneBatch(takenAt: taken, inputs: []))
      }
      var state: [[UInt8]: [UInt8]] = [:]
      for record in cold.log.of("state") { state[record.key ?? []] = record.value }
      #expect(state.count == cold.machine.sessionCount, "seed \(seed)")
      var held: Set<String> = []
      try cold.machine.forEachValue { held.insert($0.id.text) }
      #expect(held == Set(state.keys.map { String(decoding: $0, as: UTF8.self) }), "seed \(seed)")
    }
    #expect(evicted > 2_000 && loaded > 1_000, "\(evicted) evicted, \(loaded) loaded")
    #expect(restarts > 150 && ticks > 300, "\(restarts) restarts, \(ticks) ticks")
    #expect(switches > 300, "\(switches) times other types")
    #expect(reopened > 10)
    #expect(merged > 20 && gone > 500 + merged, "\(merged) merged, \(gone) gone")
  }

  /// A lane with sessions that are in `state`, oldest first, and nothing evicted yet.
  private func cleanLane(_ sessions: Int, stores: any ColdStores = MemoryColdStores()) throws -> Lane {
    let settings = LaneHarness.settings { $0.checkpointAge = EventTime.Span(milliseconds: 0) }
    let lane = try Lane(settings, stores: stores)
    let decoding = try LaneHarness(settings)
    for number in 0..<sessions { _ = try lane.reduce(EvictionTests.parcel(number, "a", decoding)) }
    #expect(lane.machine.residentSessions == sessions)
    return lane
  }

  private static func parcel(_ number: Int, _ id: String, _ decoding: LaneHarness) -> LaneBatch {
    let more = ",\"sessionType\":\"parcel\",\"externalId\":\"x\(number)\""
    let event = LaneHarness.event("\(id)\(number)", at: Int64(number), name: "moved", more)
    return LaneBatch(
      takenAt: EventTime(milliseconds: LaneHarness.start + Int64(number)),
      inputs: [decoding.input("custom", [event])])
  }

  @Test(arguments: [-1, 0, 1])
  func sessionsLeaveMemoryOnlyAboveTheShare(_ offset: Int) throws {
    let lane = try cleanLane(5)
    lane.machine.memoryShare = lane.machine.residentBytes + offset
    try lane.machine.evict()
    #expect(lane.machine.evictedSessions == (offset < 0 ? 1 : 0))
    #expect(lane.machine.residentSessions == (offset < 0 ? 4 : 5))
    #expect(lane.machine.sessionCount == 5)
    #expect(lane.machine.residentBytes <= lane.machine.memoryShare)
    guard offset < 0 else { return }
    // The one that has been clean for longest.
    let left = Set(lane.machine.sessionizer.allSessions.map { $0.identity.text($0.identity.externalID) })
    #expect(left == ["x1", "x2", "x3", "x4"])
    let decoding = try LaneHarness(lane.settings)
    _ = try lane.reduce(EvictionTests.parcel(0, "b", decoding))
    var counts: [String: Int] = [:]
    try lane.machine.forEachValue {
      counts[$0.identity.text($0.identity.externalID)] = $0.session?.eventCount
    }
    #expect(counts == ["x0": 2, "x1": 1, "x2": 1, "x3": 1, "x4": 1])
  }

  @Test func whatIsCountedEqualsTheSumOverTheValuesInMemory() throws {
    var generator = SeededGenerator(seed: 5)
    let settings = EvictionTests.settings(&generator)
    let lane = try Lane(settings, share: 20_000, stores: MemoryColdStores())
    let decoding = try LaneHarness(settings)
    var now: Int64 = 0
    for number in 0..<600 {
      now += generator.pick(0...20_000)
      let event = EvictionTests.event(number, at: now, isCustom: false, &generator)
      let taken = LaneBatch(
        takenAt: EventTime(milliseconds: LaneHarness.start + now),
        inputs: [decoding.input(event.topic, [event.json])])
      _ = try lane.reduce(taken)
      let values = lane.machine.sessionizer.allValues
      #expect(lane.machine.residentBytes == values.reduce(0) { $0 + $1.countedBytes })
      #expect(
        lane.machine.residency.changedBytes
          == values.filter { $0.cleanSince == 0 }.reduce(0) { $0 + $1.countedBytes })
      #expect(values.allSatisfy { $0.countedBytes > Session.fixedBytes })
    }
    #expect(lane.evicted > 100)
  }

  @Test func changedSessionsAreWrittenToStateSoonerWhenTheyAloneExceedTheShare() throws {
    let settings = LaneHarness.settings {
      $0.checkpointAge = .hours(1)
      $0.maxCheckpointValues = 3
    }
    for (share, written) in [(Int.max, 0), (0, 14)] {
      let lane = try Lane(settings, share: share, stores: MemoryColdStores())
      let decoding = try LaneHarness(settings)
      let events = (0..<7).map { number in
        LaneHarness.event(
          "a\(number)", at: 0, name: "moved", ",\"sessionType\":\"parcel\",\"externalId\":\"x\(number)\"")
      }
      let taken = EventTime(milliseconds: LaneHarness.start)
      let first = try lane.reduce(
        LaneBatch(takenAt: taken, inputs: [decoding.input("custom", events)])
      ).written.of("state").count
      // The whole batch, and more than it brought if more were waiting.
      #expect(first == written / 2)
      #expect(lane.machine.evictedSessions == written / 2)
    }
  }

  @Test func whatWasChangedLongAgoLeavesInSlices() throws {
    let settings = LaneHarness.settings {
      $0.checkpointAge = .hours(1)
      $0.maxCheckpointValues = 3
    }
    let lane = try Lane(settings, stores: MemoryColdStores())
    let decoding = try LaneHarness(settings)
    for number in 0..<10 { _ = try lane.reduce(EvictionTests.parcel(number, "a", decoding)) }
    lane.machine.memoryShare = 0
    var sizes: [Int] = []
    for _ in 0..<5 {
      let batch = LaneBatch(takenAt: EventTime(milliseconds: LaneHarness.start + 20), inputs: [])
      sizes.append(try lane.reduce(batch).written.of("state").count)
    }
    #expect(sizes == [3, 3, 3, 1, 0])
    #expect(lane.machine.residentSessions == 0)
    #expect(lane.machine.residentBytes == 0)
  }

  @Test(arguments: ["lost", "changed", "another's"])
  func aDamagedStoreSendsTheLaneBackToTheLog(_ damage: String) throws {
    let stores = MemoryColdStores { value in
      switch damage {
      case "lost": return nil
      case "changed":
        var value = value
        value.bytes[value.bytes.count / 2] ^= 4
        return value
      default: return ColdValue(key: value.key ^ 1, bytes: value.bytes)
      }
    }
    let lane = try cleanLane(3, stores: stores)
    lane.machine.memoryShare = 0
    try lane.machine.evict()
    let decoding = try LaneHarness(lane.settings)
    let error = #expect(throws: LogError.self) {
      _ = try lane.reduce(EvictionTests.parcel(1, "b", decoding))
    }
    #expect(error?.reaction == .abortAndRewind)
    #expect(error?.code == "localStoreDamaged")
  }

  @Test func everyBitOfAStoredValueIsChecked() throws {
    let lane = try cleanLane(1)
    let session = try #require(lane.machine.sessionizer.allSessions.first)
    let value = ColdValue(key: session.keyDigest, values: [session])
    #expect(try value.values().map(\.id) == [session.id])
    for index in value.bytes.indices {
      for bit in 0..<8 {
        var damaged = value
        damaged.bytes[index] ^= 1 << bit
        #expect(throws: CodecError.self) { try damaged.values() }
      }
    }
    for length in value.bytes.indices {
      let torn = ColdValue(key: value.key, bytes: Array(value.bytes[..<length]))
      #expect(throws: CodecError.self) { try torn.values() }
    }
    #expect(throws: CodecError.self) { try ColdValue(key: value.key &+ 1, bytes: value.bytes).values() }
  }

  /// Counts what goes into the store while values are read.
  private final class Spy: ColdStores, ColdStore, @unchecked Sendable {
    private let store: any ColdStore
    private(set) var puts: [Int] = []

    init() throws { store = try MemoryColdStores().makeStore(lane: 1) }

    func makeStore(lane: LaneNumber) throws(LogError) -> any ColdStore { self }
    func put(_ values: [ColdValue]) throws(LogError) {
      puts.append(values.count)
      try store.put(values)
    }
    func take(_ keys: [UInt64]) throws(LogError) -> [ColdValue] { try store.take(keys) }
    func values(after key: UInt64?, limit: Int) throws(LogError) -> [ColdValue] {
      try store.values(after: key, limit: limit)
    }
    func forEach(_ body: (ColdValue) throws -> Void) throws { try store.forEach(body) }
  }

  @Test func aRestoreNeverHoldsMuchMoreThanTheShare() throws {
    let lane = try cleanLane(1_500)
    let decoding = try LaneHarness(lane.settings)
    // Some change again: `state` holds two values of theirs, and `redo` the newer one.
    for number in 0..<100 { _ = try lane.reduce(EvictionTests.parcel(number, "b", decoding)) }
    let share = lane.machine.residentBytes / 10
    let spy = try Spy()
    let machine = LaneMachine(
      lane: LaneHarness.lane, settings: lane.settings, configuration: "c0ffee", coldStore: spy)
    machine.memoryShare = share
    let tail = try JournalRecord(decoding: lane.log.of("journal").last?.value ?? [])
    var values = RestoredValues(into: machine)
    let perSession = lane.machine.residentBytes / 1_500
    var peak = 0
    for record in lane.log.of("state") {
      try values.applyState(key: record.key ?? [], value: record.value)
      peak = max(peak, machine.residentBytes)
    }
    for record in lane.log.of("redo") { try values.applyRedo(record.value ?? [], from: tail.redoFrom) }
    try machine.restore(values, tail: tail)
    #expect(peak < share + 260 * perSession * 3 / 2, "\(peak) bytes at a share of \(share)")
    #expect(spy.puts.count > 3)
    #expect(machine.residentBytes <= share)
    #expect(machine.sessionCount == 1_500)
    var counts: [String: Int] = [:]
    try machine.forEachValue { counts[$0.identity.text($0.identity.externalID)] = $0.session?.eventCount }
    #expect(counts.count == 1_500)
    #expect(counts.values.filter { $0 == 2 }.count == 100)
  }
}
