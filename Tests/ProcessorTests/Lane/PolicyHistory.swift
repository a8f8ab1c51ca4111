import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import SeededGenerator
import Testing
import WireFormat

@testable import Processor
@testable import Sessionizer

/// A lane's batches, drawn from a seed: events of every stream, one in three late, and ticks. In the end
/// everything that can be over is.
struct PolicyHistory {
  private struct Batch {
    var inputs: [(topic: String, values: [String])]
    var now: Int64
    var tick: Int64?
  }

  private var batches: [Batch] = []
  let settings: LaneSettings
  private let definitions: CompiledBundle?

  init(seed: UInt64, hasRules: Bool = false) throws {
    var generator = SeededGenerator(seed: seed)
    settings = LaneHarness.settings { settings in
      settings.sessions.allowedLateness = .minutes(generator.pick(1...6))
      settings.sessions.webGap = .minutes(generator.pick(1...3))
      settings.sessions.appGap = .minutes(generator.pick(1...3))
      settings.sessions.conversationRetention = .minutes(generator.pick(3...12))
      settings.sessions.afterCallWorkTimeout = .minutes(generator.pick(1...3))
      settings.sessions.maxSessionEvents = Int(generator.pick(4...40))
      var visit = SessionSettings.SessionType()
      visit.timeout = .minutes(generator.pick(1...4))
      settings.sessions.types = ["visit": visit]
      settings.maxCheckpointValues = Int(generator.pick(1...6))
      settings.checkpointAge = .seconds(generator.pick(0...120))
    }
    definitions = hasRules ? try PolicyHistory.rules() : nil
    var now: Int64 = 0
    var number = 0
    for _ in 0..<40 {
      now += generator.chance(10) ? generator.pick(120_000...900_000) : generator.pick(1_000...60_000)
      var values: [String: [String]] = [:]
      for _ in 0..<generator.pick(0...5) {
        let time =
          now - (generator.chance(35) ? generator.pick(0...400_000) : generator.pick(-1_000...20_000))
        let (topic, json) = PolicyHistory.event(number, at: time, &generator)
        values[topic, default: []].append(json)
        number += 1
      }
      // Only ticks that run ahead of the events make sessions final while events may still come for them.
      let tick = generator.chance(20) ? now - generator.pick(-300_000...30_000) : nil
      batches.append(Batch(inputs: PolicyHistory.sorted(values), now: now, tick: tick))
    }
    batches.append(Batch(inputs: [], now: now, tick: now + 4_000_000))
    // Then the watermark agrees.
    var last: [String: [String]] = [:]
    for _ in 0..<60 {
      let (topic, json) = PolicyHistory.event(number, at: now + 5_000_000, &generator)
      last[topic, default: []].append(json)
      number += 1
    }
    batches.append(Batch(inputs: PolicyHistory.sorted(last), now: now + 5_000_000, tick: nil))
  }

  private static func sorted(_ values: [String: [String]]) -> [(topic: String, values: [String])] {
    values.keys.sorted().map { ($0, values[$0] ?? []) }
  }

  private static func event(
    _ number: Int, at time: Int64, _ generator: inout SeededGenerator
  ) -> (topic: String, json: String) {
    // Few customers, so that late events often reopen their sessions, or bridge two of them.
    let customer = LaneHarness.customer(Int(generator.pick(0...2)), of: generator.chance(4) ? 2 : 1)
    let id = "e\(number)"
    switch generator.pick(0...9) {
    case 0...4:
      let page = ",\"page\":{\"title\":\"\(generator.pick(0...3))\"}"
      return ("web", LaneHarness.event(id, at: time, of: customer, name: "page_viewed", page))
    case 5: return ("app", LaneHarness.event(id, at: time, of: customer, name: "screen_viewed"))
    case 6...7:
      let name = generator.pick(["started", "routed", "connected", "ended", "ended", "noted"])
      var more = ",\"conversationId\":\"c\(generator.pick(0...2))\""
      if name == "ended" { more += ",\"disconnectType\":\"\(generator.pick(["Peer", "Client"]))\"" }
      return ("conversation", LaneHarness.event(id, at: time, of: customer, name: name, more))
    default:
      let more =
        ",\"sessionType\":\"\(generator.pick(["visit", "visit", "parcel"]))\",\"externalId\":\"x\(generator.pick(0...2))\""
      return ("custom", LaneHarness.event(id, at: time, of: customer, name: "moved", more))
    }
  }

