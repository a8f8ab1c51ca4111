package import JourneyModel

/// An example in the making: what a session was like after each event so far, and what it has achieved.
///
/// Only a session that was there from its first event on has one, and loses it in a merge: what it was like
/// after the fourth event of two sessions has no meaning for one.
package struct ExampleDraft: Sendable, Hashable {
  /// Digest of what was predicted when the session began. Under other predictors it is no example.
  package let predictors: UInt64
  /// For each of these, with which event it was achieved, from 1; 0 for not yet.
  package internal(set) var achievedAt: [UInt16]
  package internal(set) var sets = TokenSets()
  /// Events taken, `mostEvents` at most: those behind the last set are as good as one.
  var events = 0

  static let mostEvents = TokenSets.maxSets + 1

  /// - Parameters:
  ///   - predictors: the digest of what is predicted.
  ///   - count: how many that are, `ModelTable.maxOutcomes` at most.
  package init(predictors: UInt64, count: Int) {
    self.predictors = predictors
    achievedAt = Array(repeating: 0, count: count)
  }

  /// Takes what one more event changed of the session's tokens.
  mutating func take(_ difference: inout TokenDifference) {
    events = min(events + 1, ExampleDraft.mostEvents)
    sets.append(&difference)
  }

  /// Notes that an outcome was achieved; the first time counts.
  ///
  /// - Parameters:
  ///   - place: which of the predicted ones.
  ///   - isTaken: whether with the event that was taken last. If not, it was achieved by one that no
  ///     prediction follows, behind all that were taken.
  package mutating func achieve(_ place: Int, isTaken: Bool) {
    guard achievedAt.indices.contains(place), achievedAt[place] == 0 else { return }
    achievedAt[place] = UInt16(isTaken ? max(events, 1) : events + 1)
  }

  /// The example of a session that is over; `nil` for one of which nothing was ever predicted.
  ///
  /// - Parameters:
  ///   - first: the time of its first event.
  ///   - last: that of its last one.
  package func example(from first: EventTime, to last: EventTime) -> Example? {
    guard sets.count > 0 else { return nil }
    return Example(startedAt: first, closedAt: last, achievedAt: achievedAt, sets: sets)
  }
}
