import EventLog
import Foundation
import Identity
import JourneyModel
import JourneyRules
import LaneStorage
import Persons
import Processor
import Sessionizer
import WireFormat

/// Lanes that look for persons, in memory: what one writes to `routed` the others are handed, in the order of
/// each pair, when it is asked for.
final class PersonScene {
  let settings: LaneSettings
  private var machines: [LaneMachine] = []
  private let decoder: InputDecoder
  private var offsets: [TopicPartition: Int64] = [:]
  /// Records of `routed` that nobody has taken yet, by the lane that they are for.
  private var waiting: [[Message]] = []
  /// The newest value of each contact; tombstones take it out.
  private(set) var contacts: [String: [String: Any]] = [:]
  /// The newest snapshot of each session.
  private(set) var sessions: [String: [String: Any]] = [:]
  /// What happened to persons, in order.
  private(set) var events: [[String: Any]] = []
  /// What happened to actions, in order: state, map, and the segments and commands that led there.
  private(set) var actions: [String] = []
  /// What is evaluated; `nil` for nothing.
  var definitions: CompiledBundle?
  /// Sessions that were taken back.
  private(set) var erased: Set<String> = []
  /// Every record of `contacts`, in order.
  private(set) var published: [(key: String, value: [UInt8]?)] = []
  private(set) var messages = 0
  /// How often somebody was met whose value was away.
  private(set) var loads = 0
  /// The batch's wall-clock time.
  var now: Int64 = 1_767_700_000_000

  struct Message {
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: HeaderBlock
  }

  init(
    lanes: Int32 = 4, persons: PersonSettings = PersonSettings(), isTight: Bool = false,
    findsPersons: Bool = true,
    _ change: (inout LaneSettings) -> Void = { _ in }
  ) throws {
    var settings = LaneSettings()
    settings.partitions = lanes
    settings.checkpointAge = EventTime.Span(milliseconds: 0)
    change(&settings)
    if findsPersons { settings.findPersons(persons) }
    self.settings = settings
    decoder = try InputDecoder(settings)
    let stores = MemoryColdStores()
    for lane in LaneNumber.all(of: lanes) {
      let store = isTight ? try stores.makeStore(lane: lane) : nil
      let machine = LaneMachine(
        lane: lane, settings: settings, configuration: settings.digest, coldStore: store)
      if isTight { machine.memoryShare = 1 }
      machines.append(machine)
    }
    waiting = Array(repeating: [], count: Int(lanes))
  }

  /// Publishes one event, keyed as producers should, and has its lane take it.
  func publish(_ stream: JourneyModel.Stream = .web, _ json: String, key: String? = nil) throws {
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
    let body = object["eventBody"] as? [String: Any]
    let name =
      key ?? object["customerId"] as? String ?? object["conversationId"] as? String
      ?? body?["conversationId"] as? String ?? ""
    let lane = Placement.lane(of: Array(name.utf8), partitions: settings.partitions)
    try reduce(
      lane, settings.topics.inputs[stream] ?? "",
      [Message(key: Array(name.utf8), value: Array(json.utf8), headers: HeaderBlock([]))])
  }

  /// Advances the timers of the web in every lane to a time, with no event.
  func tick(to time: EventTime) throws {
    for lane in LaneNumber.all(of: settings.partitions) {
      try reduce(lane, settings.topics.inputs[.web] ?? "", [], tick: [.web: time])
    }
  }

  /// Publishes a command about persons, and has a lane take it: any does.
  func command(_ json: String, to lane: LaneNumber = 0) throws {
    try reduce(
      lane, settings.topics.commands, [Message(key: nil, value: Array(json.utf8), headers: HeaderBlock([]))])
  }

  /// Delivers what waits, until nobody has anything to say any more.
  ///
  /// - Parameter order: which of the lanes that have something to take is next.
  func settle(_ order: ([Int]) -> Int = { $0[0] }) throws {
    while true {
      let ready = waiting.indices.filter { !waiting[$0].isEmpty }
      guard !ready.isEmpty else { return }
      let lane = order(ready)
      let records = waiting[lane]
      waiting[lane] = []
      messages += records.count
      try reduce(LaneNumber(Int32(lane)), settings.topics.routed, records)
    }
  }

  private func reduce(
    _ lane: LaneNumber, _ topic: String, _ records: [Message], tick: StreamTimes = [:]
  ) throws {
    let place = TopicPartition(topic, lane: lane)
    let first = offsets[place, default: 0]
    var chunk = RecordChunk(source: place, next: NextOffset(first))
    for (number, record) in records.enumerated() {
      chunk.append(
        offset: RecordOffset(first + Int64(number)), timestamp: -1, key: record.key, value: record.value,
        headers: record.headers)
    }
    chunk.seal()
    offsets[place] = first + Int64(records.count)
    now += 1_000
    let work = LaneWork(
      lane: lane, takenAt: EventTime(milliseconds: now), chunks: [chunk], positions: [:], tick: tick,
      definitions: definitions)
    let batch = decoder.decode(work)
    let machine = machines[lane.index]
    try machine.load(for: batch)
    var output = OutputBatch()
    _ = machine.reduce(batch, into: &output)
    if let failure = machine.loadFailure { throw failure }
    try machine.evict()
    loads += machine.takeMovements().loaded
    try take(output)
  }

