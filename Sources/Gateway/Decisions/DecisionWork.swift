internal import Bytes
internal import EventLog
internal import JourneyModel
internal import Views
internal import WireFormat

/// What is done with a decision about a person, from its body to the answer.
struct DecisionWork: Sendable {
  let head: RequestHead
  let operation: DecisionOperation
  /// Who decides.
  let subject: String
  let settings: DecisionSettings
  let handler: IngestHandler
  let now: @Sendable () -> EventTime

  /// Reads the decision. Blocks while it reads the view's file.
  func read(_ body: RequestBody) -> Result<(draft: DecisionDraft, record: CommandRecord), Problem> {
    do throws(Problem) {
      let now = now()
      let draft = try DecisionDraft(body.bytes, operation, key: head.only("idempotency-key")) {
        (contact, id) throws(Problem) in
        let date = try date(now, contact)
        guard let id else { return date }
        return settings.recent.date(of: "\(subject)\n\(operation.rawValue)\n\(id)", now: date)
      }
      guard draft.created.milliseconds <= now.milliseconds + settings.maxFutureSkew.milliseconds else {
        throw .badRequest(
          "createdDate '\(draft.created.iso8601)': expected no time that is further ahead than "
            + "time.maxFutureSkew", [.init(errorCode: "tooFarAhead", fieldName: "createdDate")])
      }
      return .success((draft, try record(draft.value)))
    } catch {
      return .failure(error)
    }
  }

  /// Submits the decision; answers when the log has acknowledged it.
  func run(
    _ read: Result<(draft: DecisionDraft, record: CommandRecord), Problem>, _ body: RequestBody,
    _ reply: @escaping @Sendable (Answer) -> Void
  ) async {
    let draft: DecisionDraft
    let records: [CommandRecord]
    do throws(Problem) {
      let known = try read.get()
      draft = known.draft
      records = [known.record] + (try await sweeps(draft))
    } catch {
      return reply(handler.answer(error, to: head))
    }
    let submission = Submission(batch: settings.batch(records)) { outcome in
      withExtendedLifetime(body.reservation) {
        switch outcome {
        case .durable(_, let token):
          settings.audit(
            Decision(
              subject: subject, operation: operation.rawValue, id: draft.id, contactID: draft.contactID))
          reply(answer(draft, records.count, token))
        case .failed:
          reply(handler.answer(.unavailable(DecisionWork.unacknowledged), to: head))
        }
      }
    }
    guard handler.publishing.submit(submission) else {
      return reply(handler.answer(.unavailable("the log takes no decisions at the moment"), to: head))
    }
  }

  private static let unacknowledged =
    "the log did not acknowledge the decision; the same request again does no harm with an id or an "
    + "Idempotency-Key"

  /// The date of a decision that states none. An erasure's is behind everything that is known of the person,
  /// whatever this machine's clock says.
  private func date(_ now: EventTime, _ contact: String?) throws(Problem) -> EventTime {
    guard operation == .erase, let contact, let view = handler.view else { return now }
    do { return max(now, try view.queries.contact(contact)?.modified ?? now) } catch {
      throw .unavailable("the view cannot be read")
    }
  }

  private func record(_ value: [UInt8]) throws(Problem) -> CommandRecord {
    do throws(CommandProblemAt) {
      return try CommandRecord(value, settings.decoder)
    } catch {
      throw Problem(error)
    }
  }

  /// For an erasure, the person's sessions that lanes may hold no longer: each lane takes back what it wrote.
  private func sweeps(_ draft: DecisionDraft) async throws(Problem) -> [CommandRecord] {
    guard operation == .erase, let contact = draft.contactID, let view = handler.view else {
      return []
    }
    let sessions: [LaneNumber: [String]]
    do {
      let inquiry = LaneInquiry(view)
      let question = try await inquiry.read { queries in
        let contacts = try queries.contactIDs(of: contact, includeMerged: true)
        let identifiers = try contacts.flatMap { try queries.contact($0)?.identifiers ?? [] }
        return SessionLanesQuestion(contacts: contacts, identifiers: identifiers)
      }
      sessions = try await inquiry.ask(question)
    } catch {
      throw Problem(query: error)
    }
    do throws(CommandProblemAt) {
      return try SweepCommands.records(sessions, id: draft.id, at: draft.created, settings.decoder)
    } catch {
      throw Problem(error)
    }
  }

  /// `{"id":…,"operation":…,"createdDate":…,"commands":1}`
  private func answer(_ draft: DecisionDraft, _ count: Int, _ token: ReadToken) -> Answer {
    var body = Array("{\"id\":".utf8)
    JSONText.append(draft.id, to: &body)
    body += Array(",\"operation\":\"\(operation.rawValue)\",\"createdDate\":".utf8)
    JSONText.append(draft.created.iso8601, to: &body)
    body += Array(",\"commands\":\(count)}\n".utf8)
    let fields = token.isEmpty ? [] : [Answer.Field("Sojourn-Token", token.text)]
    return .json(202, body, fields: fields)
  }
}
