import Foundation
import Testing

@testable import Gateway

/// docs/openapi.json says what may be asked, and what the answers are like: every path and status is tried.
@Suite(.timeLimit(.minutes(3))) struct QueryDescriptionTests {
  private static func document() throws -> [String: Any] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../docs/openapi.json")
    let data = try Data(contentsOf: file)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private static func operations() throws -> [String: [String: Any]] {
    let paths = try #require(try document()["paths"] as? [String: [String: [String: Any]]])
    return paths.compactMapValues { methods in
      methods["get"].flatMap { ($0["tags"] as? [String])?.contains("queries") == true ? $0 : nil }
    }
  }

  private static func target(_ path: String) -> String {
    [
      "{segmentId}": "segment-1", "{outcomeId}": "outcome-1", "{predictorId}": "predictor-1",
      "{actionMapId}": "map-1", "{actionTemplateId}": "template-1",
      "{sessionId}": QueryScene.ada, "{conversationId}": "c-1", "{customerIdType}": "cookie",
      "{customerId}": "ada", "{contactId}": QueryScene.person, "{eventId}": "e-" + QueryScene.ada,
    ].reduce(path) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
  }

  @Test func everyPathIsDescribedAndNoOther() throws {
    let lists = DefinitionList.allCases.flatMap {
      [.definitionList($0), .definition($0, id: "d")] as [QueryRoute]
    }
    let samples: [QueryRoute] =
      [
        .session(id: "s"), .events(session: "s"), .segments(session: "s"), .outcomeScores(session: "s"),
        .conversation(id: "c"), .customerSessions(idType: "t", id: "c"), .contactSessions(contact: "c"),
        .contact(id: "c"), .sessions, .me,
        .definitions, .operations, .rejections, .triggers, .event(id: "e"),
      ] + lists
    #expect(Set(try QueryDescriptionTests.operations().keys) == Set(samples.map(\.template)))
    for path in try QueryDescriptionTests.operations().keys {
      #expect(QueryRoute(path: QueryDescriptionTests.target(path))?.template == path)
    }
  }

  @Test func everyStatusIsGivenAsItIsDescribed() async throws {
    let document = try QueryDescriptionTests.document()
    let (open, guarded) = (try QueryScene(), try QueryScene(permissions: []))
    for (path, operation) in try QueryDescriptionTests.operations() {
      let target = QueryDescriptionTests.target(path)
      let known = [
        QueryScene.ada, "c-1", QueryScene.person, "segment-1", "outcome-1", "predictor-1", "map-1",
        "template-1",
      ]
      let unknown = known.reduce(target) {
        $0.replacingOccurrences(of: $1, with: "none")
      }
      var answers = try await open.answers(to: [
        QueryScene.get(target), QueryScene.get(target, ["If-None-Match: *"]),
        QueryScene.get(target, ["Sojourn-Max-Staleness: x"]),
        QueryScene.get(target, ["Origin: https://evil.example"]), QueryScene.get(unknown),
        QueryScene.get(target, method: "POST"), QueryScene.get(target, host: "evil.example"),
      ])
      answers.append(try await open.answer(to: QueryScene.get(target), hasView: false))
      answers.append(
        try await guarded.answer(to: "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n"))
      let responses = try #require(operation["responses"] as? [String: [String: Any]])
      #expect(Set(responses.keys) == Set(answers.map { "\($0.status)" }), "\(path)")
      for answer in answers { try QueryDescriptionTests.check(answer, path, responses, document) }
    }
  }

  private static func check(
    _ answer: RawAnswer, _ path: String, _ responses: [String: [String: Any]], _ document: [String: Any]
  ) throws {
    let schemas = SchemaCheck(document: document)
    var response = try #require(responses["\(answer.status)"])
    if let name = response["$ref"] as? String { response = schemas.resolve(name) }
    for name in (response["headers"] as? [String: Any] ?? [:]).keys {
      #expect(answer.fields[name.lowercased()] != nil, "\(path) \(answer.status): \(name)")
    }
    let content = (response["content"] as? [String: [String: Any]])?["application/json"]
    guard let schema = content?["schema"] as? [String: Any] else {
      #expect(answer.body.isEmpty, "\(path) \(answer.status)")
      return
    }
    let body = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
    #expect(schemas.flaws(body, schema) == [], "\(path) \(answer.status): \(answer.body)")
    if let example = content?["example"] {
      #expect(schemas.flaws(example, schema) == [], "\(path) \(answer.status): its example")
    }
  }
}
