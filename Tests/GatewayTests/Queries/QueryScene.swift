import EventLog
import Foundation
import Intake
import JourneyModel
import JourneyRules
import ServiceLifecycle
import SimulatedLog
import Testing
import Threads
import Tokens
import Views
import WireFormat

@testable import Gateway

/// A server that answers questions from a view of a few sessions.
final class QueryScene: Sendable {
  static let ada = "00000000-0000-5000-8000-000000000001"
  static let merged = "00000000-0000-5000-8000-000000000002"
  static let call = "00000000-0000-5000-8000-000000000003"
  static let bob = "00000000-0000-5000-8000-000000000004"
  static let person = "00000000-0000-5000-8000-00000000000a"
  static let token = "token-0123456789abcdef"
  static let now = EventTime(milliseconds: 1_767_600_000_000)

  let log = SimulatedLog(seed: 1, configuration: .init(start: QueryScene.now.milliseconds))
  let folder = NSTemporaryDirectory() + "queries-" + UUID().uuidString
  /// Where events go.
  let published = ScriptedLog()
  private let topics = TopicNames()
  private let access: AccessSettings
  private let permissions: Set<String>?
  private let divisions: Set<String>
  private let types: Set<String>
  private let events: KeptEvents
  /// What decisions need; `nil` if nobody takes them.
  private let decisions: DecisionSettings?

  /// - Parameters:
  ///   - permissions: what the token grants; `nil` if nobody is asked who he is.
  ///   - sessions: snapshots beside those of the scene.
  ///   - actions: events of actions.
  init(
    permissions: Set<String>? = nil, divisions: Set<String> = ["*"], types: Set<String> = ["*"],
    sessions: [(id: String, json: String)] = [], actions: [(session: String, json: String)] = [],
    events: KeptEvents = .all, decisions: DecisionSettings? = nil,
    _ change: (inout AccessSettings) -> Void = { _ in }
  ) throws {
    var access = AccessSettings()
    if permissions != nil { access.mode = .tokens }
    change(&access)
    (self.access, self.permissions) = (access, permissions)
    (self.divisions, self.types) = (divisions, types)
    (self.events, self.decisions) = (events, decisions)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let names =
      [topics.sessions, topics[.contacts]] + topics.derived + [
        topics.rejected, topics.journal, topics.definitions, topics.inputs[.web] ?? "",
      ]
    try log.create(names.map { TopicSpecification(name: $0, partitions: 1) })
    for (id, json) in QueryScene.sessions + sessions { try send(topics.sessions, id, json) }
    try send(
      topics[.contacts], QueryScene.person,
      """
      {"id":"\(QueryScene.person)","selfUri":"/x","revision":2,"type":"Identified","name":"Ada Lovelace",\
      "identifiers":[{"type":"email","value":"ada@example.com"}],\
      "devices":[{"type":"cookie","value":"ada","intervals":[{"to":"2026-01-05T08:00:01.000Z"}]}],\
      "mergeSet":["\(QueryScene.person)"]}
      """)
    try send(
      topics.inputs[.web] ?? "", "ada",
      """
      {"id":"e-\(QueryScene.ada)","eventName":"page_viewed","createdDate":"2026-01-05T08:00:00.000Z",\
      "customerId":"ada","customerIdType":"cookie","attributes":{"color":"red"}}
      """)
    try sendDefinitions()
    for (session, json) in actions { try send(topics.actions, session, json) }
    try send(
      topics.segments, QueryScene.ada,
      """
      {"id":"d1","createdDate":"2026-01-05T08:00:05.000Z","customerId":"ada","customerIdType":"cookie",\
      "session":{"id":"\(QueryScene.ada)"},"eventType":"SegmentAssignmentEvent",\
      "segmentAssignmentEvent":{"segment":{"id":"cart"},"assignmentState":"Assigned"},"because":[]}
      """)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static let definitions = """
    {"entities":[
    {"kind":"segment","id":"segment-1","displayName":"Cart","color":"#4285f4","scope":"Session","version":1,
    "journey":{"patterns":[{"streamType":"Web","sessionType":"web","eventName":"page_viewed","criteria":
    [{"key":"page.url","values":["/cart"],"operator":"containsAny"}]}]}},
    {"kind":"segment","id":"segment-2","displayName":"Bikes","color":"#008000","scope":"Session","version":2,
    "isActive":false,"journey":{"patterns":[{"streamType":"Web","sessionType":"web","eventName":"page_viewed",
    "criteria":[{"key":"page.url","values":["/bikes"],"operator":"containsAny"}]}]}},
    {"kind":"outcome","id":"outcome-1","displayName":"Bought","isPositive":true,"version":1,
    "journey":{"patterns":[{"streamType":"Web","sessionType":"web","eventName":"order_placed","criteria":
    [{"key":"page.url","values":["/thanks"],"operator":"containsAny"}]}]}},
    {"kind":"predictor","id":"predictor-1","outcome":{"id":"outcome-1"}},
    {"kind":"actionTemplate","id":"template-1","name":"Sale","mediaType":"contentOffer","state":"Active",
    "version":1,"contentOffer":{"title":"Sale","body":"Today"}},
    {"kind":"actionMap","id":"map-1","displayName":"Help","triggerWithEventConditions":[{"key":"eventName",
    "values":["page_viewed"],"operator":"equal","streamType":"Web","sessionType":"web"}],
    "activation":{"type":"immediate"},"pageUrlConditions":[],
    "action":{"mediaType":"webMessagingOffer","webMessagingOfferFields":{"offerText":"May we help?"}}}
    ]}
    """

  /// Puts definitions of each kind in force.
  private func sendDefinitions() throws {
    let value = try DefinitionJSON.read(Array(QueryScene.definitions.utf8))
    let check = DefinitionCheck([DefinitionDocument(file: "scene", value: value)])
    let bundle = try #require(check.bundle, "\(check.findings)")
    let current = DefinitionRecords.Current(
      bundle: bundle.hash.description, revision: 1, appliedAt: QueryScene.now)
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(DefinitionRecords.records(bundle, as: current, topic: topics.definitions))
  }

  private static let sessions = [
    (
      ada,
      session(
        ada, "web", "ada",
        "\"lastPage\":{\"title\":\"Cart\"},\"segmentAssignments\":[{\"segment\":{\"id\":\"cart\"},\"assignedDate\":\"2026-01-05T08:00:05.000Z\"}]"
      )
    ),
    (merged, session(merged, "web", "ada", "\"mergedInto\":\"\(ada)\"")),
    (
      call,
      session(
        call, "conversation", "+353871234567", "\"conversation\":{\"id\":\"c-1\"},\"divisionIds\":[\"north\"]"
      )
    ),
    (bob, session(bob, "web", "bob", "\"searchTerms\":[\"red shoes\"]")),
  ]

  static func session(_ id: String, _ type: String, _ customer: String, _ further: String) -> String {
    """
    {"id":"\(id)","type":"\(type)","customerId":"\(customer)","customerIdType":"cookie",\
    "createdDate":"2026-01-05T08:00:00.000Z","revision":7,\(further),\
    "card":{"title":"T","icon":"i","color":"blue","status":"Active Now","duration":"1 min","segments":1},\
    "journeyMap":{"events":[{"id":"e-\(id)","eventName":"page_viewed","createdDate":"2026-01-05T08:00:00.000Z",\
    "title":"Home"}],"omitted":2}}
    """
  }

  /// The journal of a batch that read so many events of the web.
  func sendJournal(read: Int64) throws {
    var record = JournalRecord(
      lane: 0, partitions: 1, sequence: BatchSequence(1), takenAt: QueryScene.now, configuration: "c")
    record.ranges = ["in-web": 0..<read]
    try send(topics.journal, "0", String(decoding: record.encoded(), as: UTF8.self))
  }

  private func send(_ topic: String, _ key: String, _ value: String) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    batch.append(topic, partition: 0, key: Array(key.utf8), value: Array(value.utf8))
    try publisher.send(batch)
  }

