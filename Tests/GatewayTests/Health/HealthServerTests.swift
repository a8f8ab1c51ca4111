import EventLog
import Foundation
import FoundationNetworking
import JourneyModel
import Logging
import Processor
import ServiceLifecycle
import Testing

@testable import Gateway

/// The server over real HTTP, on a free port of the loopback interface.
@Suite(.timeLimit(.minutes(2))) struct HealthServerTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private static func pages(_ monitor: ProcessorMonitor) -> HealthPages {
    HealthPages(
      monitor: monitor, limits: HealthLimits(), maxOutOfOrder: .seconds(5),
      identity: ProcessorIdentity(version: "1", log: "simulated", group: "g", instance: "i")
    ) { ProcessFacts.current(started: Scene.time(0)) }
  }

  private static func server(
    _ monitor: ProcessorMonitor, port: Int = 0, patience: Duration = .milliseconds(200)
  ) -> HealthServer {
    HealthServer(host: "127.0.0.1", port: port, pages: pages(monitor), logger: logger, patience: patience)
  }

  /// Runs a server while `body` talks to it, then stops it as the process would.
  private static func serving(
    _ monitor: ProcessorMonitor = ProcessorMonitor { Scene.moment(0) },
    _ body: (_ url: String, _ port: Int) async throws -> Void
  ) async throws {
    let server = server(monitor)
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    let running = Task { try await group.run() }
    let port = try #require(await server.listening())
    let result: Result<Void, any Error>
    do {
      try await body("http://127.0.0.1:\(port)", port)
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await group.triggerGracefulShutdown()
    try await running.value
    try result.get()
  }

  private struct Answer {
    var status: Int
    var type: String?
    var allow: String?
    var body: String
  }

  private static func request(_ url: String, method: String = "GET", body: Data? = nil) async throws -> Answer
  {
    var request = URLRequest(url: try #require(URL(string: url)), timeoutInterval: 30)
    request.httpMethod = method
    request.httpBody = body
    let (bytes, response) = try await URLSession.shared.data(for: request)
    let answer = try #require(response as? HTTPURLResponse)
    return Answer(
      status: answer.statusCode, type: answer.value(forHTTPHeaderField: "content-type"),
      allow: answer.value(forHTTPHeaderField: "allow"), body: String(decoding: bytes, as: UTF8.self))
  }

  @Test func pagesAndStatuses() async throws {
    let monitor = ProcessorMonitor { Scene.moment(0) }
    try await HealthServerTests.serving(monitor) { url, _ in
      let starting = try await HealthServerTests.request(url + "/readyz")
      #expect(starting.status == 503)
      #expect(starting.type == "application/json")
      #expect(starting.body.contains("\"code\":\"starting\""))
      monitor.note(.restoring([0]))
      monitor.note(.running(lane: 0, sessions: 3))
      let ready = try await HealthServerTests.request(url + "/readyz?verbose=1")
      #expect(ready.status == 200)
      #expect(ready.body == "{\"ready\":true,\"reasons\":[]}\n")
      let live = try await HealthServerTests.request(url + "/livez")
      #expect(live.status == 200)
      #expect(live.body == "{\"alive\":true}\n")
      let metrics = try await HealthServerTests.request(url + "/metrics")
      #expect(metrics.status == 200)
      #expect(metrics.type == "text/plain; version=0.0.4; charset=utf-8")
      let page = try PrometheusText(Array(metrics.body.utf8))
      #expect(page.value("sojourn_open_sessions", ["lane": "0"]) == 3)
      #expect(page.value("sojourn_ready") == 1)
      #expect(page.value("process_start_time_seconds") == Double(Scene.start) / 1_000)
    }
  }

  @Test func aSilentWorkerIsDead() async throws {
    let monitor = ProcessorMonitor { Scene.moment(0) }
    monitor.note(.turned(TurnReport(isMember: true, inputs: [])))
    let late = SteppingClock(0)
    let silent = ProcessorMonitor { late.moment }
    late.set(30_001)
    try await HealthServerTests.serving(silent) { url, _ in
      let live = try await HealthServerTests.request(url + "/livez")
      #expect(live.status == 503)
      #expect(live.body.contains("\"code\":\"silent\""))
      silent.note(.turned(TurnReport(isMember: true, inputs: [])))
      #expect(try await HealthServerTests.request(url + "/livez").status == 200)
    }
  }

  @Test func unknownPathsAndWrongMethods() async throws {
    try await HealthServerTests.serving { url, _ in
      for path in ["/", "/metrics/", "/livez/x", "/..%2fetc", "/METRICS", "/debug"] {
        #expect(try await HealthServerTests.request(url + path).status == 404, "\(path)")
      }
      for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = try await HealthServerTests.request(url + "/metrics", method: method)
        #expect(answer.status == 405, "\(method)")
        #expect(answer.allow == "GET, HEAD")
      }
      let head = try await HealthServerTests.request(url + "/livez", method: "HEAD")
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
    }
  }

  @Test func bodiesAndHeadersAreBounded() async throws {
    try await HealthServerTests.serving { url, port in
      let large = Data(repeating: 0x61, count: 4 << 20)
      let answer = try await HealthServerTests.request(url + "/livez", method: "POST", body: large)
      #expect(answer.status == 405)
      let raw = try RawConnection(port: port)
      defer { raw.close() }
      raw.send(
        "GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: " + String(repeating: "a", count: 40_000) + "\r\n\r\n")
      #expect(!raw.receive().hasPrefix("HTTP/1.1 200"))
      #expect(try await HealthServerTests.request(url + "/livez").status == 200, "the server goes on")
    }
  }

  @Test func aPortInUseIsAnErrorThatNamesIt() async throws {
    try await HealthServerTests.serving { _, port in
      let second = HealthServerTests.server(ProcessorMonitor { Scene.moment(0) }, port: port)
      let error = await #expect(throws: CannotListen.self) { try await second.run() }
      #expect(error?.address == "127.0.0.1:\(port)")
      #expect(error?.localizedDescription.contains("127.0.0.1:\(port)") == true)
      #expect(error?.localizedDescription.contains("http.port") == true)
      #expect(await second.listening() == nil)
    }
  }

  @Test func aHostThatIsNotHereIsAnError() async throws {
    let server = HealthServer(
      host: "192.0.2.1", port: 0, pages: HealthServerTests.pages(ProcessorMonitor { Scene.moment(0) }),
      logger: HealthServerTests.logger)
    await #expect(throws: CannotListen.self) { try await server.run() }
  }

  /// Somebody who never finishes a request may not keep the process from stopping; `serving` ends or the
  /// test's time does.
  @Test func aHangingConnectionDoesNotKeepTheProcess() async throws {
    var connections: [RawConnection] = []
    defer { for connection in connections { connection.close() } }
    try await HealthServerTests.serving { url, port in
      for request in [
        "", "GET /metrics HT", "POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
      ] {
        let connection = try RawConnection(port: port)
        connection.send(request)
        connections.append(connection)
      }
      #expect(try await HealthServerTests.request(url + "/livez").status == 200)
    }
  }

  @Test func cancellationEndsIt() async throws {
    let server = HealthServerTests.server(ProcessorMonitor { Scene.moment(0) })
    let running = Task { try await server.run() }
    _ = try #require(await server.listening())
    running.cancel()
    _ = await running.result
  }
}

/// A clock that does not move until it is set.
final class SteppingClock: Sendable {
  private let milliseconds: Counter

  init(_ milliseconds: Int64) { self.milliseconds = Counter(milliseconds) }

  var moment: Moment { Scene.moment(milliseconds.value) }

  func set(_ value: Int64) { milliseconds.value = value }
}
