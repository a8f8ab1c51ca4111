import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Processor
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

/// What happens to one customer depends on that customer's events and on event time alone: in a file in event-time order, whoever else
/// is in it changes nothing.
@Suite struct IndependenceTests {
  private static let seeds: UInt64 = 2_000

  /// What a run told about each session, in order, and its newest snapshot; by customer, topic and session.
  private struct Told: Equatable {
    var derived: [String: [String]] = [:]
    var snapshots: [String: String] = [:]
    /// Derived events that no event caused: those of timers.
    var timed = 0
  }

  @Test func othersInTheFileChangeNothingForACustomer() throws {
    var seen: [String: Int] = [:]
    for seed in 0..<IndependenceTests.seeds {
      let file = try EventFile(seed: seed)
      let together = try run(file, of: nil, cutBy: seed)
      for customer in file.customers {
        let alone = try run(file, of: customer, cutBy: nil)
        let own = together.derived.filter { $0.key.hasPrefix(customer) }
        guard own == alone.derived else {
          let keys = Set(own.keys).union(alone.derived.keys).filter { own[$0] != alone.derived[$0] }.sorted()
          for key in keys.prefix(1) {
            Issue.record(
              """
              seed \(seed), \(key): together
              \(own[key, default: []].joined(separator: "\n"))
              alone
              \(alone.derived[key, default: []].joined(separator: "\n"))
              """)
          }
          return
        }
        let snapshots = together.snapshots.filter { $0.key.hasPrefix(customer) }
        guard snapshots == alone.snapshots else {
          let keys = Set(snapshots.keys).union(alone.snapshots.keys)
            .filter { snapshots[$0] != alone.snapshots[$0] }.sorted()
          for key in keys.prefix(1) {
            Issue.record(
              "seed \(seed), \(key): together\n\(snapshots[key] ?? "-")\nalone\n\(alone.snapshots[key] ?? "-")"
            )
          }
          return
        }
        seen["timed", default: 0] += alone.timed
      }
      for (_, lines) in together.derived {
        for line in lines {
          for word in [
            "\"Assigned\"", "\"Unassigned\"", "\"offered\"", "TriggerDateInFuture",
            "PageUrlConditionsNotMatching",
            "FrequencyCapping", "outcomeAchieved", "\"returning\"", "\"visiting\"",
          ] where line.contains(word) { seen[word, default: 0] += 1 }
        }
      }
    }
    #expect(seen.count == 10 && seen.values.allSatisfy { $0 > 200 }, "hardly ever happened: \(seen)")
  }

  /// - Parameters:
  ///   - customer: whose events are in the file; `nil` for all.
  ///   - seed: where to cut the file into batches; `nil` for not at all.
  private func run(_ file: EventFile, of customer: String?, cutBy seed: UInt64?) throws -> Told {
    let lane = try LaneHarness(file.settings)
    var generator = SeededGenerator(seed: ~(seed ?? 0))
    var told = Told()
    var part: [EventFile.Item] = []
    var written: [LaneHarness.Written] = []
    func reduce(tick: StreamTimes = [:]) {
      var records = OutputBatch()
      let inputs = JourneyModel.Stream.allCases.compactMap { stream in
        let events = part.filter { $0.stream == stream }.map(\.json)
        return events.isEmpty ? nil : lane.input(stream.name, events)
      }
      let batch = LaneBatch(
        takenAt: EventTime(milliseconds: LaneHarness.start + 31_536_000_000), inputs: inputs, tick: tick,
        definitions: file.definitions)
      _ = lane.machine.reduce(batch, into: &records)
      written += LaneHarness.read(records)
      part = []
    }
    for item in file.items where customer == nil || item.customer == customer {
      part.append(item)
      if seed != nil, generator.chance(20) { reduce() }
    }
    reduce()
    reduce(tick: StreamTimes(every: .latest))
    var owners: [String: String] = [:]
    for record in written.of("sessions") {
      let id = String(decoding: record.key ?? [], as: UTF8.self)
      if owners[id] == nil {
        let owner = try DefinitionJSON.read(record.value ?? [])["customerId"]?.text ?? ""
        owners[id] = owner
      }
      told.snapshots["\(owners[id] ?? "")/\(id)"] = record.text
    }
    for topic in ["segments", "outcomes", "actions"] {
      for record in written.of(topic) {
        let id = String(decoding: record.key ?? [], as: UTF8.self)
        told.derived["\(owners[id] ?? "")/\(topic)/\(id)", default: []].append(record.text)
        if topic == "actions", !record.text.contains("correlationId") { told.timed += 1 }
      }
    }
    return told
  }
}

/// A seeded file in event-time order, with times on whole seconds so that events often come at the very moment at which something is due.
private struct EventFile {
  struct Item {
    var stream: JourneyModel.Stream
    var customer: String
    var json: String
  }

  static let customers = (0..<3).map { LaneHarness.customer($0) }

  private(set) var items: [Item] = []
  let settings: LaneSettings
  let definitions: CompiledBundle
  var customers: [String] { EventFile.customers }

