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

  package init(features: FeatureState = FeatureState(), draft: ExampleDraft? = nil) {
    self.features = features
    self.draft = draft
  }

  /// Takes over what a session that is merged into this one's had.
  package func merge(_ other: PredictionState) {
    features.merge(other.features)
    isTold = false
    noteMerge()
  }

  /// Notes that a session was merged into this one's, whether it had any of this or not.
  package func noteMerge() {
    draft = nil
    scorePlaces = ScorePlaces()
  }

  /// Estimate of its memory in bytes: the object, its arrays with a quarter more than they hold.
  package var byteCount: Int {
    var total = 256
    total += 8 * features.names.count + 4 * (features.page.count + features.seen.count)
    total += 8 * features.facts.count + 12 * features.attributes.count
    if let draft { total += 160 + 2 * draft.achievedAt.count + draft.sets.byteCount }
    return total + total / 4
  }
}
