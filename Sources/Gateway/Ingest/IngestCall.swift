internal import Intake

/// A request with events.
struct IngestCall: Sendable {
  let head: RequestHead
  let route: Route
  /// Who sends.
  var source: Source
  /// Whether the body has still to say who sends; `source` is then nobody's.
  var isAnonymous = false
  let request: IntakeRequest
  /// How the body is packed; `nil` if it is not.
  let form: Inflation.Form?
  /// The handler, which knows the way to the log.
  let handler: IngestHandler

  /// Whose session a report is of; `nil` for other bodies, and if there is no such session.
  ///
  /// - Throws: what is answered if nobody can be asked.
  func owner(in body: [UInt8]) async throws(Problem) -> SessionOwner? {
    guard route.asksView, let id = ActionEventDialect.session(in: body) else { return nil }
    return try await handler.owner(ofSession: id)
  }

  /// What reads a body.
  ///
  /// - Parameter owner: whose session a report is of.
  func dialect(_ settings: IntakeSettings, owner: SessionOwner?) -> (any Dialect)? {
    switch route {
    case .events: EventsDialect(settings)
    case .customEvents: CustomEventsDialect(settings)
    case .externalEvents: ExternalEventsDialect(settings)
    case .webEvents: JourneyEventDialect.web(settings)
    case .appEvents: JourneyEventDialect.app(settings)
    case .actionEvent:
      ActionEventDialect(owner: owner, settings)
    case .call(let call): SegmentDialect.single(call, settings)
    case .batch, .beacon: SegmentDialect.batch(settings)
    case .clientMetrics, .projectSettings, .sourceConfig, .snippet, .description, .ping: nil
    }
  }

  /// Adds what a page of another origin has to be told.
  func finished(_ answer: Answer) -> Answer {
    var answer = answer
    answer.fields += CORS.fields(for: head)
    return answer
  }

  func answer(_ problem: Problem) -> Answer { finished(problem.answer(contextID: head.id)) }
}
