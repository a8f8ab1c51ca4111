internal import JourneyModel

/// Of how many sessions one is learned from: so many that a window spans some two weeks, also where millions
/// of sessions end, and what is read for a run stays bounded.
package struct Sampling {
  private let settings: TrainingSettings

  package init(_ settings: TrainingSettings) { self.settings = settings }

  /// What it is after a run: twice or half of what it was, or the same.
  ///
  /// Twice if two windows have ended within the span, half if not even half a window has. In between nothing
  /// changes, so that it does not go to and fro; one step a run, as the examples of before go on to say what
  /// they said.
  ///
  /// - Parameters:
  ///   - every: what it was.
  ///   - records: the newest examples, two windows at most.
  package func next(after every: Int, _ records: [ExampleRecord]) -> Int {
    let ends = records.lazy.flatMap { $0.examples.lazy.map(\.closedAt) }
    guard let newest = ends.max() else { return every }
    let earliest = newest - settings.sampledSpan
    var sessions = 0
    for record in records {
      sessions += record.every * record.examples.count { $0.closedAt > earliest }
    }
    if sessions >= 2 * settings.maxSessions * every { return min(2 * every, settings.maxEvery) }
    return every > 1 && 2 * sessions < settings.maxSessions * every ? every / 2 : every
  }
}
