import Foundation
import Threads

/// What events over HTTP cost: a `sojourn gateway` of its own process, on an embedded log in a file or on
/// Kafka, and clients of this one that keep their connections.
struct GatewayBenchmark {
  /// Address of a broker; `nil` for an embedded log in a file.
  let brokers: String?
  /// How long each row sends.
  let seconds: Int
  /// The program that takes the events.
  let program: String

  /// One way to send.
  private struct Load {
    var name: String
    var connections: Int
    var eventsPerRequest: Int
    /// Requests a second over all connections; `nil` for as many as are answered.
    var rate: Double?
    /// Memory for bodies in flight, where it is not the default.
    var maxInFlightBytes: Int?
    var hasHostileClients = false
    /// Whether the server keeps a view of all events beside, which reads and indexes what it takes.
    var hasView = false
    var goal: String
  }

  private struct Answered {
    var latencies: [Double] = []
    /// Of what was answered with 429.
    var refusals: [Double] = []
    var others = 0
    /// Requests whose connection ended without an answer.
    var broken = 0
  }

  private struct Result {
    var row: String
    var requestsPerSecond: Double
    var p99: Double
  }

  struct NoServer: Error, CustomStringConvertible { var description: String }

  /// Rows of a table, with the goals beside what was measured.
  func run(directory: String, note: (String) -> Void) async throws -> [String] {
    let isKafka = brokers != nil
    var rows = [
      "| gateway, \(isKafka ? "Kafka" : "embedded log") | events/s | CPU µs/event | p50 ms | p99 ms | 429 | p99 of a 429 ms | peak MiB | goal |",
      "|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    // A server may end a connection that is being written to.
    signal(SIGPIPE, SIG_IGN)
    var number = 0
    func row(_ load: Load) async throws -> Result {
      note("measuring \(load.name)")
      number += 1
      let result = try await measure(
        load, log: brokers.map { "kafka://\($0)" } ?? "embedded://\(directory)/\(number).db")
      rows.append(result.row)
      return result
    }
    _ = try await row(
      Load(
        name: "an event a request, 64 connections", connections: 64, eventsPerRequest: 1,
        goal: isKafka ? "≥ 6,000 events/s, ≤ 60 µs" : "≥ 4,000 events/s, ≤ 60 µs"))
    let most = try await row(
      Load(
        name: "500 events a request, 8 connections", connections: 8, eventsPerRequest: 500,
        goal: isKafka ? "≥ 150,000 events/s, ≤ 5 µs" : "≥ 60,000 events/s, ≤ 5 µs"))
    _ = try await row(
      Load(
        name: "the same with a view of all events", connections: 8, eventsPerRequest: 500, hasView: true,
        goal: ""))
    _ = try await row(
      Load(
        name: "three times as much as was taken without", connections: 96, eventsPerRequest: 500,
        rate: most.requestsPerSecond * 3, maxInFlightBytes: 4 << 20,
        goal: "≥ 90 % of what was taken, 429 ≤ 20 ms"))
    let calm = try await row(
      Load(
        name: "1,000 requests/s", connections: 32, eventsPerRequest: 1, rate: 1_000,
        goal: "p50 ≤ 10 ms, p99 ≤ 50 ms"))
    let beside = try await row(
      Load(
        name: "the same beside hostile clients", connections: 32, eventsPerRequest: 1, rate: 1_000,
        hasHostileClients: true, goal: "p99 ≤ 1.5 × of the row above"))
    rows.append(String(format: "\nhostile clients: p99 %.2f times as long", beside.p99 / calm.p99))
    return rows
  }

  private func measure(_ load: Load, log: String) async throws -> Result {
    let cpu = Measurement.cpuSeconds(.children)
    let (server, port) = try start(log, load)
    let hostile = load.hasHostileClients ? try HostileClients(port: port) : nil
    let start = ContinuousClock.now
    let answers = try await withThrowingTaskGroup(of: Answered.self) { group in
      for number in 0..<load.connections {
        group.addTask { [self] in try await onOwnThread { try client(number, load, port, since: start) } }
      }
      return try await group.reduce(into: Answered()) { sum, answered in
        sum.latencies += answered.latencies
        sum.refusals += answered.refusals
        sum.others += answered.others
        sum.broken += answered.broken
      }
    }
    let elapsed = Measurement.seconds(ContinuousClock.now - start)
    hostile?.stop()
    let peak = GatewayBenchmark.peakBytes(server.processIdentifier)
    server.terminate()
    server.waitUntilExit()
    let spent = Measurement.cpuSeconds(.children) - cpu
    let latencies = answers.latencies.sorted()
    guard !latencies.isEmpty else { throw NoServer(description: "nothing was taken") }
    if answers.broken + answers.others > 0 {
      let text =
        "\(load.name): \(answers.others) answers are neither 200 nor 429, \(answers.broken) requests had none\n"
      FileHandle.standardError.write(Data(text.utf8))
    }
    let events = latencies.count * load.eventsPerRequest
    let p99 = GatewayBenchmark.share(0.99, of: latencies)
    let refusals = answers.refusals.sorted()
    let row = String(
      format: "| %@ | %.0f | %.1f | %.1f | %.1f | %d | %@ | %d | %@ |", load.name, Double(events) / elapsed,
      spent / Double(events) * 1e6, GatewayBenchmark.share(0.5, of: latencies), p99, refusals.count,
      refusals.isEmpty ? "–" : String(format: "%.1f", GatewayBenchmark.share(0.99, of: refusals)), peak >> 20,
      load.goal)
    return Result(row: row, requestsPerSecond: Double(latencies.count) / elapsed, p99: p99)
  }

  /// In milliseconds, of seconds in order.
  private static func share(_ part: Double, of latencies: [Double]) -> Double {
    latencies[Int(Double(latencies.count - 1) * part)] * 1_000
  }

  /// The largest resident set of a process that still runs, as Linux tells; 0 where nobody does.
  private static func peakBytes(_ process: Int32) -> Int {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }

  private func start(_ log: String, _ load: Load) throws -> (Process, Int) {
    let output = FileManager.default.temporaryDirectory.appending(path: "gateway-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: output) }
    let server = Process()
    server.executableURL = URL(filePath: program)
    server.arguments =
      [
        "gateway", "--log", log, "--set", "gateway.port=0", "--set", "http.port=off", "--set",
        "views.enabled=\(load.hasView ? "on" : "off")",
      ] + (load.maxInFlightBytes.map { ["--set", "ingest.maxInFlightBytes=\($0)"] } ?? [])
    server.standardError = try FileHandle(forWritingTo: output)
    try server.run()
    let patience = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < patience, server.isRunning {
      let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
      if let range = text.range(of: "events on http://127.0.0.1:") {
        let digits = text[range.upperBound...].prefix { $0.isNumber }
        if let port = Int(digits) { return (server, port) }
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    server.terminate()
    throw NoServer(description: (try? String(contentsOf: output, encoding: .utf8)) ?? "no server")
  }

  /// Sends until the time is over, one request after the other; with a rate, each when it is due.
  private func client(
    _ number: Int, _ load: Load, _ port: Int, since start: ContinuousClock.Instant
  ) throws -> Answered {
    var connection = try LoadConnection(port: port)
    defer { connection.close() }
    var answered = Answered()
    var body = LoadBody(connection: number, events: load.eventsPerRequest)
    let end = start + .seconds(seconds)
    for index in 0... {
      var due = ContinuousClock.now
      if let rate = load.rate {
        due = start + .seconds(Double(index * load.connections + number) / rate)
        let wait = Measurement.seconds(due - ContinuousClock.now)
        if wait > 0 { Thread.sleep(forTimeInterval: wait) }
      }
      guard due < end else { break }
      body.set(index, at: Int(Date().timeIntervalSince1970 * 1_000))
      // With a rate, from when it was due: whoever comes late has waited.
      let begun = load.maxInFlightBytes == nil ? due : ContinuousClock.now
      if connection.isEnded {
        connection.close()
        connection = try LoadConnection(port: port)
      }
      guard let status = try? connection.post(body.bytes) else {
        answered.broken += 1
        connection.close()
        connection = try LoadConnection(port: port)
        continue
      }
      let taken = Measurement.seconds(ContinuousClock.now - begun)
      switch status {
      case 200: answered.latencies.append(taken)
      case 429: answered.refusals.append(taken)
      default: answered.others += 1
      }
    }
    return answered
  }
}
