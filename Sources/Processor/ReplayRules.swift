internal import JourneyModel
internal import JourneyRules
internal import Sessionizer
internal import WireFormat

/// Rules on one lane of a replay: evaluates them after every event and keeps what fires as lines.
final class ReplayRules: SessionObserver {
  /// Derived events since they were last taken, one JSON object a line.
  struct Lines: Sendable {
    var segments: [UInt8] = []
    var outcomes: [UInt8] = []
    var assigned = 0
    var achieved = 0
  }

  private let evaluator: RuleEvaluator
  private let encoder: DerivedEventEncoder
  private var states: [SessionID: RuleState] = [:]
  private var fired: [Fired] = []
  private var lines = Lines()

  init(_ rules: CompiledRules) {
    evaluator = RuleEvaluator(rules: rules)
    encoder = DerivedEventEncoder(rules: rules)
  }

  func merged(_ later: Session, into survivor: Session) {
    guard let state = states.removeValue(forKey: later.id) else { return }
    states[survivor.id, default: RuleState()].merge(state, settings: evaluator.rules.settings)
  }

  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session) {
    var state = states.removeValue(forKey: session.id) ?? RuleState()
    fired.removeAll(keepingCapacity: true)
    evaluator.evaluate(event, of: batch, session: session, state: &state, output: &fired)
    if !state.isEmpty { states[session.id] = state }
    for fired in fired {
      switch fired.kind {
      case .segment:
        encoder.encode(fired, of: session, to: &lines.segments)
        lines.segments.append(0x0a)
        lines.assigned += 1
      case .outcome:
        encoder.encode(fired, of: session, to: &lines.outcomes)
        lines.outcomes.append(0x0a)
        lines.achieved += 1
      }
    }
  }

  /// Drops what is remembered of a session that no event can reach any more.
  func forget(_ session: Session) { states[session.id] = nil }

  /// Hands over what has fired since the last call.
  func take() -> Lines {
    defer { lines = Lines() }
    return lines
  }
}
