internal import JourneyModel

/// The sessions of a window in which one outcome was predicted, with what came of it.
struct LabeledSessions {
  private let sessions: [(sets: TokenSets, achievedAt: Int)]
  /// When each was closed.
  private let closed: [EventTime]
  private let positions: [Int]

  init(_ window: TrainingWindow, outcome: Int, positions: [Int]) {
    var sessions: [(sets: TokenSets, achievedAt: Int)] = []
    var closed: [EventTime] = []
    for session in window.sessions {
      // One that achieves the outcome with its first event is never predicted.
      guard let achieved = session.achievedAt[outcome], achieved != 1, session.example.sets.count > 0 else {
        continue
      }
      sessions.append((session.example.sets, Int(achieved)))
      closed.append(session.example.closedAt)
    }
    self.sessions = sessions
    self.closed = closed
    self.positions = positions
  }

  var count: Int { sessions.count }

  func isAchieving(_ session: Int) -> Bool { sessions[session].achievedAt > 0 }

  func achieving(_ range: Range<Int>) -> Int { range.reduce(0) { isAchieving($1) ? $0 + 1 : $0 } }

  func window(_ range: Range<Int>) -> OutcomeModel.Window {
    let nothing = EventTime(milliseconds: 0)
    return OutcomeModel.Window(
      firstClosed: range.isEmpty ? nothing : closed[range.lowerBound],
      lastClosed: range.isEmpty ? nothing : closed[range.upperBound - 1], sessions: range.count,
      achieving: achieving(range))
  }

  /// The sets of a session before its outcome. From the one with which it was achieved on there is nothing
  /// left to predict.
  func forEachSet(_ session: Int, _ body: (_ position: Int, _ tokens: borrowing [Token]) -> Void) {
    sessions[session].sets.forEach(through: lastPosition(session), body)
  }

  /// Those after the positions that are learned from.
  func forEachSample(_ session: Int, _ body: (_ tokens: borrowing [Token]) -> Void) {
    forEachSet(session) { position, tokens in
      if positions.contains(position) { body(tokens) }
    }
  }

  /// How many of these there are.
  func sampleCount(_ session: Int) -> Int {
    let last = min(lastPosition(session), sessions[session].sets.count)
    return positions.count { $0 <= last }
  }

  private func lastPosition(_ session: Int) -> Int {
    let end = sessions[session].achievedAt
    return end == 0 ? TokenSets.maxSets : end - 1
  }
}
