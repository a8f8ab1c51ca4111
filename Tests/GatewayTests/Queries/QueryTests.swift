import EventLog
import Foundation
import JourneyModel
import Testing

@testable import Gateway

/// Questions over the wire.
@Suite(.timeLimit(.minutes(3))) struct QueryTests {
  private static let session = "/api/v2/journey/sessions/"

  private static func object(_ answer: RawAnswer) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
  }

  private static func ids(_ answer: RawAnswer) throws -> [String] {
    try (object(answer)["entities"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
  }

  @Test func aSessionSaysItsTagAndItsAge() async throws {
    let path = QueryTests.session + QueryScene.ada
    let answers = try await QueryScene().answers(
      to: [
        QueryScene.get(path), QueryScene.get(path, ["If-None-Match: \"7-511\""]),
        QueryScene.get(path, ["If-None-Match: \"6-511\", W/\"7-511\""]),
        QueryScene.get(path, ["If-None-Match: \"6-511\""]),
      ], age: .seconds(3))
    #expect(answers.map(\.status) == [200, 304, 304, 200])
    #expect(answers[0].fields["etag"] == "\"7-511\"" && answers[1].fields["etag"] == "\"7-511\"")
    #expect(answers[0].fields["sojourn-as-of"] == QueryScene.now.iso8601)
    #expect(answers[0].fields["sojourn-lag"] == "3000")
    #expect(try QueryTests.object(answers[0])["customerId"] as? String == "ada")
    #expect(answers[1].body.isEmpty)
  }

  @Test func aMergedSessionSaysWhereItWent() async throws {
    let answer = try await QueryScene().answer(to: QueryScene.get(QueryTests.session + QueryScene.merged))
    #expect(answer.status == 200)
    #expect(try QueryTests.object(answer)["mergedInto"] as? String == QueryScene.ada)
  }

  @Test func listsAndTheirPages() async throws {
    let scene = try QueryScene()
    let answers = try await scene.answers(to: [
      QueryScene.get("/v1/sessions?pageSize=2"), QueryScene.get("/v1/customers/cookie/ada/sessions"),
      QueryScene.get("/v1/customers/cookie/%2B353871234567/sessions"),
      QueryScene.get("/v1/customers/cookie/+353871234567/sessions"),
      QueryScene.get("/v1/sessions?q=red+shoes"), QueryScene.get("/v1/sessions?segment=cart&type=web"),
      QueryScene.get("/v1/sessions?open=false"), QueryScene.get("/v1/conversations/c-1"),
    ])
    #expect(answers.map(\.status) == Array(repeating: 200, count: 8))
    #expect(try QueryTests.ids(answers[0]) == [QueryScene.bob, QueryScene.call])
    #expect(
      try answers[1...6].map(QueryTests.ids) == [
        [QueryScene.ada], [QueryScene.call], [QueryScene.call], [QueryScene.bob], [QueryScene.ada], [],
      ])
    #expect(try QueryTests.object(answers[7])["id"] as? String == QueryScene.call)
    let next = try #require(try QueryTests.object(answers[0])["nextUri"] as? String)
    #expect(next.hasPrefix("/v1/sessions?pageSize=2&after="))
    let rest = try await scene.answer(to: QueryScene.get(next))
    #expect(try QueryTests.ids(rest) == [QueryScene.ada])
    #expect(try QueryTests.object(rest)["nextUri"] == nil)
    #expect(try QueryTests.object(rest)["selfUri"] as? String == next)
    // Under other parameters the list would have holes.
    let other = try await scene.answer(to: QueryScene.get(next + "&type=web"))
    #expect(other.status == 400 && other.body.contains("\"fieldName\":\"after\""))
  }

  @Test func eventsSegmentsAndScoresOfASession() async throws {
    let path = QueryTests.session + QueryScene.ada
    let answers = try await QueryScene().answers(to: [
      QueryScene.get(path + "/events"),
      QueryScene.get(path + "/events?eventType=com.genesys.journey.WebEvent"),
      QueryScene.get(path + "/segments"), QueryScene.get(path + "/outcomescores"),
    ])
    #expect(try QueryTests.ids(answers[0]) == ["e-" + QueryScene.ada, "d1"])
    #expect(try QueryTests.object(answers[0])["omitted"] as? Int == 2)
    #expect(try QueryTests.ids(answers[1]) == ["e-" + QueryScene.ada])
    #expect(answers[2].body.contains("\"segment\":{\"id\":\"cart\"}"))
    #expect(answers[3].body == "{\"outcomeScores\":[]}\n")
  }

  @Test(arguments: [
    ("pageSize=0", "pageSize"), ("pageSize=201", "pageSize"), ("pageSize=x", "pageSize"), ("q=ab", "q"),
    ("q=" + String(repeating: "a", count: 201), "q"), ("open=yes", "open"), ("from=yesterday", "from"),
    ("to=1", "to"), ("after=!", "after"),
  ])
  func wrongParametersAreNamed(query: String, name: String) async throws {
    let answer = try await QueryScene().answer(to: QueryScene.get("/v1/sessions?" + query))
    #expect(answer.status == 400)
    #expect(answer.body.contains("\"code\":\"invalid.query.param.value\""))
    #expect(answer.body.contains("\"fieldName\":\"\(name)\""))
  }

  @Test func limitsOfParameters() async throws {
    let answers = try await QueryScene().answers(to: [
      QueryScene.get("/v1/sessions?pageSize=1"), QueryScene.get("/v1/sessions?pageSize=200"),
      QueryScene.get("/v1/sessions?q=abc"),
      QueryScene.get("/v1/sessions?q=" + String(repeating: "a", count: 200)),
    ])
    #expect(answers.map(\.status) == [200, 200, 200, 200])
  }

  // MARK: Types

  @Test func aTokenSeesTheTypesThatItNames() async throws {
    let scene = try QueryScene(permissions: ["journey:*:view"], types: ["conversation"])
    let answers = try await scene.answers(to: [
      QueryScene.get("/v1/sessions"), QueryScene.get(QueryTests.session + QueryScene.ada),
      QueryScene.get(QueryTests.session + QueryScene.ada + "/events"),
      QueryScene.get(QueryTests.session + QueryScene.call), QueryScene.get("/v1/sessions?q=red+shoes"),
      QueryScene.get("/v1/me"),
    ])
    #expect(answers.map(\.status) == [200, 404, 404, 200, 200, 200])
    #expect(try QueryTests.ids(answers[0]) == [QueryScene.call] && QueryTests.ids(answers[4]) == [])
    #expect(answers[5].body.contains("\"sessionTypes\":[\"conversation\"]"))
  }

  // MARK: Persons

  @Test func aPersonAndItsSessions() async throws {
    let path = "/api/v2/externalcontacts/contacts/" + QueryScene.person
    let answers = try await QueryScene().answers(to: [
      QueryScene.get(path), QueryScene.get(path + "/journey/sessions"),
      QueryScene.get(path.replacingOccurrences(of: "00a", with: "00b") + "/journey/sessions"),
      QueryScene.get(path + "/journey/sessions?includeMerged=maybe"),
    ])
    #expect(answers.map(\.status) == [200, 200, 200, 400])
    #expect(try QueryTests.object(answers[0])["name"] as? String == "Ada Lovelace")
    #expect(try QueryTests.ids(answers[1]) == [QueryScene.ada])
    #expect(try QueryTests.ids(answers[2]) == [])
  }

  @Test func whoMayNotKnowCustomersLearnsNoNames() async throws {
    let path = "/api/v2/externalcontacts/contacts/" + QueryScene.person
    let scene = try QueryScene(permissions: ["externalContacts:contact:view"])
    let answers = try await scene.answers(to: [
      QueryScene.get(path), QueryScene.get(path + "/journey/sessions"),
    ])
    #expect(answers.map(\.status) == [200, 403])
    #expect(answers[0].body.contains("Identified") && !answers[0].body.contains("Ada"))
    #expect(!answers[0].body.contains("example.com") && !answers[0].body.contains("cookie"))
  }

  // MARK: Read after write

  @Test func anAnswerWaitsForWhatItHasToHave() async throws {
    let scene = try QueryScene()
    let path = QueryTests.session + QueryScene.ada
    let near = ReadToken([TopicPartition("in-web", 0): NextOffset(0)]).text
    let far = ReadToken([TopicPartition("in-web", 0): NextOffset(1)]).text
    let answers = try await scene.answers(to: [
      QueryScene.get(path, ["Sojourn-Token: \(near)"]),
      QueryScene.get(path, ["Sojourn-Token: \(near), \(far)", "Prefer: wait=0"]),
      QueryScene.get(path, ["Sojourn-Token: x"]), QueryScene.get("/v1/me", ["Sojourn-Token: \(far)"]),
    ])
    #expect(answers.map(\.status) == [200, 503, 400, 200])
    #expect(answers[1].body.contains("\"code\":\"not.caught.up\""))
    #expect(answers[2].body.contains("\"code\":\"invalid.token\""))
    // One of a batch that the view has, and whose other records it looked for since.
    try scene.sendJournal(read: 1)
    let answer = try await scene.answer(to: QueryScene.get(path, ["Sojourn-Token: \(far)"]), rounds: 2)
    #expect(answer.status == 200)
  }

  // MARK: Age

  @Test func anOldViewIsRefusedByWhoAsksForANewOne() async throws {
    let path = QueryTests.session + QueryScene.ada
    let answers = try await QueryScene().answers(
      to: ["1999ms", "2s", "2001ms", "x", "1", "-1s", "86401s"].map {
        QueryScene.get(path, ["Sojourn-Max-Staleness: \($0)"])
      }, age: .seconds(2))
    #expect(answers.map(\.status) == [503, 200, 200, 400, 400, 400, 400])
    #expect(answers[0].body.contains("\"code\":\"not.caught.up\"") && answers[0].fields["retry-after"] == "1")
  }

  @Test func aViewThatIsNotCompleteAnswersNothing() async throws {
    let path = QueryTests.session + QueryScene.ada
    let answer = try await QueryScene().answer(to: QueryScene.get(path), isCaughtUp: false)
    #expect(answer.status == 503 && answer.body.contains("not.caught.up"))
    let none = try await QueryScene().answer(to: QueryScene.get(path), hasView: false)
    #expect(none.status == 503 && none.body.contains("views.enabled"))
  }

  // MARK: Who asks

  @Test func tokensSeeWhatTheyGrant() async throws {
    let session = QueryTests.session + QueryScene.ada
    let paths = [
      session, session + "/events", session + "/segments", session + "/outcomescores",
      "/v1/conversations/c-1",
      "/v1/customers/cookie/ada/sessions", "/v1/sessions", "/v1/sessions?segment=cart", "/v1/me",
    ]
    func statuses(_ permissions: Set<String>) async throws -> [Int] {
      try await QueryScene(permissions: permissions).answers(to: paths.map { QueryScene.get($0) }).map(
        \.status)
    }
    #expect(try await statuses([]) == [403, 403, 403, 403, 403, 403, 403, 403, 200])
    #expect(try await statuses(["journey:session:view"]) == [200, 403, 403, 403, 200, 403, 200, 403, 200])
    #expect(
      try await statuses(["externalContacts:session:view"]) == [200, 403, 403, 403, 200, 403, 403, 403, 200])
    #expect(try await statuses(["journey:*:view"]) == [200, 200, 200, 200, 200, 200, 200, 200, 200])
  }

  @Test func whatIsNotGrantedIsNotShownAndNotSearched() async throws {
    let scene = try QueryScene(permissions: ["journey:session:view"])
    let answers = try await scene.answers(to: [
      QueryScene.get(QueryTests.session + QueryScene.bob), QueryScene.get("/v1/sessions?q=red+shoes"),
      QueryScene.get("/v1/sessions?q=bob"), QueryScene.get("/v1/sessions?q=\(QueryScene.bob)"),
    ])
    #expect(try QueryTests.object(answers[0])["customerId"] as? String == "••••")
    #expect(try QueryTests.object(answers[0])["searchTerms"] == nil)
    #expect(answers[0].fields["etag"] == "\"7-1\"")
    for answer in answers.dropFirst() { #expect(try QueryTests.ids(answer) == []) }
    let all = try QueryScene(permissions: ["journey:*:view"])
    let found = try await all.answer(to: QueryScene.get("/v1/sessions?q=red+shoes"))
    #expect(try QueryTests.ids(found) == [QueryScene.bob])
  }

  @Test func conversationsAreSeenInTheirDivisions() async throws {
    let paths = [
      QueryTests.session + QueryScene.call, "/v1/conversations/c-1", QueryTests.session + QueryScene.ada,
    ]
    func statuses(_ divisions: Set<String>) async throws -> [Int] {
      try await QueryScene(permissions: ["*"], divisions: divisions)
        .answers(to: paths.map { QueryScene.get($0) }).map(\.status)
    }
    #expect(try await statuses(["south"]) == [404, 404, 200])
    #expect(try await statuses(["north", "south"]) == [200, 200, 200])
    let south = try await QueryScene(permissions: ["*"], divisions: ["south"]).answer(
      to: QueryScene.get("/v1/sessions"))
    #expect(try QueryTests.ids(south) == [QueryScene.bob, QueryScene.ada])
  }

  @Test func whoAsksIsTold() async throws {
    let open = try await QueryScene().answer(to: QueryScene.get("/v1/me"), hasView: false)
    #expect(
      open.body
        == #"{"subject":"","permissions":["*"],"divisions":["*"],"sessionTypes":["*"]}"# + "\n")
    let desk = try await QueryScene(permissions: ["journey:session:view"], divisions: ["north"]).answer(
      to: QueryScene.get("/v1/me"))
    #expect(
      desk.body
        == #"{"subject":"desk","permissions":["journey:session:view"],"divisions":["north"],"sessionTypes":["*"]}"#
        + "\n")
  }

  @Test func withoutATokenNothingIsRead() async throws {
    let scene = try QueryScene(permissions: ["*"])
    let path = QueryTests.session + QueryScene.ada
    let answers = try await scene.answers(
      to: ["", "Authorization: Bearer wrong-token-0123456789\r\n", "Authorization: Basic YTpi\r\n"].map {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\($0)\r\n"
      })
    #expect(answers.map(\.status) == [401, 401, 401])
    #expect(
      answers[0].body.contains("authentication.required") && answers[1].body.contains("bad.credentials"))
    #expect(answers.allSatisfy { !$0.body.contains("ada") && !$0.body.contains("wrong-token") })
    // Guessing has an end, even for the right token.
    let guesses = Array(
      repeating: "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer no\r\n\r\n", count: 31)
    #expect(
      try await scene.answers(to: guesses + [QueryScene.get(path)]).suffix(2).map(\.status) == [429, 429])
  }

  @Test func pagesOfOthersAndForeignHostsAreRefused() async throws {
    let path = QueryTests.session + QueryScene.ada
    let answers = try await QueryScene().answers(to: [
      QueryScene.get(path, ["Origin: https://evil.example"]), QueryScene.get(path, ["Origin: null"]),
      QueryScene.get(path, ["Origin: http://localhost:8320"]), QueryScene.get(path, host: "evil.example"),
      QueryScene.get(path, method: "DELETE"),
    ])
    #expect(answers.map(\.status) == [403, 403, 200, 421, 405])
    #expect(answers[4].fields["allow"] == "GET, HEAD")
    #expect(answers[2].fields["access-control-allow-origin"] == nil)
  }

  @Test func unknownSessionsAndPaths() async throws {
    let answers = try await QueryScene().answers(to: [
      QueryScene.get(QueryTests.session + "00000000-0000-5000-8000-00000000ffff"),
      QueryScene.get(QueryTests.session + "x%27%3B--"), QueryScene.get(QueryTests.session + "%ff"),
      QueryScene.get("/v1/conversations/none"),
      QueryScene.get(QueryTests.session + QueryScene.ada + "/others"),
      QueryScene.get(QueryTests.session + QueryScene.ada.uppercased()),
    ])
    #expect(answers.map(\.status) == [404, 404, 404, 404, 404, 200])
  }

  @Test(arguments: [
    ("/v1/sessions", "/v1/sessions"), ("/v1/me", "/v1/me"),
    ("/v1/conversations/c", "/v1/conversations/{conversationId}"),
    ("/v1/customers/cookie/a%2Fb/sessions", "/v1/customers/{customerIdType}/{customerId}/sessions"),
    ("/api/v2/journey/sessions/a", "/api/v2/journey/sessions/{sessionId}"), ("/v1/sessions/", nil),
    ("/v1/customers/cookie//sessions", nil), ("/v1/events", nil), ("/api/v2/journey/sessions", nil),
    ("/api/v2/journey/sessions/a/events/b", nil), ("/v1/customers/cookie/%ff/sessions", nil), ("", nil),
  ])
  func routes(path: String, template: String?) {
    #expect(QueryRoute(path: path)?.template == template)
  }
}
