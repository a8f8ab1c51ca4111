import EventLog
import Foundation
import Intake
import JourneyModel
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Threads
import Tokens

@testable import Gateway

/// A server on a free port of the loopback interface, in front of a log that a test rules.
struct GatewayScene: Sendable {
  let log = ScriptedLog()
  let handler: IngestHandler
  let server: GatewayServer

  init(
    server limits: ServerLimits = ServerLimits(), ingest: IngestLimits = IngestLimits(),
    access: AccessSettings = AccessSettings(), verifier: (any TokenVerifier)? = nil,
    certificate: CertificateFiles? = nil, refusals: RefusalRecord? = nil
  ) {
    let log = log
    var access = access
    access.isEncrypted = certificate != nil
    handler = IngestHandler(
      access: access, verifier: verifier, limits: ingest, intake: IntakeSettings(),
      topics: Dictionary(uniqueKeysWithValues: JourneyModel.Stream.allCases.map { ($0, "in-\($0.name)") }),
      refusals: refusals, now: { EventTime(milliseconds: 1_767_600_000_000) },
      makePublisher: { log.publisher() })
    server = GatewayServer(
      host: "127.0.0.1", port: 0, limits: limits, handler: handler, certificate: certificate,
      requiredBy: "gateway.enabled",
      logger: GatewayScene.logger, patience: .milliseconds(200))
  }

  static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Runs the server while `body` talks to it on a thread of its own, then stops it as the process would.
  func serving<Value: Sendable>(_ body: @escaping @Sendable (_ port: Int) throws -> Value) async throws
    -> Value
  {
    let group = ServiceGroup(configuration: .init(services: [server], logger: GatewayScene.logger))
    let running = Task { try await group.run() }
    let port = try #require(await server.listening())
    let result: Result<Value, any Error>
    do {
      result = .success(try await onOwnThread { try body(port) })
    } catch {
      result = .failure(error)
    }
    log.open()
    await group.triggerGracefulShutdown()
    try await running.value
    handler.stop()
    return try result.get()
  }

  /// Sends one request and gives its answer.
  func answer(to request: String) async throws -> RawAnswer {
    try await answer(to: Array(request.utf8))
  }

  func answer(to request: [UInt8]) async throws -> RawAnswer {
    let answer = try await serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      connection.send(request)
      return connection.receiveAnswer()
    }
    return try #require(answer)
  }

  /// A request with a body.
  static func post(
    _ body: [UInt8], path: String = "/v1/events?stream=web", fields: [String] = []
  ) -> [UInt8] {
    let lines =
      ["POST \(path) HTTP/1.1", "Host: localhost", "Content-Length: \(body.count)"] + fields + ["", ""]
    return Array(lines.joined(separator: "\r\n").utf8) + body
  }

  static func post(
    _ body: String, path: String = "/v1/events?stream=web", fields: [String] = []
  ) -> [UInt8] {
    post(Array(body.utf8), path: path, fields: fields)
  }

  /// An event of the web.
  static func event(_ id: String, name: String = "page_viewed") -> String {
    #"{"id":"\#(id)","customerId":"ada","createdDate":"2026-01-05T08:00:00.000Z","eventName":"\#(name)"}"#
  }
}

/// A log that keeps what is published, waits while it is closed, and fails as it is told.
final class ScriptedLog: Sendable {
  struct Record: Sendable, Equatable {
    var topic: String
    var partition: Int32
    var key: String?
    var value: String
  }

  private struct State {
    var records: [Record] = []
    var headers: [HeaderBlock] = []
    var sends: [Int] = []
    var failures: [LogError?] = []
    var maxValueBytes = Int.max
    var isClosed = false
    var attempts = 0
  }

  private let state = Mutex(State())

  var records: [Record] { state.withLock { $0.records } }
  /// The headers of each record.
  var headers: [HeaderBlock] { state.withLock { $0.headers } }
  /// Number of records of each send.
  var sends: [Int] { state.withLock { $0.sends } }
  /// Sends that were tried.
  var attempts: Int { state.withLock { $0.attempts } }

  /// What the next sends end with.
  func fail(_ failures: [LogError?]) { state.withLock { $0.failures = failures } }
  func limit(_ bytes: Int) { state.withLock { $0.maxValueBytes = bytes } }
  /// Keeps sends waiting.
  func close() { state.withLock { $0.isClosed = true } }
  func open() { state.withLock { $0.isClosed = false } }

  /// Waits until so many sends were tried.
  func awaitAttempts(_ count: Int) { while attempts < count { Thread.sleep(forTimeInterval: 0.002) } }

  func publisher() -> any Publisher { ScriptedPublisher(log: self) }

  fileprivate func send(_ batch: OutputBatch) throws -> [TopicPartition: NextOffset] {
    state.withLock { $0.attempts += 1 }
    while state.withLock({ $0.isClosed }) { Thread.sleep(forTimeInterval: 0.002) }
    return try state.withLock { state in
      if !state.failures.isEmpty, let failure = state.failures.removeFirst() { throw failure }
      if batch.entries.contains(where: { ($0.value?.count ?? 0) > state.maxValueBytes }) {
        throw LogError.recordTooLarge(topic: "in-web", bytes: 0, limit: nil)
      }
      state.sends.append(batch.entries.count)
      for entry in batch.entries {
        func text(_ slice: ByteSlice?) -> String? {
          slice.map { String(decoding: batch.bytes[$0.indices], as: UTF8.self) }
        }
        state.headers.append(
          HeaderBlock(bytes: entry.headers.map { Array(batch.bytes[$0.indices]) } ?? []))
        state.records.append(
          Record(
            topic: batch.topics[entry.topic], partition: entry.partition, key: text(entry.key),
            value: text(entry.value) ?? ""))
      }
      // All in one partition of each topic.
      var ends: [TopicPartition: NextOffset] = [:]
      for topic in batch.topics {
        ends[TopicPartition(topic, 0)] = NextOffset(Int64(state.records.count { $0.topic == topic }))
      }
      return ends
    }
  }
}

private final class ScriptedPublisher: Publisher {
  private let log: ScriptedLog

  init(log: ScriptedLog) { self.log = log }

  func send(_ batch: OutputBatch) throws -> [TopicPartition: NextOffset] { try log.send(batch) }
  func close() {}
}
