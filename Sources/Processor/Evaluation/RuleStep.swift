internal import JourneyModel
internal import JourneyRules
internal import Sessionizer
internal import WireFormat

/// Segments and outcomes.
struct RuleStep: Evaluator {
  private let rules: RuleEvaluator
  private let encoder: DerivedEventEncoder
  private let writer: DerivedEventWriter

  init(_ definitions: CompiledBundle, writer: DerivedEventWriter) {
    rules = RuleEvaluator(rules: definitions.rules)
    encoder = DerivedEventEncoder(rules: definitions.rules)
    self.writer = writer
  }

  func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, _ fired: inout [Fired],
    _ effects: inout Effects
  ) {
    rules.evaluate(event, of: batch, session: session, state: &session.rules, output: &fired)
    if !fired.isEmpty { writer.write(fired, batch.text(event.id), session, encoder, to: &effects) }
  }

  /// Segments expire by themselves: `LaneEvaluation.unassigned`.
  func due(_ session: Session, at time: EventTime, _ effects: inout Effects) {}
}
