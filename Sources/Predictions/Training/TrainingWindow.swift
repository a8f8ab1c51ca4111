internal import JourneyModel

/// The sessions that are learned from, oldest first. The same for the same examples, whatever lanes and
/// records they came by, and in whatever order.
package struct TrainingWindow: Sendable {
  /// One of its sessions.
  struct Session: Sendable {
    var example: Example
    /// For each outcome of the window the event that achieved it, 0 for never; `nil` where it was not
    /// predicted yet.
    var achievedAt: [UInt16?]
  }

  /// Every outcome that the examples know, ascending.
  package let outcomes: [PredictedOutcome]
  let sessions: [Session]
  /// Sessions that were given and are not in it, as they began too late to be told from those that end early.
  package let immature: Int

  /// Takes the newest mature sessions.
  ///
  /// A session is mature if most that began when it did are over: `closedAt` less the time that 95 % of
  /// sessions take. Without that, short ones would be too many.
  package init(_ records: [ExampleRecord], _ settings: TrainingSettings) {
    let records = records.filter { $0.featureVersion == Feature.version }
    outcomes = Set(records.flatMap(\.outcomes)).sorted()
    var sessions: [Session] = []
    for record in records {
      let places = outcomes.map { outcome in record.outcomes.firstIndex(of: outcome) }
      for example in record.examples {
        sessions.append(
          Session(example: example, achievedAt: places.map { $0.map { example.achievedAt[$0] } }))
      }
    }
    guard let newest = sessions.map(\.example.closedAt).max() else {
      self.sessions = []
      immature = 0
      return
    }
    let durations = sessions.map {
      $0.example.closedAt.milliseconds - $0.example.startedAt.milliseconds
    }.sorted()
    let usual = durations[(durations.count * 95 + 99) / 100 - 1]
    let latestStart = newest.milliseconds - usual
    let earliestEnd = newest - settings.maxAge
    let mature = sessions.filter { $0.example.startedAt.milliseconds <= latestStart }
    immature = sessions.count - mature.count
    let ordered = mature.filter { $0.example.closedAt >= earliestEnd }.sorted(by: Session.precedes)
    self.sessions = Array(ordered.suffix(settings.maxSessions))
  }

  /// How many sessions it has.
  package var count: Int { sessions.count }
}

extension TrainingWindow.Session {
  /// By time, and then by content alone: those that are equal may stand in any order.
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    let (one, other) = (left.example, right.example)
    if one.closedAt != other.closedAt { return one.closedAt < other.closedAt }
    if one.startedAt != other.startedAt { return one.startedAt < other.startedAt }
    if one.sets.bytes != other.sets.bytes {
      return one.sets.bytes.lexicographicallyPrecedes(other.sets.bytes)
    }
    return left.achievedAt.map { Int($0 ?? 0) + ($0 == nil ? 0 : 1) }
      .lexicographicallyPrecedes(right.achievedAt.map { Int($0 ?? 0) + ($0 == nil ? 0 : 1) })
  }
}