  /// Segments that come and expire, an outcome, and a trigger that comes after a while.
  private static func rules() throws -> CompiledBundle {
    func pattern(_ stream: String, _ type: String, _ count: Int) -> String {
      "\"journey\":{\"patterns\":[{\"criteria\":[],\"count\":\(count),\"streamType\":\"\(stream)\",\"sessionType\":\"\(type)\"}]}"
    }
    let text = """
      {"entities":[
      {"kind":"segment","id":"seen","displayName":"s","assignmentExpirationDays":0,\(pattern("Web", "web", 1))},
      {"kind":"segment","id":"moved","displayName":"m",\(pattern("Custom", "visit", 2))},
      {"kind":"outcome","id":"pages","displayName":"p",\(pattern("Web", "web", 3))},
      {"kind":"actionMap","id":"later","displayName":"l","triggerWithSegments":["seen","moved"],
      "activation":{"type":"delay","delayInSeconds":60},"action":{"mediaType":"architectFlow",
      "architectFlowFields":{"architectFlow":{"id":"f"},"flowRequestMappings":[]}}}]}
      """
    let check = DefinitionCheck([
      DefinitionDocument(file: "rules", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    return CompiledBundle(try #require(check.bundle, "\(check.findings)"))
  }

  /// The same with events of the web alone.
  var ofTheWeb: PolicyHistory {
    var history = self
    history.batches = batches.map { batch in
      Batch(inputs: batch.inputs.filter { $0.topic == "web" }, now: batch.now, tick: batch.tick)
    }
    return history
  }

  /// What each batch writes.
  ///
  /// - Parameters:
  ///   - seed: when the lane is restored from its records; `nil` for never.
  ///   - isInPortions: whether each of a topic's records is admitted alone.
  ///   - look: sees the lane at the end.
  func run(
    _ policy: SnapshotPolicy, restartsBy seed: UInt64?, isInPortions: Bool = false,
    _ look: (LaneMachine) -> Void = { _ in }
  ) throws -> [[LaneHarness.Written]] {
    var settings = settings
    settings.snapshots = policy
    let decoding = try LaneHarness(settings)
    var generator = SeededGenerator(seed: seed ?? 0)
    var machine = LaneMachine(lane: LaneHarness.lane, settings: settings, configuration: "c0ffee")
    var log: [LaneHarness.Written] = []
    var result: [[LaneHarness.Written]] = []
    for batch in batches {
      var taken = LaneBatch(
        takenAt: EventTime(milliseconds: LaneHarness.start + batch.now), inputs: [],
        tick: StreamTimes(every: batch.tick.map { EventTime(milliseconds: LaneHarness.start + $0) }),
        definitions: definitions)
      let inputs = batch.inputs.flatMap { input in
        input.values.map { decoding.input(input.topic, [$0]) }
      }
      var records = OutputBatch()
      if isInPortions {
        PolicyHistory.reduce(taken, inputs, machine, &records)
      } else {
        taken.inputs = inputs
        _ = machine.reduce(taken, into: &records)
      }
      let written = LaneHarness.read(records)
      log += written
      result.append(written)
      if seed != nil, generator.chance(15) {
        let next = LaneMachine(lane: LaneHarness.lane, settings: settings, configuration: "c0ffee")
        let tail = try JournalRecord(decoding: log.of("journal").last?.value ?? [])
        var values = RestoredValues(into: next)
        for record in log.of("state") { try values.applyState(key: record.key ?? [], value: record.value) }
        for record in log.of("redo") { try values.applyRedo(record.value ?? [], from: tail.redoFrom) }
        try next.restore(values, tail: tail)
        machine = next
      }
    }
    look(machine)
    return result
  }

  private static func reduce(
    _ batch: LaneBatch, _ inputs: [DecodedChunk], _ machine: LaneMachine, _ records: inout OutputBatch
  ) {
    var open = machine.begin(batch, in: &records)
    var portion = batch
    for input in inputs {
      portion.inputs = [input]
      _ = machine.admit(portion, &open, into: &records)
      portion.tick = [:]
    }
    if inputs.isEmpty { _ = machine.admit(portion, &open, into: &records) }
    for value in machine.sessionizer.finish() { _ = machine.encode(value, &open, into: &records) }
    _ = machine.end(open, into: &records)
  }

  /// The values that a lane holds, as they are stored, but for what of them was told.
  static func values(of machine: LaneMachine) -> [String] {
    var values: [String] = []
    machine.sessionizer.allValues.forEach { value in
      let emitted = value.session?.emittedRevision
      value.session?.emittedRevision = 0
      values.append("\(StateCodec.encoded(value))")
      if let emitted { value.session?.emittedRevision = emitted }
    }
    return values.sorted()
  }
}
