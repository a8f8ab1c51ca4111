import EventLog
import Foundation
import Intake
import JourneyModel
import ServiceLifecycle
import SimulatedLog
import Synchronization
import Testing
import Threads
import Tokens
import Views
import WireFormat

@testable import Gateway

/// A server with a view that follows its topics while a test talks to it.
final class LiveScene: Sendable {
  let log = SimulatedLog(seed: 3, configuration: .init(start: 1_767_600_000_000))
  let folder = NSTemporaryDirectory() + "live-" + UUID().uuidString
  let topics = TopicNames()
  let clock = Counter(1_767_600_000_000)
  private let access: AccessSettings
  private let token: Access?
  private let limits: LiveLimits
  private let server: ServerLimits
  private let console: ConsoleSettings
  private let hasView: Bool
  private let inquirer: (any LogInquirer)?
  private let jobs: JobLimits
  private let hubs = Mutex<LiveHub?>(nil)

  static let secret = "token-0123456789abcdef"

  /// - Parameter token: what the token grants; `nil` if nobody is asked who he is.
  init(
    token: Access? = nil, live limits: LiveLimits = LiveLimits(), server: ServerLimits = ServerLimits(),
    console: ConsoleSettings = ConsoleSettings(), hasView: Bool = true,
    inquirer: (any LogInquirer)? = nil, jobs: JobLimits = JobLimits(),
    _ change: (inout AccessSettings) -> Void = { _ in }
  ) throws {
    var access = AccessSettings()
    if token != nil { access.mode = .tokens }
    change(&access)
    (self.access, self.token, self.limits, self.server) = (access, token, limits, server)
    self.console = console
    self.hasView = hasView
    (self.inquirer, self.jobs) = (inquirer, jobs)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let names =
      [topics.sessions, topics[.contacts]] + topics.derived + [
        topics.rejected, topics.journal, topics.definitions,
      ]
      + topics.inputs.values.sorted()
    try log.create(names.map { TopicSpecification(name: $0, partitions: 1) })
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var now: EventTime { EventTime(milliseconds: clock.value) }
  /// Streams that are open.
  var streams: Int { hubs.withLock { $0?.streams ?? 0 } }
  var metrics: String {
    hubs.withLock { hub in hub.map { String(decoding: LiveMetrics($0).text, as: UTF8.self) } ?? "" }
  }

  static func id(_ number: Int) -> String { String(format: "00000000-0000-5000-8000-%012x", number) }

  func send(_ topic: String, key: String?, _ value: String?, headers: HeaderBlock? = nil) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    batch.append(
      topic, partition: 0, key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) },
      headers: headers)
    try publisher.send(batch)
  }

  /// Writes a snapshot, or with `nil` for the revision a removal.
  func send(
    _ number: Int, revision: Int?, customer: String = "ada", type: String = "web", further: String = ""
  ) throws {
    let id = LiveScene.id(number)
    let value = revision.map {
      """
      {"id":"\(id)","type":"\(type)","customerId":"\(customer)","customerIdType":"cookie",\
      "createdDate":"2026-01-05T08:00:00.000Z","revision":\($0)\(further),"ipAddress":"192.0.2.7",\
      "card":{"title":"T","icon":"i","color":"blue","status":"Active Now","duration":"1 min","segments":0},\
      "journeyMap":{"events":[{"id":"e","eventName":"page_viewed","createdDate":"2026-01-05T08:00:00.000Z"}],\
      "omitted":0}}
      """
    }
    try send(topics.sessions, key: id, value)
  }

  /// Runs server and feed while `body` talks to them on a thread of its own.
  func serving<Value: Sendable>(_ body: @escaping @Sendable (_ port: Int) throws -> Value) async throws
    -> Value
  {
    let store = try ViewStore(path: folder + "/view.db") { _ in }
    defer { store.close() }
    var viewLimits = ViewLimits()
    viewLimits.pollInterval = .milliseconds(2)
    let feed = ViewFeed(
      log: log, store: store, settings: ViewSettings(topics: topics, limits: viewLimits), now: { self.now },
      report: { _ in })
    let view = QueryView(store, feed, inputs: topics.inputs.values.sorted())
    let ingest = IngestHandler(
      access: access, verifier: try verifier(), limits: IngestLimits(), intake: IntakeSettings(),
      topics: [:], now: { self.now }, makePublisher: { ScriptedLog().publisher() })
    defer { ingest.stop() }
    let queries = QueryHandler(ingest, view: view, now: { self.now })
    let hub = LiveHub(view, limits: limits, now: { self.now })
    hubs.withLock { $0 = hub }
    let live = LiveHandler(queries, hub: hasView ? hub : nil, now: { self.now })
    let jobs = JobHandler(
      ConsoleHandler(live, queries, console, now: { self.now }), queries, view: view, inquirer: inquirer,
      limits: jobs, now: { self.now })
    defer { jobs.stop() }
    let server = GatewayServer(
      host: "127.0.0.1", port: 0, limits: server, handler: jobs, requiredBy: "gateway.enabled",
      logger: GatewayScene.logger, patience: .seconds(20))
    let group = ServiceGroup(configuration: .init(services: [server], logger: GatewayScene.logger))
    let running = Task { try await group.run() }
    let following = Task { try await onOwnThread { feed.run() } }
    let port = try #require(await server.listening())
    let result: Result<Value, any Error>
    do {
      result = .success(
        try await onOwnThread {
          // Questions, and streams, are refused until the view is complete.
          while feed.progress.now.isRebuilding { Thread.sleep(forTimeInterval: 0.002) }
          return try body(port)
        })
    } catch {
      result = .failure(error)
    }
    feed.stop()
    await group.triggerGracefulShutdown()
    try await running.value
    try await following.value
    hubs.withLock { $0 = nil }
    return try result.get()
  }

  private func verifier() throws -> (any TokenVerifier)? {
    guard let token else { return nil }
    let hash = WriteKey.hash(LiveScene.secret).map { String(format: "%02x", $0) }.joined()
    return try ListedTokens([ListedToken(sha256: hash, access: token)])
  }

  static func request(
    _ path: String, _ fields: [String] = [], method: String = "GET", host: String = "localhost"
  ) -> String {
    (["\(method) \(path) HTTP/1.1", "Host: \(host)"] + fields + ["", ""]).joined(separator: "\r\n")
  }

  static let bearer = "Authorization: Bearer \(secret)"
}

