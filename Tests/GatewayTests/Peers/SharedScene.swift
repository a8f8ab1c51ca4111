import EventLog
import Foundation
import Intake
import JourneyModel
import Logging
import ServiceLifecycle
import SimulatedLog
import Testing
import Threads
import Tokens
import Views
import WireFormat

@testable import Gateway

/// Gateways on one log: one whose view has all lanes, and some that share them.
final class SharedScene: Sendable {
  static let lanes: Int32 = 3
  static let token = "peer-token-0123456789abcdef-0123456789"
  static let secret = "token-0123456789abcdef"

  let log = SimulatedLog(seed: 5, configuration: .init(start: 1_767_600_000_000))
  let topics = TopicNames()
  let clock = Counter(1_767_600_000_000)
  let folder = NSTemporaryDirectory() + "shared-" + UUID().uuidString
  /// Where each listens: the whole one first.
  let ports: [Int]
  private let parts: [LaneSet]
  private let access: Access?
  private let change: @Sendable (inout PeerSettings, Int) -> Void

  /// - Parameters:
  ///   - parts: the lanes of the gateways that share them.
  ///   - access: what a token grants; `nil` if nobody is asked who he is.
  ///   - change: sets up a gateway's peers otherwise.
  init(
    parts: [String] = ["0-1", "2"], access: Access? = nil,
    _ change: @escaping @Sendable (inout PeerSettings, Int) -> Void = { _, _ in }
  ) throws {
    self.parts = try parts.map { try #require(LaneSet($0)) }
    (self.access, self.change) = (access, change)
    ports = try (0...parts.count).map { _ in try SharedScene.freePort() }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let names =
      [topics.sessions, topics[.contacts]] + topics.derived + [
        topics.rejected, topics.journal, topics.definitions, topics.routed, topics.commands,
      ] + topics.inputs.values.sorted()
    try log.create(
      names.map {
        TopicSpecification(name: $0, partitions: $0 == topics.definitions ? 1 : SharedScene.lanes)
      })
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var now: EventTime { EventTime(milliseconds: clock.value) }

  /// A port that nobody had a moment ago: peers have to know each other's before they listen.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { Foundation.close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
      }
    }
    guard result == 0 else { throw RawConnection.Failure(code: errno) }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  // MARK: Writing

  static func id(_ number: Int) -> String { String(format: "00000000-0000-5000-8000-%012x", number) }

  /// A customer of a lane.
  static func customer(of lane: LaneNumber, _ number: Int = 0) -> String {
    var names = (0...).lazy.map { "customer-\(number)-\($0)" }.makeIterator()
    while let name = names.next() {
      if Placement.lane(of: Array(name.utf8), partitions: lanes) == lane { return name }
    }
    return ""
  }

