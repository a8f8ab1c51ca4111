import EventLog
import JourneyModel
import JourneyRules
import SimulatedLog
import Synchronization
import Testing
import Tokens
import WireFormat

@testable import Gateway

/// A server with two sessions and a few definitions, whose log is a script.
struct JobScene {
  static let every = JobRoute.cited + ["journey:segment:view", "journey:outcome:view"]
  private static let definitions = """
    {"entities":[{"kind":"segment","id":"cart","displayName":"Cart","version":1,
    "journey":{"patterns":[{"streamType":"Web","sessionType":"web","eventName":"page_viewed","criteria":[]}]}},
    {"kind":"segment","id":"both","displayName":"Both","version":1,
    "journey":{"patterns":[{"streamType":"Web","sessionType":"web","eventName":"page_viewed","criteria":[]}]}},
    {"kind":"outcome","id":"both","displayName":"Both","version":1,
    "journey":{"patterns":[{"streamType":"Web","sessionType":"web","eventName":"page_viewed","criteria":[]}]}}]}
    """

  /// Answers with what it was asked.
  final class Script: LogInquirer {
    let explained = Mutex<[ExplanationQuestion]>([])
    let compared = Mutex<[ComparisonQuestion]>([])

    func explain(_ question: ExplanationQuestion, checkpoint: () throws -> Void) throws -> [UInt8] {
      try checkpoint()
      explained.withLock { $0.append(question) }
      return Array("{\"explanation\":{\"held\":true},\"text\":[\"ASSIGNED\"]}".utf8)
    }

    func deadLetter(lane: LaneNumber, offset: Int64) throws -> [UInt8]? {
      offset == 7 ? Array("wrong \u{0}".utf8) : nil
    }

    func compare(_ question: ComparisonQuestion, checkpoint: () throws -> Void) throws -> [UInt8] {
      try checkpoint()
      compared.withLock { $0.append(question) }
      guard !question.definition.contains(UInt8(ascii: "!")) else {
        throw InquiryFailure("badDefinition", "wrong")
      }
      return Array("{\"comparison\":{\"differs\":false},\"text\":[\"NO DIFFERENCE\"]}".utf8)
    }
  }

  let live: LiveScene
  let script = Script()

  /// - Parameter permissions: what the token grants; `nil` if nobody is asked who he is.
  init(
    permissions: [String]? = nil, divisions: Set<String> = ["*"], types: Set<String> = ["*"],
    jobs: JobLimits = JobLimits(), answers: Bool = true, hasDefinitions: Bool = true
  ) throws {
    let token = permissions.map {
      Access(subject: "desk", permissions: Set($0), divisions: divisions, sessionTypes: types)
    }
    live = try LiveScene(token: token, inquirer: answers ? script : nil, jobs: jobs)
    live.log.now = live.clock.value
    try live.send(1, revision: 1)
    try live.send(2, revision: 1, type: "conversation", further: ",\"divisionIds\":[\"north\"]")
    guard hasDefinitions else { return }
    let check = DefinitionCheck([
      DefinitionDocument(file: "test", value: try DefinitionJSON.read(Array(JobScene.definitions.utf8)))
    ])
    let bundle = try #require(check.bundle, "\(check.findings)")
    let publisher = try live.log.makePublisher()
    defer { publisher.close() }
    let current = DefinitionRecords.Current(
      bundle: bundle.hash.description, revision: 1, appliedAt: live.now)
    try publisher.send(DefinitionRecords.records(bundle, as: current, topic: live.topics.definitions))
  }

  /// Sends requests, each on a connection of its own; a request may depend on the answers before.
  func answers(_ requests: [@Sendable ([RawAnswer]) -> String]) async throws -> [RawAnswer] {
    try await live.serving { port in
      var answers: [RawAnswer] = []
      for request in requests {
        let connection = try RawConnection(port: port)
        defer { connection.close() }
        connection.send(request(answers))
        answers.append(try #require(connection.receiveAnswer()))
      }
      return answers
    }
  }

  func answer(_ request: String) async throws -> RawAnswer { try await answers([{ _ in request }])[0] }

  static func post(
    _ path: String, _ body: String, _ fields: [String] = [LiveScene.bearer], host: String = "localhost"
  ) -> String {
    LiveScene.request(
      path, fields + ["Content-Length: \(body.utf8.count)"], method: "POST", host: host) + body
  }

  static func explain(session: Int = 1, _ definition: String = "cart", _ more: String = "") -> String {
    post(
      "/v1/explanations",
      "{\"sessionId\":\"\(LiveScene.id(session))\",\"definition\":\"\(definition)\"\(more)}")
  }
}
