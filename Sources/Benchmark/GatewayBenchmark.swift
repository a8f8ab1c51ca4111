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
    var goal: String
  }

  private struct Answered {
    var latencies: [Double] = []
    var refused = 0
  }

  struct NoServer: Error, CustomStringConvertible { var description: String }

  /// Rows of a table, with the goals beside what was measured.
  func run(directory: String, note: (String) -> Void) async throws -> [String] {
    let isKafka = brokers != nil
    let loads = [
      Load(
        name: "an event a request, 64 connections", connections: 64, eventsPerRequest: 1,
        goal: isKafka ? "≥ 6,000 events/s, ≤ 60 µs" : "≥ 4,000 events/s, ≤ 60 µs"),
      Load(
        name: "500 events a request, 8 connections", connections: 8, eventsPerRequest: 500,
        goal: isKafka ? "≥ 150,000 events/s, ≤ 5 µs" : "≥ 60,000 events/s, ≤ 5 µs"),
      Load(
        name: "1,000 requests/s", connections: 32, eventsPerRequest: 1, rate: 1_000,
        goal: "p50 ≤ 10 ms, p99 ≤ 50 ms"),
    ]
    var rows = [
      "| gateway, \(isKafka ? "Kafka" : "embedded log") | events/s | CPU µs/event | p50 ms | p99 ms | refused | goal |",
      "|---|--:|--:|--:|--:|--:|---|",
    ]
    for (number, load) in loads.enumerated() {
      note("measuring \(load.name)")
      rows.append(
        try await measure(
          load, log: brokers.map { "kafka://\($0)" } ?? "embedded://\(directory)/\(number).db"))
    }
    return rows
  }

  private func measure(_ load: Load, log: String) async throws -> String {
    let cpu = Measurement.cpuSeconds(.children)
    let (server, port) = try start(log)
    let start = ContinuousClock.now
    let answers = try await withThrowingTaskGroup(of: Answered.self) { group in
      for number in 0..<load.connections {
        group.addTask { [self] in try await onOwnThread { try client(number, load, port, since: start) } }
      }
      return try await group.reduce(into: Answered()) { sum, answered in
        sum.latencies += answered.latencies
        sum.refused += answered.refused
      }
    }
    let elapsed = Measurement.seconds(ContinuousClock.now - start)
    server.terminate()
    server.waitUntilExit()
    let spent = Measurement.cpuSeconds(.children) - cpu
    let latencies = answers.latencies.sorted()
    guard !latencies.isEmpty else { throw NoServer(description: "nothing was taken") }
    let events = latencies.count * load.eventsPerRequest
    func share(_ part: Double) -> Double { latencies[Int(Double(latencies.count - 1) * part)] * 1_000 }
    return String(
      format: "| %@ | %.0f | %.1f | %.1f | %.1f | %d | %@ |", load.name, Double(events) / elapsed,
      spent / Double(events) * 1e6, share(0.5), share(0.99), answers.refused, load.goal)
  }

  private func start(_ log: String) throws -> (Process, Int) {
    let output = FileManager.default.temporaryDirectory.appending(path: "gateway-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: output) }
    let server = Process()
    server.executableURL = URL(filePath: program)
    server.arguments =
      ["gateway", "--log", log, "--set", "gateway.port=0", "--set", "http.port=off"]
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
    let connection = try LoadConnection(port: port)
    defer { connection.close() }
    var answered = Answered()
    let end = start + .seconds(seconds)
    for index in 0... {
      var due = ContinuousClock.now
      if let rate = load.rate {
        due = start + .seconds(Double(index * load.connections + number) / rate)
        let wait = Measurement.seconds(due - ContinuousClock.now)
        if wait > 0 { Thread.sleep(forTimeInterval: wait) }
      }
      guard due < end else { break }
      let status = try connection.post(body(number, index, load.eventsPerRequest))
      if status == 200 {
        answered.latencies.append(Measurement.seconds(ContinuousClock.now - due))
      } else {
        answered.refused += 1
      }
    }
    return answered
  }

  /// Events of about 400 bytes.
  private func body(_ number: Int, _ index: Int, _ count: Int) -> [UInt8] {
    let now = Int(Date().timeIntervalSince1970 * 1_000)
    var body: [UInt8] = []
    body.reserveCapacity(count * 420)
    let filling = String(repeating: "x", count: 150)
    for event in 0..<count {
      body += Array(
        #"{"id":"\#(number)-\#(index)-\#(event)","customerId":"visitor-\#((index + event) % 997)","eventName":"page_viewed","createdDate":\#(now),"page":{"url":"https://shop.example.com/search?q=cargo+bike&page=\#(event)","title":"Search"},"attributes":{"note":"\#(filling)","price":1525.5}}"#
          .utf8)
      body.append(0x0a)
    }
    return body
  }
}

/// A connection that is kept, and waits for each answer.
private final class LoadConnection {
  private let descriptor: Int32

  init(port: Int) throws {
    #if canImport(Glibc)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
    // The system takes addresses of any family through a pointer to the oldest one.
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw GatewayBenchmark.NoServer(description: "connect: \(errno)") }
  }

  /// Sends a body of NDJSON. Returns the status of its answer.
  func post(_ body: [UInt8]) throws -> Int {
    let head =
      "POST /v1/events?stream=web HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
      + "Content-Length: \(body.count)\r\n\r\n"
    var rest = (Array(head.utf8) + body)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw GatewayBenchmark.NoServer(description: "the connection ended") }
      rest = rest.dropFirst(count)
    }
    return try receive()
  }

  private func receive() throws -> Int {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { throw GatewayBenchmark.NoServer(description: "the connection ended") }
      received += buffer.prefix(count)
      let text = String(decoding: received, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n") else { continue }
      let length =
        text[..<end.lowerBound].components(separatedBy: "\r\n").lazy
        .filter { $0.lowercased().hasPrefix("content-length:") }
        .compactMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }.first ?? 0
      guard text[end.upperBound...].utf8.count >= length else { continue }
      return Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0
    }
  }

  func close() { Foundation.close(descriptor) }
}