  func send(_ topic: String, key: String?, _ value: String?, lane: LaneNumber) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    batch.append(
      topic, partition: lane.partition, key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) })
    try publisher.send(batch)
  }

  /// Writes a snapshot, or with `nil` for the revision a removal.
  func send(
    _ number: Int, lane: LaneNumber, revision: Int? = 1, type: String = "web", title: String = "Home",
    further: String = ""
  ) throws {
    let id = SharedScene.id(number)
    let date = EventTime(milliseconds: 1_767_500_000_000 + Int64(number % 7) * 1_000).iso8601
    let value = revision.map {
      """
      {"id":"\(id)","type":"\(type)","customerId":"\(SharedScene.customer(of: lane, number % 4))",\
      "customerIdType":"cookie","createdDate":"\(date)","revision":\($0)\(further),\
      "card":{"title":"T","icon":"i","color":"blue","status":"Active Now","duration":"1 min","segments":0},\
      "journeyMap":{"events":[{"id":"e-\(number)","eventName":"page_viewed","createdDate":"\(date)",\
      "title":"\(title)"}],"omitted":0}}
      """
    }
    try send(topics.sessions, key: id, value, lane: lane)
  }

  /// The journal of a batch that read so many events of the web, and so many records of other topics.
  func sendJournal(lane: LaneNumber, sequence: Int, web: Int64 = 0, others: [String: Int64] = [:]) throws {
    var record = JournalRecord(
      lane: lane, partitions: SharedScene.lanes, sequence: BatchSequence(sequence), takenAt: now,
      configuration: "c")
    record.ranges = others.mapValues { 0..<$0 }
    record.ranges[topics.inputs[.web] ?? ""] = 0..<web
    try send(topics.journal, key: "\(lane)", String(decoding: record.encoded(), as: UTF8.self), lane: lane)
  }

  // MARK: Serving

  /// One gateway while it runs.
  final class Gateway: Sendable {
    let feed: ViewFeed
    let ingest: IngestHandler
    let group: ServiceGroup
    let store: ViewStore
    let server: GatewayServer

    fileprivate init(_ scene: SharedScene, _ place: Int) throws {
      let lanes = place == 0 ? nil : scene.parts[place - 1]
      store = try ViewStore(path: "\(scene.folder)/view-\(place).db") { _ in }
      var limits = ViewLimits()
      limits.pollInterval = .milliseconds(2)
      feed = ViewFeed(
        log: scene.log, store: store,
        settings: ViewSettings(topics: scene.topics, limits: limits, events: .all, lanes: lanes),
        now: { [clock = scene.clock] in EventTime(milliseconds: clock.value) }, report: { _ in })
      let peering = lanes.map { scene.peering(place, $0) }
      let view = QueryView(store, feed, inputs: [], peers: peering.map { PeerGroup($0) })
      let now: @Sendable () -> EventTime = { [clock = scene.clock] in EventTime(milliseconds: clock.value) }
      var access = AccessSettings()
      if scene.access != nil { access.mode = .tokens }
      ingest = IngestHandler(
        access: access, verifier: try scene.verifier(), limits: IngestLimits(), intake: IntakeSettings(),
        topics: [:], view: view, now: now, makePublisher: { ScriptedLog().publisher() })
      let queries = QueryHandler(ingest, view: view, now: now)
      let live = LiveHandler(queries, hub: LiveHub(view, limits: LiveLimits(), now: now), now: now)
      server = GatewayServer(
        host: "127.0.0.1", port: scene.ports[place], limits: ServerLimits(),
        handler: PeerHandler(live, ingest, view: view, peering), requiredBy: "gateway.enabled",
        logger: GatewayScene.logger, patience: .milliseconds(200))
      let services: [any Service] = (PeerService(view).map { [$0] } ?? []) + [server]
      group = ServiceGroup(configuration: .init(services: services, logger: GatewayScene.logger))
    }

    func close() {
      ingest.stop()
      store.close()
    }
  }

  private func peering(_ place: Int, _ lanes: LaneSet) -> PeerSettings {
    let peers = parts.indices.filter { $0 + 1 != place }.map {
      Peer(url: "http://127.0.0.1:\(ports[$0 + 1])", lanes: parts[$0])
    }
    var settings = PeerSettings(lanes: lanes, peers: peers, tokens: [SharedScene.token])
    change(&settings, place)
    return settings
  }

  private func verifier() throws -> (any TokenVerifier)? {
    guard let access else { return nil }
    let hash = WriteKey.hash(SharedScene.secret).map { String(format: "%02x", $0) }.joined()
    return try ListedTokens([ListedToken(sha256: hash, access: access)])
  }

  /// Runs the gateways while `body` talks to them on a thread of its own.
  ///
  /// - Parameters:
  ///   - places: those that run; 0 is the whole one.
  ///   - follows: whether their views follow the log by themselves.
  func serving<Value: Sendable>(
    _ places: [Int], follows: Bool = false, _ body: @escaping @Sendable ([Int: Gateway]) throws -> Value
  ) async throws -> Value {
    var gateways: [Int: Gateway] = [:]
    for place in places { gateways[place] = try Gateway(self, place) }
    let all = gateways
    defer { for gateway in all.values { gateway.close() } }
    let running = all.values.map { gateway in Task { try await gateway.group.run() } }
    for gateway in all.values { _ = try #require(await gateway.server.listening()) }
    let following =
      follows ? all.values.map { gateway in Task { try await onOwnThread { gateway.feed.run() } } } : []
    // Feeds ask for the ends every so often by their clock.
    let ticking = Task { [clock] in
      while follows, !Task.isCancelled {
        clock.value += 5
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    defer { ticking.cancel() }
    let result: Result<Value, any Error>
    do {
      result = .success(
        try await onOwnThread {
          for gateway in all.values {
            if !follows { for _ in 0..<2 { try gateway.feed.catchUp() } }
            while gateway.feed.progress.now.isRebuilding { Thread.sleep(forTimeInterval: 0.002) }
          }
          return try body(all)
        })
    } catch {
      result = .failure(error)
    }
    for gateway in all.values {
      gateway.feed.stop()
      await gateway.group.triggerGracefulShutdown()
    }
    for task in running { try await task.value }
    for task in following { try await task.value }
    return try result.get()
  }

  /// Asks one of the gateways.
  func answer(_ place: Int, _ request: String) throws -> RawAnswer {
    let connection = try RawConnection(port: ports[place])
    defer { connection.close() }
    connection.send(request)
    return try #require(connection.receiveAnswer(), "\(request)")
  }

  func get(_ place: Int, _ path: String, _ fields: [String] = []) throws -> RawAnswer {
    let bearer = access == nil ? [] : ["Authorization: Bearer \(SharedScene.secret)"]
    return try answer(
      place,
      (["GET \(path) HTTP/1.1", "Host: localhost"] + bearer + fields + ["", ""]).joined(separator: "\r\n"))
  }
}
