import Foundation
import Testing
import Threads

@testable import Gateway

/// The same server behind TLS, asked by a client that others wrote.
@Suite(.timeLimit(.minutes(2))) struct SecureConnectionTests {
  private let files: TestCertificate

  init() async throws { files = try await onOwnThread { try TestCertificate() } }

  private func scene(
    _ limits: ServerLimits = ServerLimits(), ingest: IngestLimits = IngestLimits()
  ) throws -> GatewayScene {
    GatewayScene(
      server: limits, ingest: ingest,
      certificate: try CertificateFiles(certificate: files.certificate, key: files.key) { _ in })
  }

  /// What curl prints, and behind it status and version of HTTP.
  private static func curl(
    _ port: Int, _ files: TestCertificate, _ version: String, path: String = "/v1/events?stream=web",
    _ arguments: [String]
  ) throws -> String {
    let found = try Program.run(
      "curl",
      [
        "--silent", "--max-time", "30", "--cacert", files.certificate, "--resolve",
        "localhost:\(port):127.0.0.1", version, "--write-out", " %{http_code} %{http_version}\n",
        "https://localhost:\(port)\(path)",
      ] + arguments)
    return found.output
  }

  /// Waits for the server to close what there is, for longer than it may take and less than keepAlive.
  private static func awaitNoConnection(of scene: GatewayScene) {
    for _ in 0..<1_000 where scene.server.connections > 0 { Thread.sleep(forTimeInterval: 0.02) }
  }

  @Test(arguments: [("--http1.1", "1.1"), ("--http2", "2")])
  func eventsComeOverBothVersions(version: String, number: String) async throws {
    let scene = try scene()
    let (taken, refused, settings) = try await scene.serving { [files] port in
      (
        try SecureConnectionTests.curl(port, files, version, ["--data", GatewayScene.event("e1")]),
        try SecureConnectionTests.curl(port, files, version, path: "/nowhere", ["--data", "{}"]),
        try SecureConnectionTests.curl(port, files, version, path: "/v1/projects/key-1/settings", [])
      )
    }
    #expect(taken == "{\"accepted\":1,\"rejected\":[]}\n 200 \(number)\n")
    #expect(refused.contains("not.found") && refused.hasSuffix(" 404 \(number)\n"))
    #expect(settings.contains("\"protocol\":\"https\"") && settings.hasSuffix(" 200 \(number)\n"))
    #expect(scene.log.records.map(\.key) == ["ada"])
  }

  /// Every limit of a request holds over both versions, and the answer names it.
  @Test(arguments: ["--http1.1", "--http2"])
  func limitsHoldOverBothVersions(version: String) async throws {
    var limits = ServerLimits()
    limits.maxTargetBytes = 512
    limits.maxHeaderFields = 20
    limits.maxHeaderBytes = 4_096
    var ingest = IngestLimits()
    ingest.maxBodyBytes = 2_000
    let many = (0..<21).flatMap { ["--header", "x-\($0): a"] }
    let requests: [(path: String, arguments: [String], status: Int)] = [
      ("/v1/events?stream=web&x=" + String(repeating: "x", count: 512), ["--data", "{}"], 414),
      ("/v1/events?stream=web", many + ["--data", "{}"], 431),
      ("/v1/events?stream=web", ["--header", "x: " + String(repeating: "x", count: 4_096)], 431),
      ("/v1/events?stream=web", ["--data", String(repeating: " ", count: 2_001)], 413),
      ("/v1/events?stream=web", ["--request", "DELETE"], 405),
      ("/v1/events?stream=web", ["--header", "Host: elsewhere.example", "--data", "{}"], 421),
      // Without a length.
      (
        "/v1/events?stream=web",
        ["--header", "Transfer-Encoding: chunked", "--data", GatewayScene.event("a")], 200
      ),
    ]
    let answers = try await scene(limits, ingest: ingest).serving { [files] port in
      try requests.map {
        try SecureConnectionTests.curl(port, files, version, path: $0.path, $0.arguments)
      }
    }
    for (answer, request) in zip(answers, requests) {
      #expect(answer.contains(" \(request.status) "), "\(request.path.prefix(40)): \(answer)")
    }
  }

  /// A body that comes too slowly is given up, as over a plain connection.
  @Test(arguments: ["--http1.1", "--http2"])
  func aBodyThatComesTooSlowlyIsGivenUp(version: String) async throws {
    var limits = ServerLimits()
    limits.bodyGrace = .milliseconds(100)
    limits.minBodyRate = 1 << 30
    try files.write(String(repeating: " ", count: 300_000), to: "body")
    let answer = try await scene(limits).serving { [files] port in
      try SecureConnectionTests.curl(
        port, files, version, ["--limit-rate", "20k", "--data-binary", "@" + files.path("body")])
    }
    #expect(answer.contains("client.failed.request") && answer.contains(" 408 "))
  }

  @Test func manyRequestsAtATimeOnOneConnection() async throws {
    var limits = ServerLimits()
    limits.maxStreams = 8
    let scene = try scene(limits)
    let output = try await scene.serving { [files] port in
      try SecureConnectionTests.curl(
        port, files, "--http2", path: "/v1/events?stream=web&n=[1-100]",
        ["--parallel", "--parallel-max", "50", "--data", GatewayScene.event("e")])
    }
    #expect(output.components(separatedBy: " 200 2\n").count == 101)
    #expect(scene.log.records.count == 100)
  }

  /// It does not count until its deadline.
  @Test(arguments: ["--http1.1", "--http2"])
  func aConnectionThatItsClientClosesIsForgotten(version: String) async throws {
    let scene = try scene()
    let left = try await scene.serving { [files] port in
      _ = try SecureConnectionTests.curl(port, files, version, ["--data", GatewayScene.event("e")])
      SecureConnectionTests.awaitNoConnection(of: scene)
      return scene.server.connections
    }
    #expect(left == 0)
  }

  /// Whoever speaks no TLS hears nothing of HTTP, and whoever says nothing is not waited for.
  @Test(arguments: ["GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n", "", "\u{16}\u{3}\u{1}"])
  func whatIsNoTLSIsClosed(text: String) async throws {
    var limits = ServerLimits()
    limits.headDeadline = .seconds(3)
    let scene = try scene(limits)
    let (heard, left, after) = try await scene.serving { [files] port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      connection.send(text)
      let heard = connection.receiveAll()
      SecureConnectionTests.awaitNoConnection(of: scene)
      return (
        heard, scene.server.connections,
        try SecureConnectionTests.curl(port, files, "--http2", ["--data", GatewayScene.event("e")])
      )
    }
    #expect(heard?.contains("HTTP/") != true)
    #expect(left == 0)
    #expect(after.hasSuffix(" 200 2\n"))
  }

  /// A connection on which no request comes, or none any more, is closed.
  @Test(arguments: ["h2", "http/1.1"])
  func aSilentConnectionIsClosed(protocol name: String) async throws {
    var limits = ServerLimits()
    limits.headDeadline = .seconds(3)
    limits.keepAlive = .seconds(3)
    let output = try await scene(limits).serving { port in
      try Program.run(
        "openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-alpn", name], holdsInput: true
      ).output
    }
    #expect(output.contains("ALPN protocol: \(name)"))
  }

  @Test(arguments: ["--http1.1", "--http2"])
  func aConnectionTooManyIsToldSo(version: String) async throws {
    var limits = ServerLimits()
    limits.maxConnections = 1
    let answer = try await scene(limits).serving { [files] port in
      let first = try RawConnection(port: port)
      defer { first.close() }
      // It stays open, but on a busy machine it may be counted a moment later than the one behind it.
      var answer = ""
      for _ in 0..<10 where !answer.contains("gateway.maxConnections") {
        answer = try SecureConnectionTests.curl(port, files, version, ["--data", GatewayScene.event("e")])
      }
      return answer
    }
    #expect(answer.contains("gateway.maxConnections") && answer.contains(" 503 "))
  }
}