  init(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    settings = LaneHarness.settings {
      $0.writesState = false
      $0.sessions.rules.activationMemory = generator.chance(50) ? .hours(2) : .hours(720)
      $0.sessions.rules.maxActions = generator.chance(30) ? 4 : 100
      $0.sessions.maxSessionEvents = generator.chance(30) ? 6 : 100_000
      $0.sessions.conversationRetention = generator.chance(50) ? .hours(24) : .minutes(30)
    }
    definitions = try EventFile.definitions(Int(generator.pick(0...3)))
    var now: Int64 = 0
    for number in 0..<Int(generator.pick(12...36)) {
      now +=
        1_000 * generator.pick([1, 1, 2, 5, 28, 30, 30, 60, 60, 270, 300, 600, 1_200, 1_800, 7_200, 90_000])
      let customer = generator.pick(EventFile.customers)
      let stream = generator.pick(
        [JourneyModel.Stream.web, .web, .web, .web, .app, .custom, .custom, .conversation, .conversation])
      let event = { (name: String, more: String) in
        LaneHarness.event("e\(number)", at: now, of: customer, name: name, more)
      }
      let json: String
      switch stream {
      case .web:
        let page = generator.pick(["home", "offer", "cart"])
        json = event("page_viewed", ",\"page\":{\"url\":\"https://a.b/\(page)\",\"title\":\"\(page)\"}")
      case .app: json = event("screen_viewed", "")
      case .custom:
        let type = generator.pick(["visit", "parcel"])
        json = event(
          "moved",
          ",\"sessionType\":\"\(type)\",\"externalId\":\"x\",\"attributes\":{\"at\":\"\(generator.pick(0...3))\"}"
        )
      case .conversation:
        let name = generator.pick(["started", "routed", "connected", "ended", "noted"])
        let type = name == "ended" ? ",\"disconnectType\":\"\(generator.pick(["Peer", "Client"]))\"" : ""
        let code = generator.chance(10) ? ",\"userDisposition\":{\"code\":\"Sold\"}" : ""
        json = event(name, ",\"conversationId\":\"call-\(customer)\"\(type)\(code)")
      }
      items.append(Item(stream: stream, customer: customer, json: json))
    }
  }

  /// Bundles differ in how long things wait.
  private static func definitions(_ variant: Int) throws -> CompiledBundle {
    let delay = [2, 60, 300, 1_800][variant]
    func pattern(_ stream: String, _ type: String, _ criteria: String, _ count: Int = 1) -> String {
      "\"journey\":{\"patterns\":[{\"criteria\":[\(criteria)],\"count\":\(count),\"streamType\":\"\(stream)\",\"sessionType\":\"\(type)\"}]}"
    }
    let home =
      "{\"key\":\"page.title\",\"values\":[\"home\"],\"operator\":\"equal\",\"shouldIgnoreCase\":false}"
    let mappings = ["lastPage.title", "eventCount", "revision", "endedDate", "status"].enumerated().map {
      "{\"name\":\"i\($0.offset)\",\"attributeType\":\"String\",\"mappingType\":\"Lookup\",\"value\":\"session.\($0.element)\"}"
    }.joined(separator: ",")
    let flow =
      "\"action\":{\"mediaType\":\"architectFlow\",\"architectFlowFields\":{\"architectFlow\":{\"id\":\"f\"},\"flowRequestMappings\":[\(mappings)]}}"
    let offer =
      "\"action\":{\"mediaType\":\"webMessagingOffer\",\"webMessagingOfferFields\":{\"offerText\":\"Hello\"}}"
    let onOffer =
      "\"pageUrlConditions\":[{\"values\":[\"offer\"],\"operator\":\"containsAny\"}]"
    func map(_ id: String, _ segments: String, _ activation: String, _ rest: String) -> String {
      "{\"kind\":\"actionMap\",\"id\":\"\(id)\",\"displayName\":\"\(id)\",\"triggerWithSegments\":[\(segments)],\"activation\":{\(activation)},\(rest)}"
    }
    let delayed = { (seconds: Int) in "\"type\":\"delay\",\"delayInSeconds\":\(seconds)" }
    let all = "\"home\",\"tapped\",\"moved\",\"called\""
    let text = """
      {"entities":[
      {"kind":"segment","id":"home","displayName":"h"\(variant % 2 == 0 ? ",\"assignmentExpirationDays\":1" : ""),\(pattern("Web", "web", home))},
      {"kind":"segment","id":"twice","displayName":"t","assignmentExpirationDays":0,\(pattern("Web", "web", "", 2))},
      {"kind":"segment","id":"tapped","displayName":"a",\(pattern("App", "app", ""))},
      {"kind":"segment","id":"moved","displayName":"m","assignmentExpirationDays":1,\(pattern("Custom", "parcel", "", 2))},
      {"kind":"segment","id":"called","displayName":"c",\(pattern("Conversation", "conversation", ""))},
      {"kind":"outcome","id":"pages","displayName":"p",\(pattern("Web", "web", "", 3))},
      {"kind":"frequencyCap","id":"cap","mediaType":"webMessagingOffer","capForPeriod":"00:10"},
      \(map("later", all, delayed(delay), flow)),
      \(map("show", "\"home\"", delayed(delay), "\(onOffer),\(offer)")),
      \(map("greet", "\"home\",\"twice\"", "\"type\":\"immediate\"", offer)),
      \(map("again", "\"twice\"", delayed(30), "\(onOffer),\(offer)")),
      \(map("returning", all, "\"type\":\"on-next-session\"", flow)),
      \(map("visiting", all, "\"type\":\"on-next-visit\"", flow)),
      {"kind":"actionMap","id":"each","displayName":"e","triggerWithEventConditions":[{"key":"eventName","values":["moved"],"operator":"equal","streamType":"Custom","sessionType":"visit"}],"activation":{\(delayed(delay))},\(flow)},
      {"kind":"sessionType","id":"visit","timeoutInSeconds":600}
      ]}
      """
    let check = DefinitionCheck([
      DefinitionDocument(file: "d", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    return CompiledBundle(try #require(check.bundle, "\(check.findings)"))
  }
}
