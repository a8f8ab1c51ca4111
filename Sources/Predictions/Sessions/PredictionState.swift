package import JourneyRules

/// What a session keeps so that its outcomes can be predicted and learned from: there only where something is
/// predicted.
///
/// A class, since most sessions have none. It belongs to one session.
package final class PredictionState {
  package var features: FeatureState
  /// What the session will be learned from as; `nil` if it will not.
  package var draft: ExampleDraft?
  /// Whether the features have been told all that the session knew when it had its newest event. Not stored.
  package var isTold = false
  /// Where the scores of what is predicted are. Not stored.
  package var scorePlaces = ScorePlaces()
  /// The session's tokens after the newest event that was scored, ascending, each once. Stored as far as the
  /// draft has them.
  package internal(set) var tokens: [Token] = []
  /// Whether these are the tokens of the features as they are, each of one feature only: then an event takes
  /// away and adds what it changes. Not stored.
  package var isFollowed = false
  /// Segments that have a token among them. Not stored.
  private var segments: [UInt32] = []
  /// The sums for these tokens, and of which models. Not stored.
  private var sums = OutcomeSums()
  private var models: DefinitionHash?
  /// By what the newest event was scored; `nil` where not all scores had their places then. Not stored. The
  /// name alone: a session that waits for its next event for weeks must not keep old models.
  private var scoredUnder: ScoringPlan.Name?
  /// By what events are to be scored that no score tells of yet; `nil` where there are none. Not stored.
  private var pending: ScoringPlan?
  /// The highest sums of these events; the newest are `sums`. Not stored.
  private var highest = OutcomeSums()

  package init(features: FeatureState = FeatureState(), draft: ExampleDraft? = nil) {
    self.features = features
    self.draft = draft
  }

  /// Takes over what a session that is merged into this one's had.
  package func merge(_ other: PredictionState) {
    features.merge(other.features)
    isTold = false
    isFollowed = false
    noteMerge()
  }

  /// Notes that a session was merged into this one's, whether it had any of this or not.
  ///
  /// - Precondition: its scores were settled.
  package func noteMerge() {
    assert(pending == nil, "scores are settled before a merge")
    draft = nil
    (scoredUnder, pending) = (nil, nil)
    scorePlaces = ScorePlaces()
  }

  /// Whether the tokens are those of these segments.
  func hasSegments(_ others: borrowing [UInt32]) -> Bool {
    guard segments.count == others.count else { return false }
    for index in segments.indices where segments[index] != others[index] { return false }
    return true
  }

  func keep(segments others: borrowing [UInt32]) {
    if !hasSegments(others) { segments = Array(others[...]) }
  }

  /// The sums of all models of a set after an event.
  ///
  /// - Parameter difference: what the event changed of the tokens.
  package func sums(under models: ModelSet, following difference: borrowing TokenDifference) -> OutcomeSums {
    if self.models == models.hash {
      models.scorer.table.follow(difference, &sums)
    } else {
      sums = models.scorer.table.sums(tokens)
      self.models = models.hash
    }
    return sums
  }

  /// Leaves the scores of an event until somebody reads them, where only their numbers change: probability
  /// and quantile never fall as a sum rises, so the newest sums and the highest ones tell all of them.
  ///
  /// - Parameter difference: what the event changed of the tokens.
  /// - Returns: whether they are left; if not, nothing has happened.
  package func postpone(under plan: ScoringPlan, following difference: borrowing TokenDifference) -> Bool {
    guard isScored(under: plan) else { return false }
    let sums = sums(under: plan.models, following: difference)
    if pending == nil {
      pending = plan
      highest = sums
    } else {
      highest.raise(to: sums)
    }
    return true
  }

  /// Whether the newest event was scored by a plan.
  package func isScored(under plan: ScoringPlan) -> Bool { scoredUnder == plan.name }

  /// Notes by what the newest event was scored, or with `nil`, that events may not be left to later so.
  package func note(scoredUnder plan: ScoringPlan?) { scoredUnder = plan?.name }

  /// Brings scores up to the newest event.
  package func settle(_ scores: inout SessionScores) {
    guard let plan = pending else { return }
    pending = nil
    _ = plan.update(&scores, at: scorePlaces, sums, highest: highest)
  }

  /// Makes room for what most sessions have, once instead of piece by piece.
  package func reserve() {
    features.reserve()
    tokens.reserveCapacity(PredictionState.usualTokens)
    draft?.sets.reserve()
  }

  private static let usualTokens = 48

  /// Notes that the tokens have changed and no sums were asked for.
  package func forgetSums() { models = nil }

  /// Estimate of its memory in bytes: the object, its arrays with a quarter more than they hold. A restored
  /// one weighs what it did, so what is not stored is estimated by what is.
  package var byteCount: Int {
    var total = 384 + 4 * features.mostFeatures
    total += 8 * max(features.names.count, FeatureState.usualNames)
    total += 4 * (features.page.count + max(features.seen.count, FeatureState.usualSeen))
    total += 8 * max(features.facts.count, FactSlot.allCases.count) + 12 * features.attributes.count
    if let draft {
      total += 160 + 2 * draft.achievedAt.count + max(draft.sets.bytes.count, TokenSets.usualBytes)
    }
    return total + total / 4
  }
}
