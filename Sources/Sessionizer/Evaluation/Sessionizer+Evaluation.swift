internal import JourneyModel
internal import JourneyRules

extension Sessionizer {
  /// Has a session evaluated, with an event folded in, and does what follows from that for its customer.
  func evaluate(
    _ event: borrowing Event, of batch: borrowing EventBatch, in session: Session,
    by evaluation: any SessionEvaluation, into effects: inout Effects
  ) {
    if session.eventCount == 1, let limit = evaluation.maxRecalledActions {
      session.rules.adopt(recall(for: session, at: event.time), at: event.time, limit: limit)
    }
    evaluation.applied(event, of: batch, to: session, effects: &effects)
    takeUp(&effects, of: session)
  }

  /// Does what follows from something that was evaluated in a session outside of an event, and shows the
  /// session anew.
  package func evaluated(_ session: Session, _ effects: inout Effects) {
    takeUp(&effects, of: session)
    changedContact(session)
  }

  private func takeUp(_ effects: inout Effects, of session: Session) {
    if !effects.awaitingReturn.isEmpty {
      for action in effects.awaitingReturn { remember(action, of: session) }
      effects.awaitingReturn.removeAll(keepingCapacity: true)
    }
    if let timer = session.rules.nextTimer, session.timerEntry.map({ timer < $0 }) ?? true {
      schedule(session)
    }
  }
}
