import Foundation
import JourneyModel
import Testing
import Tokens

@testable import Gateway

/// docs/openapi.json says what streams, logins and the console's page answer: every status is tried.
@Suite(.timeLimit(.minutes(3))) struct ConsoleDescriptionTests {
  private typealias Request = (scene: LiveScene, text: String)

  private static func operations() throws -> [String: [String: Any]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../docs/openapi.json")
    let value = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
    let paths = try #require(value?["paths"] as? [String: [String: [String: Any]]])
    var found: [String: [String: Any]] = [:]
    for (path, methods) in paths {
      for (method, operation) in methods {
        let tags = operation["tags"] as? [String] ?? []
        if tags.contains("live") || tags.contains("console") {
          found["\(method.uppercased()) \(path)"] = operation
        }
      }
    }
    return found
  }

  /// Requests for an operation, each of which gives another status.
  private func requests(_ method: String, _ path: String) throws -> [Request] {
    let desk = Access(subject: "desk", permissions: ["journey:*:view"], divisions: ["*"])
    let nobody = Access(subject: "nobody", permissions: [], divisions: [])
    var none = LiveLimits()
    none.maxStreams = 0
    let own = "Sojourn-Request: 1"
    func ask(_ path: String, _ fields: [String] = [], host: String = "localhost") -> String {
      LiveScene.request(path, fields, method: method, host: host)
    }
    switch path {
    case "/v1/live":
      let all = path + "?scope=all"
      return try [
        (LiveScene(), ask(all)), (LiveScene(), ask(path)), (LiveScene(token: desk), ask(all)),
        (LiveScene(token: nobody), ask(all, [LiveScene.bearer])),
        (LiveScene(), LiveScene.request(all, method: "PUT")), (LiveScene(), ask(all, host: "evil.example")),
        (LiveScene(live: none), ask(all)), (LiveScene(hasView: false), ask(all)),
      ]
    case "/v1/login" where method == "POST":
      return try [
        (LiveScene(token: desk), ask(path, [LiveScene.bearer, own])), (LiveScene(), ask(path, [own])),
        (LiveScene(token: desk), ask(path, [own])), (LiveScene(), ask(path)),
        (LiveScene(), ask(path, [own], host: "evil.example")),
      ]
    case "/v1/login":
      return try [
        (LiveScene(), ask(path, [own])), (LiveScene(), ask(path)),
        (LiveScene(), ask(path, host: "evil.example")),
      ]
    default:
      return try [
        (LiveScene(), ask(path)), (LiveScene(), ask(path, ["If-None-Match: *"])),
        (LiveScene(), LiveScene.request(path, method: "PUT")), (LiveScene(), ask(path, host: "evil.example")),
      ]
    }
  }

  @Test func everyStatusIsGivenAsItIsDescribed() async throws {
    let operations = try ConsoleDescriptionTests.operations()
    #expect(
      Set(operations.keys) == ["GET /v1/live", "POST /v1/login", "DELETE /v1/login", "GET /console/"])
    for (name, operation) in operations {
      let parts = name.split(separator: " ").map(String.init)
      let responses = try #require(operation["responses"] as? [String: [String: Any]])
      var given: Set<String> = []
      for request in try requests(parts[0], parts[1]) {
        try request.scene.send(1, revision: 1)
        let head = try await request.scene.serving { port in
          let connection = try RawConnection(port: port)
          defer { connection.close() }
          connection.send(request.text)
          return connection.receive()
        }
        let status = String(head.split(separator: " ")[1])
        given.insert(status)
        let response = try #require(responses[status], "\(name) gave \(status)")
        for field in (response["headers"] as? [String: Any] ?? [:]).keys {
          #expect(head.contains("\(field): "), "\(name) \(status): \(field)")
        }
        if let type = (response["content"] as? [String: Any])?.keys.first {
          #expect(head.contains("Content-Type: \(type)"), "\(name) \(status)")
        }
      }
      #expect(given == Set(responses.keys), "\(name)")
    }
  }
}
