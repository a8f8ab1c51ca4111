internal import JourneyModel
internal import JourneyRules
internal import Predictions
internal import Sessionizer

/// Predictions: takes what an event has changed, and scores the outcomes that are not achieved yet.
///
/// Every event of a session that is open is scored, also a late one; timers are not.
struct PredictionStep: Evaluator {
  /// An outcome that is predicted.
  private struct Predicted {
    var id: String
    /// Its place in `CompiledRules.outcomes`.
    var definition: Int
    /// Where its model is; `nil` for none.
    var model: Int?
  }

  /// Ascending by their ids, which is their order in examples.
  private var predicted: [Predicted]
  private let outcomes: [PredictedOutcome]
  /// What examples are made under.
  private let digest: UInt64
  private var models: ModelSet
  private let features = SessionFeatures()
  /// Sessions that the batch at hand has ended.
  var examples: ExampleCollection
  private var segments: [UInt32] = []
  private var collector = TokenCollector()

  init(_ definitions: CompiledBundle, _ models: ModelSet) {
    outcomes = definitions.bundle.predictedOutcomes
    digest = outcomes.digest
    self.models = models
    examples = ExampleCollection(outcomes, digest: digest, models)
    predicted = outcomes.map { outcome in
      let place = definitions.rules.outcomes.firstIndex { $0.id == outcome.id }
      return Predicted(id: outcome.id, definition: place ?? -1, model: nil)
    }
    score(under: models)
  }

  /// Scores by other models from the next event on.
  mutating func score(under models: ModelSet) {
    self.models = models
    examples.models = models
    for index in outcomes.indices { predicted[index].model = models.place(of: outcomes[index]) }
  }

  mutating func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, _ fired: inout [Fired],
    _ effects: inout Effects
  ) {
    let state = session.predictions ?? begin(session)
    features.take(
      event, of: batch, session: session, changed: state.isTold ? session.facts.unseenFields : .max,
      into: &state.features)
    state.isTold = true
    session.facts.unseenFields = 0
    let isOpen = session.isOpen
    if isOpen {
      // Asked first: most sessions have none, and to look through them copies the state of rules.
      if session.rules.hasSegments || !segments.isEmpty { session.rules.noteSegments(in: &segments) }
      collector.collect(state, segments: segments)
      state.draft?.take(collector.tokens)
    }
    for index in fired.indices where fired[index].kind == .outcome {
      guard let place = predicted.firstIndex(where: { $0.definition == fired[index].definition }) else {
        continue
      }
      state.draft?.achieve(place, isTaken: isOpen)
      session.rules.scores.achieve(predicted[place].id)
    }
    if isOpen { score(session, state) }
  }

  /// Timers change nothing that is predicted.
  func due(_ session: Session, at time: EventTime, _ effects: inout Effects) {}

  private func begin(_ session: Session) -> PredictionState {
    let state = PredictionState()
    // What was not seen from the beginning cannot be learned from.
    if session.eventCount == 1, models.draws(session.id.low) {
      state.draft = ExampleDraft(predictors: digest, count: outcomes.count)
    }
    session.predictions = state
    return state
  }

  /// Scores the tokens that were collected.
  private func score(_ session: Session, _ state: PredictionState) {
    let scorer = models.scorer
    let sums = scorer.sums(collector.tokens)
    state.scorePlaces.begin(digest)
    if session.rules.scores.isEmpty { session.rules.scores.reserve(predicted.count) }
    for index in predicted.indices {
      let place = place(of: index, session, state)
      guard let model = predicted[index].model else {
        if let place { session.rules.scores.lapse(at: place) }
        continue
      }
      let prediction = scorer.prediction(model, sums)
      if let place {
        session.rules.scores.update(
          at: place, probability: prediction.probability, quantile: prediction.quantile)
      } else if session.rules.hasAchieved(predicted[index].id) {
        // Of an outcome that was achieved before there was a score of it there is none.
        state.scorePlaces[index] = .never
      } else {
        session.rules.scores.take(
          predicted[index].id, probability: prediction.probability, quantile: prediction.quantile)
      }
    }
  }

  /// Where the score of an outcome is; `nil` if it has none.
  private func place(of outcome: Int, _ session: Session, _ state: PredictionState) -> Int? {
    switch state.scorePlaces[outcome] {
    case .known(let place): return place
    case .never: return nil
    case .unknown:
      let place = session.rules.scores.place(of: predicted[outcome].id)
      if let place { state.scorePlaces[outcome] = .known(place) }
      return place
    }
  }
}
