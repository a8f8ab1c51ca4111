package import EventLog
package import JourneyModel
internal import Synchronization
internal import WireFormat

/// What whoever runs the lanes wants to see, on any thread: how batches went lately, and where inputs end.
package final class ViewWatch: Sendable {
  /// How long after a question the ends of inputs are asked for: a broker is not bothered for nobody.
  private static let interest: Int64 = 10_000

  private struct State {
    var history = BatchHistory()
    var ends: [TopicPartition: NextOffset] = [:]
    var wantedUntil: Int64 = .min
  }

  private let state = Mutex(State())

  package init() {}

  package var history: BatchHistory { state.withLock { $0.history } }

  /// The ends of the input topics as they were a moment ago, as far as they are known, and that somebody
  /// wants to know them.
  package func inputEnds(at now: EventTime) -> [TopicPartition: NextOffset] {
    state.withLock { state in
      state.wantedUntil = now.milliseconds + ViewWatch.interest
      return state.ends
    }
  }

  func note(_ record: JournalRecord) { state.withLock { $0.history.note(record) } }

  func wantsEnds(at now: EventTime) -> Bool {
    state.withLock { state in
      if now.milliseconds >= state.wantedUntil { state.ends = [:] }
      return now.milliseconds < state.wantedUntil
    }
  }

  func note(_ ends: [TopicPartition: NextOffset]) { state.withLock { $0.ends = ends } }
}