/// A stream as its reader sees it.
final class LiveReader {
  struct Event: Equatable {
    var name: String
    var id: String
    var data: String
  }

  let connection: RawConnection
  private(set) var head = ""
  private var text = ""

  init(_ port: Int, _ path: String, _ fields: [String] = []) throws {
    connection = try RawConnection(port: port)
    connection.send(LiveScene.request(path, fields))
    while !head.contains("\r\n\r\n") {
      let more = connection.receive()
      if more.isEmpty { break }
      head += more
    }
    if let end = head.range(of: "\r\n\r\n") {
      text = String(head[end.upperBound...])
      head = String(head[..<end.lowerBound])
    }
  }

  var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "0") ?? 0 }

  /// The next block: an event, or with an empty name a comment or the greeting; `nil` at the end.
  func next() -> Event? {
    while true {
      // Sizes of chunks are on lines of their own. A line end and the return before it are one character.
      let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        .map { String($0) }
      if let end = lines.firstIndex(where: { $0.isEmpty }), end > 0 || lines.count > 1 {
        let block = lines[..<end]
        text = lines[(end + 1)...].joined(separator: "\n")
        let fields = block.filter { !$0.hasSuffix("\r") }
        guard !fields.isEmpty else { continue }
        func value(_ name: String) -> String {
          fields.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
        }
        return Event(name: value("event"), id: value("id"), data: value("data"))
      }
      let more = connection.receive()
      if more.isEmpty { return nil }
      text += more
    }
  }

  /// The next one that has a name.
  func event() -> Event? {
    while let event = next() { if !event.name.isEmpty { return event } }
    return nil
  }

  func close() { connection.close() }
}
