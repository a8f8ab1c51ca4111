internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// What is predicted in a session, after its newest event and at most: in the order in which outcomes were
/// first scored.
extension SnapshotEncoder {
  /// Appends the scores; nothing if there are none. What no model says any more is left out, what is achieved
  /// stays as it was before.
  func outcomeScores(of session: Session, _ bytes: inout ByteWriter) {
    session.settleScores()
    outcomeScores(session.rules.scores, &bytes)
  }

  private func outcomeScores(_ scores: borrowing SessionScores, _ bytes: inout ByteWriter) {
    var isFirst = true
    var next = 0
    // By index: docs/design/hot-path.md.
    for index in scores.scores.indices where scores.scores[index].state != .lapsed {
      if isFirst { bytes.append(",\"outcomeScores\":[") } else { bytes.append(ASCII.comma) }
      isFirst = false
      if let head = head(scores.scores[index].outcome, from: next) {
        bytes.append(all: scoreHeads[head].bytes)
        next = head + 1
      } else {
        bytes.append(all: ScoreHead(scores.scores[index].outcome).bytes)
      }
      OutcomeScoreEncoder.append(
        probability: scores.scores[index].probability, maxProbability: scores.scores[index].maxProbability,
        quantile: scores.scores[index].quantile, maxQuantile: scores.scores[index].maxQuantile, to: &bytes)
      bytes.append(ASCII.closeBrace)
    }
    if !isFirst { bytes.append(ASCII.closeBracket) }
  }

  /// Where the first words of an outcome's score are, if they are kept. Scores are mostly in their order.
  private func head(_ outcome: String, from start: Int) -> Int? {
    for index in start..<scoreHeads.count where scoreHeads[index].outcome == outcome { return index }
    return nil
  }

  /// What an outcome's score begins with, made once for outcomes that are predicted.
  struct ScoreHead: Sendable {
    let outcome: String
    let bytes: [UInt8]

    init(_ outcome: String) {
      var head = ByteWriter(room: 128)
      head.append("{\"outcome\":")
      SnapshotEncoder.reference("outcomes", outcome, &head)
      var bytes: [UInt8] = []
      head.append(to: &bytes)
      self.outcome = outcome
      self.bytes = bytes
    }
  }
}
