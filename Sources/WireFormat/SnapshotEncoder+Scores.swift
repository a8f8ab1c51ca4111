internal import JourneyModel
internal import JourneyRules

/// What is predicted in a session, after its newest event and at most: in the order in which outcomes were
/// first scored.
extension SnapshotEncoder {
  /// Appends the scores; nothing if there are none. What no model says any more is left out, what is achieved
  /// stays as it was before.
  func outcomeScores(_ scores: borrowing SessionScores, _ bytes: inout [UInt8]) {
    var isFirst = true
    // By index: docs/design/hot-path.md.
    for index in scores.scores.indices where scores.scores[index].state != .lapsed {
      bytes.append(isFirst ? ",\"outcomeScores\":[{\"outcome\":" : ",{\"outcome\":")
      isFirst = false
      reference("outcomes", scores.scores[index].outcome, &bytes)
      OutcomeScoreEncoder.append(scores.scores[index], to: &bytes)
      bytes.append(ASCII.closeBrace)
    }
    if !isFirst { bytes.append(ASCII.closeBracket) }
  }
}
