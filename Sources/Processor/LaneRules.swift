internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import Sessionizer
internal import WireFormat

/// Rules on one lane: evaluates the definitions in force after every event, and encodes what they give as derived events.
///
/// What lasts stands in each session; here are the definitions in force and what the batch at hand has given so far.
final class LaneRules: SessionObserver {
  /// The lane's sessions: what customers are remembered by stands there.
  private unowned let sessionizer: Sessionizer
  /// The definitions in force; `nil` for none.
  private(set) var definitions: CompiledBundle?
  /// What the newest batch gave.
  private(set) var counts = DerivedCounts()
  private var evaluator: RuleEvaluator?
  private var encoder: DerivedEventEncoder?
  private var actions: ActionEvaluator?
  private var actionEncoder: ActionEventEncoder?
  private let snapshots: SnapshotEncoder
  private let headers: DerivedEventHeaders
  /// Whether triggers age: offline, the question is what they would have been when the events came.
  private let isLive: Bool
  private var takenAt = EventTime(milliseconds: 0)
  private var fired: [Fired] = []
  private var happened: [ActionEvent] = []
  private var pending = PendingDerivedEvents()

  init(
    lane: Int32, group: String, snapshots: SnapshotEncoder, sessionizer: Sessionizer, isLive: Bool
  ) {
    self.sessionizer = sessionizer

    self.isLive = isLive
    self.snapshots = snapshots
    headers = DerivedEventHeaders(group: group, lane: lane)
  }

  /// Starts a batch under these definitions.
  func begin(_ definitions: CompiledBundle?, takenAt: EventTime) {
    self.takenAt = takenAt
    counts = DerivedCounts()
    guard definitions !== self.definitions else { return }
    self.definitions = definitions
    evaluator = definitions.map { RuleEvaluator(rules: $0.rules) }
    encoder = definitions.map { DerivedEventEncoder(rules: $0.rules) }
    actions = definitions.map { ActionEvaluator(actions: $0.actions, rules: $0.rules) }
    actionEncoder = definitions.map { ActionEventEncoder(definitions: $0, snapshots: snapshots) }
  }

  /// Whether events have to be shown to it.
  var isEvaluating: Bool { definitions.map { !$0.isEmpty } ?? false }

  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session) {
    guard let evaluator, let encoder else { return }
    if evaluator.rules.awaitsReturn, session.eventCount == 1 {
      session.rules.adopt(
        sessionizer.recall(for: session, at: event.time), at: event.time,
        limit: evaluator.rules.settings.maxActions)
    }
    fired.removeAll(keepingCapacity: true)
    evaluator.evaluate(event, of: batch, session: session, state: &session.rules, output: &fired)
    if !fired.isEmpty {
      session.hasMilestone = true
      let id = batch.text(event.id)
      for item in fired {
        switch item.kind {
        case .segment:
          counts.assigned += 1
          pending.append(.segments, session, item.time, headers) {
            encoder.encode(item, of: session, event: id, to: &$0)
          }
        case .outcome:
          counts.achieved += 1
          pending.append(.outcomes, session, item.time, headers) {
            encoder.encode(item, of: session, event: id, to: &$0)
          }
        case .actionMap: break
        }
      }
    }
    takeUpActions(event, batch, session)
  }

  private func takeUpActions(
    _ event: borrowing Event, _ batch: borrowing EventBatch, _ session: Session
  ) {
    guard let actions,
      session.rules.concernsActions || fired.contains(where: { $0.kind == .actionMap })
    else { return }
    let report = session.rules.actions.isEmpty ? nil : ActionReport(event, of: batch)
    let round = ActionRound(
      time: event.time, takenAt: isLive ? takenAt : event.time, event: batch.text(event.id),
      isPing: event.isView,
      isOpening: session.eventCount == 1, report: report)
    actions.evaluate(fired, round, session: session, state: &session.rules, output: &happened)
    for event in happened where event.action.awaits != .nothing {
      if case .qualified = event.happening { sessionizer.remember(event.action, of: session) }
    }
    tell(session)
  }

  func unassigned(_ assignments: [RuleState.Assignment], of session: Session, at time: EventTime) {
    for assignment in assignments where assignment.kind == .segment {
      counts.unassigned += 1
      pending.append(.segments, session, time, headers) {
        DerivedEventEncoder.encode(unassigned: assignment, of: session, at: time, to: &$0)
      }
    }
  }

  func due(_ session: Session, at time: EventTime) {
    guard let actions else { return }
    let round = ActionRound(time: time, takenAt: isLive ? takenAt : time, event: nil, isPing: false)
    actions.evaluate(dueUpTo: time, round, session: session, state: &session.rules, output: &happened)
    tell(session)
  }

  /// Encodes what happened to actions.
  private func tell(_ session: Session) {
    guard !happened.isEmpty, let actionEncoder else { return }
    session.hasMilestone = true
    for event in happened {
      counts.count(event.happening)
      pending.append(.actions, session, event.time, headers) {
        actionEncoder.encode(event, of: session, to: &$0)
      }
    }
    happened.removeAll(keepingCapacity: true)
  }

  /// Hands over what the batch gave, in the order in which it came about.
  func write(to records: inout OutputBatch, _ topics: TopicNames, lane: Int32) {
    pending.write(to: &records, topics, lane: lane)
  }
}
