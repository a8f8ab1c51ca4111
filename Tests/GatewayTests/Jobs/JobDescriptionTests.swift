import Foundation
import JourneyModel
import Testing

@testable import Gateway

/// docs/openapi.json says what questions that take long are answered: every status is tried.
@Suite(.timeLimit(.minutes(3))) struct JobDescriptionTests {
  private static func document() throws -> [String: Any] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../docs/openapi.json")
    let data = try Data(contentsOf: file)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private static func operations() throws -> [String: [String: Any]] {
    let paths = try #require(try document()["paths"] as? [String: [String: [String: Any]]])
    var found: [String: [String: Any]] = [:]
    for (path, methods) in paths {
      for (method, operation) in methods
      where (operation["tags"] as? [String])?.contains("questions") == true {
        found["\(method.uppercased()) \(path)"] = operation
      }
    }
    return found
  }

  @Test func everyPathIsDescribedAndNoOther() throws {
    let routes =
      JobRoute.Kind.allCases.flatMap { [JobRoute.ask($0), .job($0, id: "j")] } + [
        .letter(lane: 1, offset: 2), .process,
      ]
    let served = routes.flatMap { route in
      route.methods.filter { $0 != "HEAD" }.map { "\($0) \(route.template)" }
    }
    #expect(Set(try JobDescriptionTests.operations().keys) == Set(served))
    for route in routes {
      let names = ["{jobId}": "j", "{lane}": "1", "{offset}": "2"]
      let path = names.reduce(route.template) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
      #expect(JobRoute(path: path) == route)
    }
    for path in [
      "/v1/explanations/", "/v1/explanations/a/b", "/v1/other", "/v2/whatifs", "/explanations",
      "/v1/operations", "/v1/operations/rejected", "/v1/operations/rejected/-1/2",
      "/v1/operations/rejected/1/x",
      "/v1/operations/triggers",
    ] {
      #expect(JobRoute(path: path) == nil, "\(path)")
    }
  }

  /// Requests for an operation, the last one's answer counts; each gives another status.
  private static func scenes(
    _ method: String, _ path: String, _ body: String
  ) throws -> [(JobScene, [@Sendable ([RawAnswer]) -> String])] {
    if path.hasPrefix("/v1/operations") {
      let target = path.replacingOccurrences(of: "{lane}", with: "0").replacingOccurrences(
        of: "{offset}", with: "7")
      let get: @Sendable ([RawAnswer]) -> String = { _ in LiveScene.request(target, [LiveScene.bearer]) }
      let all = [
        (try JobScene(), [get]),
        (try JobScene(permissions: JobScene.every), [{ _ in LiveScene.request(target) }]),
        (try JobScene(permissions: []), [get]),
        (try JobScene(), [{ _ in LiveScene.request(target, method: "PUT") }]),
        (try JobScene(), [{ _ in LiveScene.request(target, host: "evil.example") }]),
      ]
      let gone = target.replacingOccurrences(of: "/7", with: "/8")
      return path.hasSuffix("process")
        ? all
        : all + [(try JobScene(), [{ _ in LiveScene.request(gone) }]), (try JobScene(answers: false), [get])]
    }
    let post = "/v1/" + path.split(separator: "/")[1]
    @Sendable func asked(_ fields: [String] = [LiveScene.bearer], host: String = "localhost") -> String {
      JobScene.post(post, body, fields, host: host)
    }
    if method == "POST" {
      var none = JobLimits()
      none.maxQueued = 0
      return try [
        (JobScene(), [{ _ in asked() }]), (JobScene(), [{ _ in JobScene.post(post, "7") }]),
        (JobScene(permissions: JobScene.every), [{ _ in asked([]) }]),
        (JobScene(permissions: []), [{ _ in asked() }]),
        (JobScene(hasDefinitions: false), [{ _ in asked() }]),
        (JobScene(), [{ _ in LiveScene.request(post, method: "PUT") }]),
        (JobScene(), [{ _ in LiveScene.request(post, ["Content-Length: 9999999"], method: "POST") }]),
        (JobScene(), [{ _ in asked(["Content-Encoding: gzip"]) }]),
        (JobScene(), [{ _ in asked(host: "evil.example") }]), (JobScene(jobs: none), [{ _ in asked() }]),
        (JobScene(answers: false), [{ _ in asked() }]),
      ]
    }
    @Sendable func look(_ answers: [RawAnswer], _ fields: [String] = [LiveScene.bearer]) -> String {
      LiveScene.request(answers[0].fields["location"] ?? "", fields, method: method)
    }
    return try [
      (JobScene(), [{ _ in asked() }, { look($0) }]),
      (JobScene(permissions: JobScene.every), [{ _ in asked() }, { look($0, []) }]),
      (
        JobScene(permissions: []),
        [{ _ in LiveScene.request(post + "/x", [LiveScene.bearer], method: method) }]
      ),
      (JobScene(), [{ _ in LiveScene.request(post + "/x", method: method) }]),
      (JobScene(), [{ _ in LiveScene.request(post + "/x", method: "PUT") }]),
      (JobScene(), [{ _ in LiveScene.request(post + "/x", method: method, host: "evil.example") }]),
    ]
  }

  @Test func everyStatusIsGivenAsItIsDescribed() async throws {
    let document = try JobDescriptionTests.document()
    let schemas = SchemaCheck(document: document)
    let operations = try JobDescriptionTests.operations()
    for (name, operation) in operations {
      let parts = name.split(separator: " ").map(String.init)
      let asking = operations["POST /v1/" + parts[1].split(separator: "/")[1]]
      let content = (asking?["requestBody"] as? [String: Any])?["content"] as? [String: [String: Any]]
      var example = content?["application/json"]?["example"] as? [String: Any] ?? [:]
      if example["sessionId"] != nil {
        example["sessionId"] = LiveScene.id(1)
        example["definition"] = "cart"
      }
      let body = String(decoding: try JSONSerialization.data(withJSONObject: example), as: UTF8.self)
      let responses = try #require(operation["responses"] as? [String: [String: Any]])
      var given: Set<String> = []
      for (scene, requests) in try JobDescriptionTests.scenes(parts[0], parts[1], body) {
        let answer = try #require(try await scene.answers(requests).last)
        given.insert("\(answer.status)")
        var response = try #require(
          responses["\(answer.status)"], "\(name) gave \(answer.status): \(answer.body)")
        if let reference = response["$ref"] as? String { response = schemas.resolve(reference) }
        for field in (response["headers"] as? [String: Any] ?? [:]).keys {
          #expect(answer.fields[field.lowercased()] != nil, "\(name) \(answer.status): \(field)")
        }
        let json = (response["content"] as? [String: [String: Any]])?["application/json"]
        guard let schema = json?["schema"] as? [String: Any] else {
          #expect(answer.body.isEmpty, "\(name) \(answer.status)")
          continue
        }
        let value = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
        #expect(schemas.flaws(value, schema) == [], "\(name) \(answer.status): \(answer.body)")
      }
      #expect(given == Set(responses.keys), "\(name)")
    }
  }
}
