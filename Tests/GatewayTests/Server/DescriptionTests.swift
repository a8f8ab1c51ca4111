import EventLog
import Foundation
import Intake
import JourneyModel
import Testing

@testable import Gateway

/// docs/openapi.json says what the server does: every path, method, status and example is tried.
@Suite(.timeLimit(.minutes(3))) struct DescriptionTests {
  private struct Operation {
    var path: String
    var method: String
    var value: [String: Any]
    var responses: [String: Any] { value["responses"] as? [String: Any] ?? [:] }
    var isPost: Bool { method == "POST" }

    /// The path of a request.
    var target: String {
      var target = path.replacingOccurrences(of: "{deploymentId}", with: "deployment-1")
      target = target.replacingOccurrences(of: "{configurationId}", with: "orders")
      target = target.replacingOccurrences(of: "{writeKey}", with: "some-write-key")
      target = target.replacingOccurrences(of: "{hash}", with: "0123456789abcdef")
      return path == "/v1/events" ? target + "?stream=web" : target
    }

    func request(
      _ body: [UInt8], _ fields: [String] = [], host: String = "localhost", method: String? = nil
    ) -> [UInt8] {
      let lines = ["\(method ?? self.method) \(target) HTTP/1.1", "Host: \(host)"] + fields
      let length = self.isPost ? ["Content-Length: \(body.count)"] : []
      return Array((lines + length + ["", ""]).joined(separator: "\r\n").utf8) + (self.isPost ? body : [])
    }
  }

  private static var file: URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/openapi.json")
  }

  private static func document() throws -> [String: Any] {
    let data = try Data(contentsOf: file)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// Those of who takes events; `QueryDescriptionTests`, `JobDescriptionTests`, `OfferTests` and
  /// `ConsoleDescriptionTests` have the
  /// others.
  private static func operations() throws -> [Operation] {
    let paths = try #require(try document()["paths"] as? [String: [String: [String: Any]]])
    return paths.sorted { $0.key < $1.key }.flatMap { path, methods in
      methods.map { Operation(path: path, method: $0.key.uppercased(), value: $0.value) }
    }.filter { operation in
      let tags = operation.value["tags"] as? [String] ?? []
      return Set(tags).isDisjoint(
        with: ["queries", "questions", "decisions", "offers", "live", "console"])
    }
  }

  @Test func everyPathIsDescribedAndNoOther() throws {
    let described = Set(try DescriptionTests.operations().map { "\($0.method) \($0.path)" })
    let samples: [Route] =
      [
        .events, .customEvents, .externalEvents(configuration: "c"), .webEvents(deployment: "d"),
        .appEvents(deployment: "d"), .batch, .beacon, .clientMetrics, .projectSettings(key: "k"),
        .sourceConfig, .snippet(hash: nil), .snippet(hash: "a"), .description,
      ] + SegmentCall.allCases.map { .call($0) }
    let served = Set(samples.map { "\($0.methods[0]) \($0.template)" })
    #expect(described == served)
    for operation in try DescriptionTests.operations() {
      let path = String(operation.target.prefix { $0 != "?" })
      #expect(Route(path: path)?.template == operation.path)
    }
  }

  /// The lists of values in a part of the document that name a stream.
  private static func streams(in part: Any) -> [[String]] {
    if let list = part as? [Any] { return list.flatMap(streams) }
    guard let object = part as? [String: Any] else { return [] }
    let own = (object["enum"] as? [String]).map { $0.contains("web") ? [$0] : [] } ?? []
    return own + object.values.flatMap(streams)
  }

  @Test func everyListOfStreamsIsWhole() throws {
    let lists = DescriptionTests.streams(in: try DescriptionTests.document())
    #expect(lists.count == 2)
    for list in lists { #expect(list == JourneyModel.Stream.allCases.map(\.name)) }
  }

  @Test func itIsServedAsItIs() async throws {
    let answer = try await GatewayScene().answer(
      to: "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(answer.status == 200)
    #expect(answer.body == (try String(contentsOf: DescriptionTests.file, encoding: .utf8)))
  }

  @Test func everyExampleIsTaken() async throws {
    let document = try DescriptionTests.document()
    for operation in try DescriptionTests.operations() {
      let content =
        (operation.value["requestBody"] as? [String: Any])?["content"] as? [String: [String: Any]] ?? [:]
      var bodies = content.map { type, value -> (type: String, body: [UInt8]) in
        let example = value["example"]
        if let text = example as? String { return (type, Array(text.utf8)) }
        let data = (try? JSONSerialization.data(withJSONObject: example as Any)) ?? Data()
        return (type, Array(data))
      }
      if bodies.isEmpty { bodies = [("application/json", [])] }
      for (type, body) in bodies {
        let scene = GatewayScene()
        let answer = try await scene.answer(to: operation.request(body, ["Content-Type: \(type)"]))
        #expect((200...299).contains(answer.status), "\(operation.path) \(type): \(answer.body)")
        #expect(scene.log.records.isEmpty == content.isEmpty, "\(operation.path) \(type)")
        try DescriptionTests.check(answer, operation, document)
      }
    }
  }

  /// Every error that a path is described to give, it gives, in the described shape.
  @Test func everyStatusIsGiven() async throws {
    let document = try DescriptionTests.document()
    for operation in try DescriptionTests.operations() {
      var given: Set<String> = ["200", "202", "204"]
      for (status, answer) in try await DescriptionTests.errors(of: operation) {
        #expect(answer.status == status, "\(operation.path): \(answer.body)")
        try DescriptionTests.check(answer, operation, document)
        given.insert("\(answer.status)")
      }
      #expect(Set(operation.responses.keys).subtracting(given).isEmpty, "\(operation.path)")
    }
  }

  private static func check(
    _ answer: RawAnswer, _ operation: Operation, _ document: [String: Any]
  ) throws {
    let schemas = SchemaCheck(document: document)
    var response = try #require(
      operation.responses["\(answer.status)"] as? [String: Any], "\(operation.path) gave \(answer.status)")
    if let name = response["$ref"] as? String { response = schemas.resolve(name) }
    for name in (response["headers"] as? [String: Any] ?? [:]).keys {
      #expect(answer.fields[name.lowercased()] != nil, "\(operation.path) \(answer.status): \(name)")
    }
    let types = response["content"] as? [String: [String: Any]]
    if let type = types?.keys.first, type != "application/json" {
      #expect(answer.fields["content-type"]?.hasPrefix(type) == true && !answer.body.isEmpty)
      return
    }
    let content = types?["application/json"]
    guard let schema = content?["schema"] as? [String: Any] else {
      #expect(answer.body.isEmpty, "\(operation.path) \(answer.status)")
      return
    }
    let body = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
    #expect(schemas.flaws(body, schema) == [], "\(operation.path) \(answer.status): \(answer.body)")
    if let example = content?["example"] {
      #expect(schemas.flaws(example, schema) == [], "\(operation.path) \(answer.status): its example")
    }
  }

  private static func errors(of operation: Operation) async throws -> [(status: Int, answer: RawAnswer)] {
    var guarded = AccessSettings()
    guarded.mode = .tokens
    guarded.sources = [
      Source(
        IntakeSource(id: "s", kind: .server), keyHashes: [WriteKey.hash("right-key")],
        deployments: ["deployment-1"], limits: SourceLimits(.browser))
    ]
    guarded.sources[0].limits.requestsPerMinutePerAddress = 1
    let key = "Authorization: Bearer right-key"
    var found: [(status: Int, answer: RawAnswer)] = []
    func ask(_ status: Int, _ scene: GatewayScene, _ request: [UInt8]) async throws {
      guard operation.responses["\(status)"] != nil else { return }
      found.append((status, try await scene.answer(to: request)))
    }
    let body = Array("{}".utf8)
    if operation.path != "/v1/m" { try await ask(400, GatewayScene(), operation.request(Array("7".utf8))) }
    try await ask(304, GatewayScene(), operation.request(body, ["If-None-Match: *"]))
    try await ask(401, GatewayScene(access: guarded), operation.request(body))
    try await ask(403, GatewayScene(), operation.request(body, ["Origin: https://evil.example"]))
    try await ask(405, GatewayScene(), operation.request(body, method: "DELETE"))
    try await ask(415, GatewayScene(), operation.request(body, ["Content-Encoding: br"]))
    try await ask(421, GatewayScene(), operation.request(body, host: "evil.example"))
    let head = "POST \(operation.target) HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
    try await ask(413, GatewayScene(), Array((head + "99999999\r\n\r\n").utf8))
    var limits = ServerLimits()
    limits.bodyDeadline = .milliseconds(100)
    try await ask(408, GatewayScene(server: limits), Array((head + "10\r\n\r\n").utf8))
    // The second request of a source that may send one a minute.
    if operation.responses["429"] != nil {
      let scene = GatewayScene(access: guarded)
      let target = "GET /v1/projects/right-key/settings HTTP/1.1\r\nHost: localhost\r\n\r\n"
      let request =
        operation.path.contains("{writeKey}") ? Array(target.utf8) : operation.request(body, [key])
      let answer = try await scene.serving { port in
        let connection = try RawConnection(port: port)
        defer { connection.close() }
        return (0..<2).map { _ -> RawAnswer? in
          connection.send(request)
          return connection.receiveAnswer()
        }.last ?? nil
      }
      found.append((429, try #require(answer)))
    }
    if operation.responses["404"] != nil, operation.path.contains("{deploymentId}") {
      guarded.sources[0].deployments = ["another"]
      try await ask(404, GatewayScene(access: guarded), operation.request(body))
    }
    if operation.responses["503"] != nil {
      let scene = GatewayScene()
      scene.log.fail([LogError(.retry, code: "away", "away")])
      let content = (operation.value["requestBody"] as? [String: Any])?["content"] as? [String: [String: Any]]
      let example = content?.first { ($0.value["example"] as? String) == nil }?.value["example"]
      let data = try JSONSerialization.data(withJSONObject: try #require(example))
      let type = content?.first { ($0.value["example"] as? String) == nil }?.key ?? ""
      found.append(
        (503, try await scene.answer(to: operation.request(Array(data), ["Content-Type: \(type)"]))))
    }
    return found
  }
}
