internal import JourneyModel
internal import JourneyRules
internal import Sessionizer
internal import WireFormat

/// Evaluates the definitions in force after every event of a lane.
///
/// What lasts is kept in each session; here are the definitions in force and those who evaluate them.
final class LaneEvaluation: SessionEvaluation {
  /// The definitions in force; `nil` for none.
  private(set) var definitions: CompiledBundle?
  /// What the events since `begin` gave.
  var counts: DerivedCounts { writer.counts }
  /// Who looks on, if it wants to see events.
  var observer: (any LaneObserver)?
  private var evaluators: Evaluators?
  private let writer: DerivedEventWriter
  /// Whether triggers age: offline, the question is what they would have been when the events came.
  private let isLive: Bool

  init(lane: Int32, group: String, isLive: Bool) {
    self.isLive = isLive
    writer = DerivedEventWriter(lane: lane, group: group)
  }

  /// Starts a batch, or goes on with it, under these definitions.
  ///
  /// - Parameter snapshots: writes what flows ask of a session, by the types that the definitions put in
  ///   force.
  func begin(_ definitions: CompiledBundle?, takenAt: EventTime, _ snapshots: SnapshotEncoder) {
    writer.counts = DerivedCounts()
    if definitions !== self.definitions {
      self.definitions = definitions
      evaluators = definitions.map { Evaluators($0, snapshots, writer: writer) }
    }
    evaluators?.actions.takenAt = isLive ? takenAt : nil
  }

  /// Whether events have to be shown to it.
  var isNeeded: Bool { observer != nil || definitions.map { !$0.isEmpty } ?? false }

  var maxRecalledActions: Int? { evaluators?.maxRecalledActions }

  func applied(
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

  func unassigned(
    _ assignments: [RuleState.Assignment], of session: Session, at time: EventTime, effects: inout Effects
  ) {
    // Also without definitions: what was assigned under others expires.
    if tellsObserver(session) { writer.write(unassigned: assignments, session, at: time, to: &effects) }
  }

  func due(_ session: Session, at time: EventTime, effects: inout Effects) {
    if tellsObserver(session) { evaluators?.due(session, at: time, &effects) }
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
}

/// Who evaluates the definitions of one bundle, and in which order. One object: docs/design/hot-path.md.
final class Evaluators {
  private var rules: RuleStep
  fileprivate(set) var actions: ActionStep
  /// See `SessionEvaluation`.
  let maxRecalledActions: Int?
  private var fired: [Fired] = []

  init(_ definitions: CompiledBundle, _ snapshots: SnapshotEncoder, writer: DerivedEventWriter) {
    rules = RuleStep(definitions, writer: writer)
    actions = ActionStep(definitions, snapshots, writer: writer)
    maxRecalledActions = definitions.rules.awaitsReturn ? definitions.rules.settings.maxActions : nil
  }

  func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, _ effects: inout Effects
  ) {
    // Asked first: emptying an empty array is no small thing.
    if !fired.isEmpty { fired.removeAll(keepingCapacity: true) }
    // Actions are triggered by what rules find.
    rules.applied(event, of: batch, to: session, &fired, &effects)
    actions.applied(event, of: batch, to: session, &fired, &effects)
  }

  func due(_ session: Session, at time: EventTime, _ effects: inout Effects) {
    rules.due(session, at: time, &effects)
    actions.due(session, at: time, &effects)
  }
}
