internal import JourneyModel
internal import JourneyRules
internal import Predictions
internal import Sessionizer

/// What each event has moved of the prediction of one outcome in one session.
struct ScoredEvents {
  /// Most events that are kept, the newest; the others are counted.
  static let maxMoves = 500

  private(set) var prediction: Explanation.Prediction?
  private let names = FeatureNames()
  /// What was there before the event at hand.
  private var earlier = FeatureState()
  private var earlierSegments: [UInt32] = []

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
    let model = scorer.table.models[place].hash
    let move = Explanation.Prediction.Move(
      moment: moment, name: batch.text(event.name), before: .init(before.sum), after: .init(after.sum),
      rows: rows(Contributions.rows(of: after.changes(since: before))), model: model)
    let contributions = Contributions(after)
    var moves = prediction?.moves ?? []
    var omitted = prediction?.omittedMoves ?? 0
    moves.append(move)
    omitted += ScoredEvents.trim(&moves)
    prediction = Explanation.Prediction(
      model: model, score: .init(contributions.sum), quantile: scorer.quantile(of: contributions.sum, place),
      bias: contributions.bias, rows: rows(contributions.rows), moves: moves, omittedMoves: omitted)
  }

  /// Takes over what a session had that was merged into this one.
  mutating func take(_ other: ScoredEvents) {
    names.merge(other.names)
    guard let others = other.prediction else { return }
    guard var own = prediction else {
      prediction = others
      return
    }
    var moves = (own.moves + others.moves).sorted { $0.moment.sequence < $1.moment.sequence }
    own.omittedMoves += others.omittedMoves + ScoredEvents.trim(&moves)
    own.moves = moves
    prediction = own
  }

  /// - Returns: how many are gone.
  private static func trim(_ moves: inout [Explanation.Prediction.Move]) -> Int {
    let gone = max(moves.count - maxMoves, 0)
    moves.removeFirst(gone)
    return gone
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
