package import JourneyModel
package import JourneyRules
package import Predictions
package import Sessionizer
package import WireFormat

/// Who sees what is evaluated, and may have it left out: docs of `LaneObserver`.
package protocol EvaluationObserver: AnyObject {
  /// Whether rules are evaluated for a session; asked before `applied` and `fired`.
  func evaluates(_ session: Session) -> Bool

  /// An event has been folded into a session whose rules are evaluated, and they have been.
  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session)

  /// Timers of a session whose rules are evaluated have fired.
  func fired(_ session: Session)
}

/// Evaluates the definitions in force after every event of a lane.
///
/// What lasts is kept in each session; here are the definitions in force and those who evaluate them.
package final class LaneEvaluation: SessionEvaluation {
  /// The definitions in force; `nil` for none.
  private var definitions: CompiledBundle?
  /// The models in force.
  private var models = ModelSet.empty
  /// What the events since `begin` gave.
  package var counts: DerivedCounts { writer.counts }
  /// Who looks on, if it wants to see events.
  package var observer: (any EvaluationObserver)?
  private var evaluators: Evaluators?
  private let writer: DerivedEventWriter
  /// Whether triggers age: offline, the question is what they would have been when the events came.
  private let isLive: Bool

  package init(lane: LaneNumber, group: String, isLive: Bool) {
    self.isLive = isLive
    writer = DerivedEventWriter(lane: lane, group: group)
  }

  /// Starts a batch, or goes on with it, under these definitions and models.
  ///
  /// - Parameter snapshots: writes what flows ask of a session, by the types that the definitions put in
  ///   force.
  package func begin(
    _ definitions: CompiledBundle?, _ models: ModelSet, takenAt: EventTime, _ snapshots: SnapshotEncoder
  ) {
    writer.counts = DerivedCounts()
    if definitions !== self.definitions {
      self.definitions = definitions
      evaluators = definitions.map { Evaluators($0, models, snapshots, writer: writer) }
    } else if models !== self.models {
      evaluators?.predictions?.score(under: models)
    }
    self.models = models
    evaluators?.actions.takenAt = isLive ? takenAt : nil
  }

  /// Takes what is learned from a session that is over.
  package func collect(_ session: Session) { evaluators?.predictions?.examples.take(session) }

  /// What was collected since the last call.
  package func takeExamples() -> [ExampleRecord] { evaluators?.predictions?.examples.takeRecords() ?? [] }

  /// Whether events have to be shown to it.
  package var isNeeded: Bool { observer != nil || definitions.map { !$0.isEmpty } ?? false }

  package var maxRecalledActions: Int? { evaluators?.maxRecalledActions }

  package func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, effects: inout Effects
  ) {
    guard let observer else {
      evaluators?.applied(event, of: batch, to: session, &effects)
      return
    }
    guard observer.evaluates(session) else { return }
    evaluators?.applied(event, of: batch, to: session, &effects)
    observer.applied(event, of: batch, to: session)
  }

  package func unassigned(
    _ assignments: [RuleState.Assignment], of session: Session, at time: EventTime, effects: inout Effects
  ) {
    // Also without definitions: what was assigned under others expires.
    if tellsObserver(session) { writer.write(unassigned: assignments, session, at: time, to: &effects) }
  }

  package func due(_ session: Session, at time: EventTime, effects: inout Effects) {
    if tellsObserver(session) { evaluators?.due(session, at: time, &effects) }
  }

  /// The maps that segments of a session's customer trigger, also where nobody looks on: what is granted to
  /// one session is not granted to another.
  package func triggers(
    of segments: [CustomerSegment], in session: Session, at time: EventTime
  ) -> [CustomerTrigger] {
    evaluators?.actions.triggers(of: segments, in: session, at: time) ?? []
  }

  /// A map may act that a segment of the customer triggers.
  package func granted(
    _ trigger: CustomerTrigger, in session: Session, at time: EventTime, effects: inout Effects
  ) {
    if tellsObserver(session) { evaluators?.actions.granted(trigger, in: session, at: time, &effects) }
  }

  /// Tells who looks on that timers of a session have fired, or a map was granted something.
  ///
  /// - Returns: whether its rules are evaluated.
  private func tellsObserver(_ session: Session) -> Bool {
    guard let observer else { return true }
    guard observer.evaluates(session) else { return false }
    observer.fired(session)
    return true
  }
}

/// Who evaluates the definitions of one bundle, and in which order. One object: docs/design/hot-path.md.
final class Evaluators {
  private var rules: RuleStep
  /// `nil` where nothing is predicted.
  fileprivate var predictions: PredictionStep?
  fileprivate(set) var actions: ActionStep
  /// See `SessionEvaluation`.
  let maxRecalledActions: Int?
  private var fired: [Fired] = []

  init(
    _ definitions: CompiledBundle, _ models: ModelSet, _ snapshots: SnapshotEncoder,
    writer: DerivedEventWriter
  ) {
    rules = RuleStep(definitions, writer: writer)
    predictions = definitions.predicts ? PredictionStep(definitions, models) : nil
    actions = ActionStep(definitions, snapshots, writer: writer)
    maxRecalledActions = definitions.rules.awaitsReturn ? definitions.rules.settings.maxActions : nil
  }

  func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, _ effects: inout Effects
  ) {
    // Asked first: emptying an empty array is no small thing.
    if !fired.isEmpty { fired.removeAll(keepingCapacity: true) }
    // Actions are triggered by what rules find and by what is predicted, and that depends on what rules find.
    rules.applied(event, of: batch, to: session, &fired, &effects)
    if predictions != nil {
      predictions?.applied(event, of: batch, to: session, &fired, &effects)
    } else if !session.rules.scores.isEmpty, session.isOpen {
      // It was predicted under definitions of before.
      session.settleScores()
      session.rules.scores.lapse(allBut: [])
    }
    actions.applied(event, of: batch, to: session, &fired, &effects)
  }

  func due(_ session: Session, at time: EventTime, _ effects: inout Effects) {
    rules.due(session, at: time, &effects)
    actions.due(session, at: time, &effects)
  }
}
