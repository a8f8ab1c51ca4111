internal import JourneyModel
internal import JourneyRules
internal import Predictions
internal import Sessionizer

/// What each event has moved of the prediction of one outcome in one session.
struct ScoredEvents {
  /// Most events that are kept, the newest; the others are counted.
  static let maxMoves = 500

  /// What the newest event that was scored came to.
  private struct Newest {
    var contributions: Contributions
    var quantile: Int32
    var model: ModelHash
  }

  private let names = FeatureNames()
  /// What was there before the event at hand.
  private var earlier = FeatureState()
  private var earlierSegments: [UInt32] = []
  private var newest: Newest?
  private var moves: [Explanation.Prediction.Move] = []
  private var omitted = 0
  /// The name of the model that was used last: it is a digest of all its bytes.
  private var named: (models: ModelSet, place: Int, hash: ModelHash)?

  /// What is known of the prediction; `nil` if no event was scored.
  var prediction: Explanation.Prediction? {
    newest.map { newest in
      Explanation.Prediction(
        model: newest.model, score: .init(newest.contributions.sum), quantile: newest.quantile,
        bias: newest.contributions.bias, rows: rows(newest.contributions.rows), moves: moves,
        omittedMoves: omitted)
    }
  }

  /// Takes an event that was evaluated.
  mutating func take(
    _ event: borrowing Event, of batch: borrowing EventBatch, moment: Hits.Moment, session: Session,
    outcome: PredictedOutcome, models: ModelSet
  ) {
    guard let state = session.predictions?.features else { return }
    names.take(event, of: batch, session: session, rules: session.rules)
    var segments: [UInt32] = []
    session.rules.noteSegments(in: &segments)
    defer { (earlier, earlierSegments) = (state, segments) }
    // With the event that achieves the outcome its score stays what it was, and no event after it is scored.
    guard session.isOpen, session.rules.scores[outcome.id]?.state == .current,
      let place = models.place(of: outcome)
    else { return }
    let scorer = models.scorer
    let before = Predictions.Explanation(scorer, outcome: place, of: earlier, segments: earlierSegments)
    let after = Predictions.Explanation(scorer, outcome: place, of: state, segments: segments)
    let model = name(of: place, in: models)
    newest = Newest(
      contributions: Contributions(after), quantile: scorer.quantile(of: after.sum, place), model: model)
    moves.append(
      Explanation.Prediction.Move(
        moment: moment, name: batch.text(event.name), before: .init(before.sum), after: .init(after.sum),
        rows: rows(Contributions.rows(of: after.changes(since: before))), model: model))
    trim()
  }

  /// Takes over what a session had that was merged into this one.
  mutating func take(_ other: ScoredEvents) {
    names.merge(other.names)
    let isOwn = (moves.last?.moment.sequence ?? 0) >= (other.moves.last?.moment.sequence ?? 0)
    newest = isOwn ? newest ?? other.newest : other.newest ?? newest
    moves = (moves + other.moves).sorted { $0.moment.sequence < $1.moment.sequence }
    omitted += other.omitted
    trim()
  }

  private mutating func name(of place: Int, in models: ModelSet) -> ModelHash {
    if let named, named.models === models, named.place == place { return named.hash }
    let hash = models.scorer.table.models[place].hash
    named = (models, place, hash)
    return hash
  }

  private mutating func trim() {
    let gone = max(moves.count - ScoredEvents.maxMoves, 0)
    omitted += gone
    moves.removeFirst(gone)
  }

  private func rows(_ rows: [Contributions.Row]) -> [Explanation.Prediction.Row] {
    rows.map { .init(text: names.words(for: $0.subject), family: $0.subject.family, weight: $0.weight) }
  }
}

extension Explanation.Prediction.Score {
  init(_ sum: Int32) {
    self.init(sum: sum, probability: Probability.millionths[Probability.index(of: sum)])
  }
}
