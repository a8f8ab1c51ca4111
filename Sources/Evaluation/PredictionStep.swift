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
  private var plan: ScoringPlan
  /// Whether nobody asks for the scores of each event, and it is enough to know the newest and the highest.
  private let postpones: Bool
  private let features = SessionFeatures()
  /// Sessions that the batch at hand has ended.
  var examples: ExampleCollection
  private var segments: [UInt32] = []
  private var changes = FeatureChanges()
  private var collector = TokenCollector()

  init(_ definitions: CompiledBundle, _ models: ModelSet) {
    outcomes = definitions.bundle.predictedOutcomes
    plan = ScoringPlan(outcomes, models)
    postpones = !definitions.rules.asksScores
    examples = ExampleCollection(outcomes, digest: plan.predictors, models)
    predicted = outcomes.map { outcome in
      let place = definitions.rules.outcomes.firstIndex { $0.id == outcome.id }
      return Predicted(id: outcome.id, definition: place ?? -1)
    }
  }

  /// Scores by other models from the next event on.
  mutating func score(under models: ModelSet) {
    plan = ScoringPlan(outcomes, models)
    examples.models = models
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
      session.settleScores()
      session.rules.scores.achieve(predicted[place].id)
    }
    if isOpen { score(session, state) }
  }

  /// Timers change nothing that is predicted.
  func due(_ session: Session, at time: EventTime, _ effects: inout Effects) {}

  private func begin(_ session: Session) -> PredictionState {
    let state = PredictionState()
    // What was not seen from the beginning cannot be learned from.
    if session.eventCount == 1, plan.models.draws(session.id.low) {
      state.draft = ExampleDraft(predictors: plan.predictors, count: outcomes.count)
    }
    state.reserve()
    session.predictions = state
    return state
  }

  /// Scores the tokens that were collected.
  private func score(_ session: Session, _ state: PredictionState) {
    if postpones, state.postpone(under: plan, following: collector.difference) { return }
    // What was left under another plan, whose places these are.
    session.settleScores()
    // What was predicted before and is no more says nothing of this event, and triggers nothing.
    if !state.isScored(under: plan) { session.rules.scores.lapse(allBut: predicted.map(\.id)) }
    state.scorePlaces.begin(plan.predictors)
    var sums = OutcomeSums()
    if plan.hasModels {
      sums = state.sums(under: plan.models, following: collector.difference)
    } else {
      state.forgetSums()
    }
    var areKnown = plan.update(&session.rules.scores, at: state.scorePlaces, sums, highest: sums)
    if !areKnown {
      findScores(session, state, sums)
      areKnown = plan.update(&session.rules.scores, at: state.scorePlaces, sums, highest: sums)
    }
    state.note(scoredUnder: areKnown && plan.hasModels ? plan : nil)
  }

  /// Looks up scores whose place is not known; appends those that a model gives now.
  private func findScores(_ session: Session, _ state: PredictionState, _ sums: OutcomeSums) {
    let hasNone = session.rules.scores.isEmpty
    if hasNone { session.rules.scores.reserve(predicted.count) }
    // Asked once: to lend the state of rules for a question copies it.
    let achieved = session.rules.hasOutcomes ? session.rules.achievedOutcomes : []
    // By index: docs/design/hot-path.md.
    for index in predicted.indices {
      let model = plan.place(of: index)
      guard state.scorePlaces.isOpen(index, hasModel: model != nil) else { continue }
      if !hasNone, let place = session.rules.scores.place(of: predicted[index].id) {
        state.scorePlaces[index] = .known(place)
      } else if model == nil {
        state.scorePlaces[index] = .none
      } else if achieved.contains(predicted[index].id) {
        // Of an outcome that was achieved before there was a score of it there is none.
        state.scorePlaces[index] = .never
      } else if let model {
        let prediction = plan.models.scorer.prediction(model, sums)
        let place = session.rules.scores.append(
          predicted[index].id, probability: prediction.probability, quantile: prediction.quantile)
        if let place { state.scorePlaces[index] = .known(place) }
      }
    }
  }
}
