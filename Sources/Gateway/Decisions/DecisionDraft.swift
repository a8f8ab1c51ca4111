internal import Foundation
internal import JourneyModel
internal import WireFormat

/// A body of `POST /v1/contacts/OPERATION` on its way to a command: the command's own members, of which
/// `operation`, `id` and `createdDate` may be left out.
struct DecisionDraft {
  let id: String
  let created: EventTime
  let contactID: String?
  /// The command: `schemas/identity-command.schema.json`.
  let value: [UInt8]

  /// - Parameters:
  ///   - key: names the decision if the body does not: what is said twice under it counts once.
  ///   - date: its date if the body has none, by the contact that the body names and by the id that was said.
  /// - Throws: what is wrong with the body's form. What it asks for is judged by who reads commands.
  init(
    _ bytes: [UInt8], _ operation: DecisionOperation, key: String?,
    date: (_ contact: String?, _ id: String?) throws(Problem) -> EventTime
  ) throws(Problem) {
    let body: CommandBody
    do throws(CommandProblemAt) { body = try CommandBody(bytes) } catch { throw Problem(error) }
    if body.has("operation"), body.text("operation") != operation.rawValue {
      throw .badRequest(
        "operation: expected '\(operation.rawValue)', as in the path, or no such member",
        [.init(errorCode: RejectionReason.badCommand.rawValue, fieldName: "operation")])
    }
    let stated = body.text("id") ?? key
    id = stated ?? "http-" + UUID().uuidString.lowercased()
    contactID = body.text("contactId")
    if let date = body.text("createdDate").flatMap({ EventTime(iso8601: $0) }) {
      created = date
    } else {
      created = try date(contactID, stated)
    }
    value = body.completed([
      ("operation", operation.rawValue), ("id", id), ("createdDate", created.iso8601),
    ])
  }
}

extension Problem {
  /// What is wrong with a command.
  init(_ problem: CommandProblemAt) {
    let path = problem.message.map { String($0.prefix { $0 != " " && $0 != ":" && $0 != "," }) }
    self = .badRequest(
      problem.message ?? problem.reason.explanation,
      [.init(errorCode: problem.reason.rawValue, fieldName: problem.reason == .badCommand ? path : nil)])
  }
}
