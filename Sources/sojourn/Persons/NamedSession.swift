import EventLog
import Foundation
import Presentation
import Processor
import SessionQueries
import Threads
import WireFormat

/// A session as a command names it: a conversation of the detail feed by its own id, any other by its type
/// and customer.
struct NamedSession: Codable {
  var id: String
  var conversationId: String?
  var type: String?
  var customerId: String?
  var customerIdType: String?
  var externalId: String?

  /// What is read of a session's record.
  private struct Snapshot: Decodable {
    struct Conversation: Decodable {
      struct Participant: Decodable {}

      var id: String?
      /// Of the detail feed only.
      var participants: [Participant]?
    }

    var id: String
    var type: String
    var customerId: String
    var customerIdType: String
    var externalId: String?
    var conversation: Conversation?
  }

  /// The session of a record's value; `nil` if it is none.
  init?(snapshot value: [UInt8]) {
    guard let session = try? JSONDecoder().decode(Snapshot.self, from: Data(value)) else { return nil }
    id = session.id
    if let conversation = session.conversation, conversation.participants != nil {
      conversationId = conversation.id
    } else {
      type = session.type
      customerId = session.customerId
      customerIdType = session.customerIdType
      externalId = session.conversation?.id ?? session.externalId
    }
  }

  /// The session of the log that an id, or its beginning, means.
  static func find(_ text: String, _ common: CommonOptions, _ settings: Settings) async throws -> NamedSession
  {
    func problem(_ expected: String) -> ConfigurationProblem {
      ConfigurationProblem(
        key: "SESSION", value: DisplayText(text).text, expected: expected, origin: "command line")
    }
    guard let match = SessionMatch(text) else {
      throw problem("a session's id, as 'sojourn sessions --json' lists them, or its beginning")
    }
    let source = try await common.existingTopic(settings.processor.lanes.topics.sessions, settings)
    let found = try await onOwnThread {
      var match = match
      try SessionTopic(log: source.log, topic: source.topic).read { match.take($0) }
      return match
    }
    guard case .one(_, let value) = found.result, let session = NamedSession(snapshot: value) else {
      throw problem(
        "a session's id, or its beginning: " + DisplayText(found.problem(of: source.log.name) ?? "").text)
    }
    return session
  }
}
