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
  }

  /// Ascending by their ids, which is their order in examples.
  private let predicted: [Predicted]
  private let outcomes: [PredictedOutcome]
  /// Where the models of these are; -1 for none. As many as there can be predictors.
  private var modelPlaces = InlineArray<16, Int8>(repeating: -1)
  private var hasModels = false
  /// What examples are made under.
  private let digest: UInt64
  private var models: ModelSet
  private let features = SessionFeatures()
  /// Sessions that the batch at hand has ended.
  var examples: ExampleCollection
  private var segments: [UInt32] = []
  private var changes = FeatureChanges()
  private var collector = TokenCollector()

  init(_ definitions: CompiledBundle, _ models: ModelSet) {
    outcomes = definitions.bundle.predictedOutcomes
    digest = outcomes.digest
    self.models = models
    examples = ExampleCollection(outcomes, digest: digest, models)
    predicted = outcomes.map { outcome in
      let place = definitions.rules.outcomes.firstIndex { $0.id == outcome.id }
      return Predicted(id: outcome.id, definition: place ?? -1)
    }
    score(under: models)
  }

  /// Scores by other models from the next event on.
  mutating func score(under models: ModelSet) {
    self.models = models
    examples.models = models
    for index in outcomes.indices { modelPlaces[index] = Int8(models.place(of: outcomes[index]) ?? -1) }
    hasModels = outcomes.indices.contains { modelPlaces[$0] >= 0 }
  }

  mutating func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, _ fired: inout [Fired],
    _ effects: inout Effects
  ) {
    let state = session.predictions ?? begin(session)
    features.take(
      event, of: batch, session: session, changed: state.isTold ? session.facts.unseenFields : .max,
      into: &state.features, noting: &changes)
    state.isTold = true
    session.facts.unseenFields = 0
    let isOpen = session.isOpen
    if isOpen {
      // Asked first: most sessions have none, and to look through them copies the state of rules.
      if session.rules.hasSegments || !segments.isEmpty { session.rules.noteSegments(in: &segments) }
      collector.follow(state, &changes, segments: segments)
    } else {
      state.isFollowed = false
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
    state.scorePlaces.begin(digest)
    var sums = OutcomeSums()
    if hasModels {
      sums = state.sums(under: models, following: collector.difference)
    } else {
      state.forgetSums()
    }
    guard !updateKnownScores(session, state, sums) else { return }
    findScores(session, state, sums)
    _ = updateKnownScores(session, state, sums)
  }

  /// - Returns: whether no score is still to be looked for.
  private func updateKnownScores(
    _ session: Session, _ state: PredictionState, _ sums: OutcomeSums
  ) -> Bool {
    models.scorer.update(
      &session.rules.scores, at: state.scorePlaces, sums, models: modelPlaces, count: predicted.count)
  }

  /// Looks up scores whose place is not known; appends those that a model gives now.
  private func findScores(_ session: Session, _ state: PredictionState, _ sums: OutcomeSums) {
    let hasNone = session.rules.scores.isEmpty
    if hasNone { session.rules.scores.reserve(predicted.count) }
    let hasOutcomes = session.rules.hasOutcomes
    // By index: docs/design/hot-path.md.
    for index in predicted.indices where state.scorePlaces.isOpen(index, hasModel: modelPlaces[index] >= 0) {
      if !hasNone, let place = session.rules.scores.place(of: predicted[index].id) {
        state.scorePlaces[index] = .known(place)
      } else if modelPlaces[index] < 0 {
        state.scorePlaces[index] = .none
      } else if hasOutcomes, session.rules.hasAchieved(predicted[index].id) {
        // Of an outcome that was achieved before there was a score of it there is none.
        state.scorePlaces[index] = .never
      } else {
        let prediction = models.scorer.prediction(Int(modelPlaces[index]), sums)
        let place = session.rules.scores.append(
          predicted[index].id, probability: prediction.probability, quantile: prediction.quantile)
        if let place { state.scorePlaces[index] = .known(place) }
      }
    }
  }
}
