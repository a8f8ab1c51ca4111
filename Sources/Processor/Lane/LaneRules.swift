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
  /// What the events since `begin` gave.
  private(set) var counts = DerivedCounts()
  private var evaluation: Evaluation?
  private let headers: DerivedEventHeaders
  /// Whether triggers age: offline, the question is what they would have been when the events came.
  private let isLive: Bool
  private var takenAt = EventTime(milliseconds: 0)
  private var fired: [Fired] = []
  private var happened: [ActionEvent] = []
  private var pending = PendingDerivedEvents()
  private let heads = DerivedEventHeads()
  /// Who looks on, if it wants to see events.
  var observer: (any LaneObserver)?

  /// What evaluates and encodes under one bundle. One object: docs/design/hot-path.md.
  private final class Evaluation {
    let rules: RuleEvaluator
    let encoder: DerivedEventEncoder
    let actions: ActionEvaluator
    let actionEncoder: ActionEventEncoder
    let awaitsReturn: Bool

    init(_ definitions: CompiledBundle, _ snapshots: SnapshotEncoder) {
      rules = RuleEvaluator(rules: definitions.rules)
      encoder = DerivedEventEncoder(rules: definitions.rules)
      actions = ActionEvaluator(actions: definitions.actions, rules: definitions.rules)
      actionEncoder = ActionEventEncoder(definitions: definitions, snapshots: snapshots)
      awaitsReturn = definitions.rules.awaitsReturn
    }

    func evaluate(
      _ event: borrowing Event, _ batch: borrowing EventBatch, _ session: Session, _ fired: inout [Fired]
    ) {
      rules.evaluate(event, of: batch, session: session, state: &session.rules, output: &fired)
    }
  }

  init(
    lane: Int32, group: String, sessionizer: Sessionizer, isLive: Bool
  ) {
    self.sessionizer = sessionizer
    self.isLive = isLive
    headers = DerivedEventHeaders(group: group, lane: lane)
  }

  /// Starts a batch, or goes on with it, under these definitions.
  ///
  /// - Parameter snapshots: writes what flows ask of a session, by the types that the definitions put in force.
  func begin(_ definitions: CompiledBundle?, takenAt: EventTime, _ snapshots: SnapshotEncoder) {
    self.takenAt = takenAt
    counts = DerivedCounts()
    guard definitions !== self.definitions else { return }
    self.definitions = definitions
    evaluation = definitions.map { Evaluation($0, snapshots) }
  }

  /// Whether events have to be shown to it.
  var isEvaluating: Bool { definitions.map { !$0.isEmpty } ?? false }

  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session) {
    guard let observer else { return evaluate(event, batch, session) }
    guard observer.evaluates(session) else { return }
    evaluate(event, batch, session)
    observer.applied(event, of: batch, to: session)
  }

  private func evaluate(_ event: borrowing Event, _ batch: borrowing EventBatch, _ session: Session) {
    guard let evaluation else { return }
    if evaluation.awaitsReturn, session.eventCount == 1 {
      session.rules.adopt(
        sessionizer.recall(for: session, at: event.time), at: event.time,
        limit: evaluation.rules.rules.settings.maxActions)
    }
    // Asked first: emptying an empty array is no small thing.
    if !fired.isEmpty { fired.removeAll(keepingCapacity: true) }
    evaluation.evaluate(event, batch, session, &fired)
    if !fired.isEmpty { tellFired(batch.text(event.id), session, evaluation.encoder) }
    if session.rules.concernsActions || !fired.isEmpty { takeUpActions(event, batch, session, evaluation) }
  }

  /// Encodes what fired.
  private func tellFired(_ event: String, _ session: Session, _ encoder: DerivedEventEncoder) {
    session.hasMilestone = true
    for index in fired.indices {
      let topic: OutputTopic
      switch fired[index].kind {
      case .segment:
        counts.assigned += 1
        topic = .segments
      case .outcome:
        counts.achieved += 1
        topic = .outcomes
      case .actionMap: continue
      }
      pending.append(topic, session, fired[index].time, headers) {
        encoder.encode(fired[index], of: session, event: event, heads: heads, to: &$0)
      }
    }
  }

  private func takeUpActions(
    _ event: borrowing Event, _ batch: borrowing EventBatch, _ session: Session, _ evaluation: Evaluation
  ) {
    let report = session.rules.hasActions ? ActionReport(event, of: batch) : nil
    let isOpening = session.eventCount == 1
    if report == nil {
      let hasOccasion = evaluation.actions.hasOccasion(
        fired, isPing: event.isView, isOpening: isOpening, state: &session.rules)
      guard hasOccasion else { return }
    }
    let round = ActionRound(
      time: event.time, takenAt: isLive ? takenAt : event.time, event: batch.text(event.id),
      isPing: event.isView, isOpening: isOpening, report: report)
    evaluation.actions.evaluate(
      fired, round, session: session, state: &session.rules, output: &happened)
    for event in happened where event.action.awaits != .nothing {
      if case .qualified = event.happening { sessionizer.remember(event.action, of: session) }
    }
    tell(session)
  }

  func unassigned(_ assignments: [RuleState.Assignment], of session: Session, at time: EventTime) {
    guard tellsObserver(session) else { return }
    for assignment in assignments where assignment.kind == .segment {
      counts.unassigned += 1
      pending.append(.segments, session, time, headers) {
        DerivedEventEncoder.encode(unassigned: assignment, of: session, at: time, heads: heads, to: &$0)
      }
    }
  }

  func due(_ session: Session, at time: EventTime) {
    guard tellsObserver(session) else { return }
    guard let actions = evaluation?.actions else { return }
    let round = ActionRound(time: time, takenAt: isLive ? takenAt : time, event: nil, isPing: false)
    actions.evaluate(dueUpTo: time, round, session: session, state: &session.rules, output: &happened)
    tell(session)
  }

  /// Tells who looks on that timers of a session have fired.
  ///
  /// - Returns: whether its rules are evaluated.
  private func tellsObserver(_ session: Session) -> Bool {
    guard let observer else { return true }
    guard observer.evaluates(session) else { return false }
    observer.fired(session)
    return true
  }

  /// Encodes what happened to actions.
  private func tell(_ session: Session) {
    guard !happened.isEmpty, let encoder = evaluation?.actionEncoder else { return }
    session.hasMilestone = true
    for index in happened.indices {
      counts.count(happened[index].happening)
      pending.append(.actions, session, happened[index].time, headers) {
        encoder.encode(happened[index], of: session, heads: heads, to: &$0)
      }
    }
    happened.removeAll(keepingCapacity: true)
  }

  /// Hands over what the batch gave, in the order in which it came about.
  func write(to records: inout OutputBatch, _ topics: TopicNames, lane: Int32) {
    pending.write(to: &records, topics, lane: lane)
  }
}
