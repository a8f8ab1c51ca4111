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
    // A map that has conditions on predictions besides is news only once it qualifies.
    guard !fired.isEmpty, fired.contains(where: { !rules.rules.awaitsPrediction($0) }) else { return }
    writer.write(fired, batch.text(event.id), session, encoder, to: &effects)
  }

  /// Segments expire by themselves: `LaneEvaluation.unassigned`.
  func due(_ session: Session, at time: EventTime, _ effects: inout Effects) {}
}