  private func take(_ output: OutputBatch) throws {
    func copy(_ range: ByteSlice?) -> [UInt8]? { range.map { Array(output.bytes[$0.indices]) } }
    for entry in output.entries {
      let topic = output.topics[entry.topic]
      let key = copy(entry.key)
      let value = copy(entry.value)
      if topic == settings.topics.routed {
        waiting[Int(entry.partition)].append(
          Message(key: key, value: value, headers: HeaderBlock(bytes: copy(entry.headers) ?? [])))
      } else if topic == settings.topics[.contacts] {
        let name = String(decoding: key ?? [], as: UTF8.self)
        published.append((name, value))
        contacts[name] = try value.map(PersonScene.object)
      } else if topic == settings.topics[.contactEvents] {
        events.append(try PersonScene.object(value ?? []))
      } else if topic == settings.topics[.actions] {
        actions.append(PersonScene.words(try PersonScene.object(value ?? [])))
      } else if topic == settings.topics.sessions, let key {
        let name = String(decoding: key, as: UTF8.self)
        sessions[name] = try value.map(PersonScene.object)
        if value == nil { erased.insert(name) }
      } else if topic == settings.topics.rejected {
        let reason = HeaderBlock(bytes: copy(entry.headers) ?? []).text("sojourn-explanation") ?? ""
        throw SceneError(description: "rejected: \(reason)")
      }
    }
  }

  private static func object(_ value: [UInt8]) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(value)) as? [String: Any] ?? [:]
  }

  /// `qualified welcome by c-1: vip after k1`, of an action's event.
  private static func words(_ event: [String: Any]) -> String {
    let body = event["webActionEvent"] as? [String: Any] ?? [:]
    let state = (body["action"] as? [String: Any])?["state"] as? String ?? "blocked"
    let map = (body["actionMap"] as? [String: Any])?["id"] as? String ?? ""
    let causes = (event["because"] as? [[String: Any]] ?? []).map { cause in
      "\(cause["segment"] ?? "") after \((cause["events"] as? [String] ?? []).joined(separator: " "))"
    }
    return "\(state) \(map) by \(event["customerId"] ?? ""): \(causes.joined(separator: ", "))"
  }

  /// What lanes hold of persons, restored from the bytes that they store.
  func storedKinds() -> [StoredKind: Int] {
    var counts: [StoredKind: Int] = [:]
    for machine in machines {
      try? machine.forEachValue { counts[$0.kind, default: 0] += 1 }
    }
    return counts
  }

  /// The lanes themselves.
  var lanes: [LaneMachine] { machines }

  /// Hands over every value that lanes hold.
  func forEachValue(_ body: (StoredValue) throws -> Void) throws {
    for machine in machines { try machine.forEachValue(body) }
  }

  // MARK: - What readers see

  /// Contacts that stand for somebody, as text: their names, identifiers and devices, in order. No ids, nor
  /// revisions or dates.
  var people: [String] { people { _ in nil } }

  /// As `people`, with all that may not depend on the number of lanes: ids, segments, whom they may also be.
  var wholePeople: [String] {
    people { contact in
      let segments = (contact["segments"] as? [[String: Any]] ?? []).map { "\($0["id"] ?? "")" }
      let others = (contact["suggestions"] as? [[String: Any]] ?? [])
        .map { "\($0["reason"] ?? "") \($0["contact"] ?? "")" }
      return "\(contact["id"] ?? "") \(segments.sorted()) \(others)"
    }
  }

  private func people(_ more: ([String: Any]) -> String?) -> [String] {
    contacts.values.filter { $0["mergedTo"] == nil }.map { contact in
      let identifiers = (contact["identifiers"] as? [[String: Any]] ?? []).map { "\($0["value"] ?? "")" }
      let devices = (contact["devices"] as? [[String: Any]] ?? []).map { "\($0["value"] ?? "")" }
      let name = contact["name"] as? String ?? "-"
      return
        "\(name): \(identifiers.sorted().joined(separator: " ")) | \(devices.sorted().joined(separator: " "))"
        + (more(contact).map { " | " + $0 } ?? "")
    }.sorted()
  }

  /// The card's customer of each session, by customer id and time.
  var cards: [String] {
    sessions.values.sorted { "\($0["createdDate"] ?? "")" < "\($1["createdDate"] ?? "")" }.map { session in
      let card = session["card"] as? [String: Any]
      return "\(session["customerId"] ?? ""): \(card?["customer"] ?? "none")"
    }
  }

  /// The contact that a session's snapshot names.
  func contact(of session: [String: Any]) -> String? {
    (session["externalContact"] as? [String: Any])?["id"] as? String
  }
}

struct SceneError: Error, CustomStringConvertible {
  var description: String
}