  /// Sends requests one after the other and gives their answers.
  ///
  /// - Parameters:
  ///   - isCaughtUp: whether the view has all that is in the log.
  ///   - age: how long ago that was.
  ///   - rounds: how often it looked for more.
  func answers(
    to requests: [String], isCaughtUp: Bool = true, age: EventTime.Span = .seconds(0), hasView: Bool = true,
    rounds: Int = 1
  ) async throws -> [RawAnswer] {
    let store = try ViewStore(path: folder + "/view.db") { _ in }
    defer { store.close() }
    let feed = ViewFeed(
      log: log, store: store, settings: ViewSettings(topics: topics, events: events),
      now: { QueryScene.now },
      report: { _ in })
    if isCaughtUp { for _ in 0..<rounds { try feed.catchUp() } }
    let ingest = IngestHandler(
      access: access, verifier: try verifier(), limits: IngestLimits(), intake: IntakeSettings(),
      topics: [.web: "in-web", .custom: "in-custom", .conversation: "in-conversation"],
      view: hasView ? QueryView(store, feed) : nil, now: { QueryScene.now + age },
      makePublisher: { [published] in published.publisher() })
    defer { ingest.stop() }
    let handler = QueryHandler(
      ingest, view: hasView ? QueryView(store, feed) : nil, now: { QueryScene.now + age })
    let server = GatewayServer(
      host: "127.0.0.1", port: 0, limits: ServerLimits(),
      handler: DecisionHandler(handler, handler, decisions, now: { QueryScene.now + age }),
      requiredBy: "gateway.enabled",
      logger: GatewayScene.logger, patience: .milliseconds(200))
    let group = ServiceGroup(configuration: .init(services: [server], logger: GatewayScene.logger))
    let running = Task { try await group.run() }
    let port = try #require(await server.listening())
    let answers = try await onOwnThread { () throws -> [RawAnswer?] in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return requests.map { request in
        connection.send(request)
        return connection.receiveAnswer()
      }
    }
    await group.triggerGracefulShutdown()
    try await running.value
    return try answers.map { try #require($0) }
  }

  func answer(
    to request: String, isCaughtUp: Bool = true, age: EventTime.Span = .seconds(0), hasView: Bool = true,
    rounds: Int = 1
  ) async throws -> RawAnswer {
    try await answers(
      to: [request], isCaughtUp: isCaughtUp, age: age, hasView: hasView, rounds: rounds)[0]
  }

  private func verifier() throws -> (any TokenVerifier)? {
    guard let permissions else { return nil }
    let hash = WriteKey.hash(QueryScene.token).map { String(format: "%02x", $0) }.joined()
    return try ListedTokens([
      ListedToken(
        sha256: hash,
        access: Access(
          subject: "desk", permissions: permissions, divisions: divisions, sessionTypes: types))
    ])
  }

  /// A request with the scene's token.
  static func get(_ path: String, _ fields: [String] = [], method: String = "GET", host: String = "localhost")
    -> String
  {
    let lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)", "Authorization: Bearer \(token)"] + fields
    return (lines + ["", ""]).joined(separator: "\r\n")
  }
}
