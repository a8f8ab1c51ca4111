internal import JourneyModel
internal import JourneyRules
internal import Sessionizer
internal import WireFormat

/// Action maps, triggered by what rules have found, and the actions that they offer.
struct ActionStep: Evaluator {
  private let actions: ActionEvaluator
  private let encoder: ActionEventEncoder
  private let writer: DerivedEventWriter
  /// Whether predictions alone trigger any map.
  private let asksScores: Bool
  /// The wall-clock time of the batch; `nil` where triggers do not age.
  var takenAt: EventTime?
  private var happened: [ActionEvent] = []

  /// - Parameter snapshots: writes what flows ask of a session.
  init(_ definitions: CompiledBundle, _ snapshots: SnapshotEncoder, writer: DerivedEventWriter) {
    actions = ActionEvaluator(actions: definitions.actions, rules: definitions.rules)
    encoder = ActionEventEncoder(definitions: definitions, snapshots: snapshots)
    self.writer = writer
    asksScores = definitions.rules.hasMapsOfScores
  }

  mutating func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, _ fired: inout [Fired],
    _ effects: inout Effects
  ) {
    guard session.rules.concernsActions || !fired.isEmpty || asksScores && !session.rules.scores.isEmpty
    else { return }
    let report = session.rules.hasActions ? ActionReport(event, of: batch) : nil
    let isOpening = session.eventCount == 1
    if report == nil {
      let hasOccasion = actions.hasOccasion(
        fired, isPing: event.isView, isOpening: isOpening, state: &session.rules)
      guard hasOccasion else { return }
    }
    let time = event.time
    let round = ActionRound(
      time: time, takenAt: takenAt ?? time, event: batch.text(event.id), isPing: event.isView,
      isOpening: isOpening, report: report)
    actions.evaluate(fired, round, session: session, state: &session.rules, output: &happened)
    noteReturns(&effects)
    write(session, to: &effects)
  }

  /// Has actions that have qualified wait for their customer to come back.
  private func noteReturns(_ effects: inout Effects) {
    for event in happened where event.action.awaits != .nothing {
      if case .qualified = event.happening { effects.awaitingReturn.append(event.action) }
    }
  }

  /// The maps that segments of the customer trigger in a session.
  func triggers(
    of segments: [CustomerSegment], in session: Session, at time: EventTime
  ) -> [CustomerTrigger] {
    session.settleScores()
    return actions.triggers(of: segments, at: time, session: session, state: session.rules)
  }

  /// One of them may act.
  mutating func granted(
    _ trigger: CustomerTrigger, in session: Session, at time: EventTime, _ effects: inout Effects
  ) {
    session.settleScores()
    let round = ActionRound(time: time, takenAt: takenAt ?? time, event: trigger.segment.cause, isPing: false)
    actions.evaluate(
      granted: trigger, round, session: session, state: &session.rules, output: &happened)
    noteReturns(&effects)
    write(session, to: &effects)
  }

  mutating func due(_ session: Session, at time: EventTime, _ effects: inout Effects) {
    let round = ActionRound(time: time, takenAt: takenAt ?? time, event: nil, isPing: false)
    actions.evaluate(dueUpTo: time, round, session: session, state: &session.rules, output: &happened)
    write(session, to: &effects)
  }

  private mutating func write(_ session: Session, to effects: inout Effects) {
    guard !happened.isEmpty else { return }
    writer.write(happened, session, encoder, to: &effects)
    happened.removeAll(keepingCapacity: true)
  }
}
