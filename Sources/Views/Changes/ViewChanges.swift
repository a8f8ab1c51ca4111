internal import Synchronization

/// The changes of a view, for whoever wants to hear of them, on any thread.
///
/// They are kept in memory alone: a process that starts again, and a view that was made anew, begin another
/// epoch, and whoever followed has to ask for everything once. The file stays as small as it is, and
/// has no line more of somebody who is forgotten.
package final class ViewChanges: Sendable {
  /// Up to where somebody has heard everything.
  package struct Position: Sendable, Hashable {
    package var epoch: UInt64
    package var number: Int

    package init(epoch: UInt64, number: Int) { (self.epoch, self.number) = (epoch, number) }

    /// Reads what `text` gave; `nil` if it is something else.
    package init?(_ text: String) {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let epoch = UInt64(parts[0], radix: 36), let number = Int(parts[1])
      else { return nil }
      self.init(epoch: epoch, number: number)
    }

    /// Letters, digits and a hyphen.
    package var text: String { "\(String(epoch, radix: 36))-\(number)" }
  }

  private struct State {
    var epoch: UInt64
    var log: ChangeLog
    var listener: (@Sendable () -> Void)?
  }

  private let state: Mutex<State>
  /// Changes that are kept.
  package let capacity: Int

  /// - Parameter capacity: changes that are kept; whoever is further behind asks anew.
  package init(capacity: Int = 10_000) {
    self.capacity = capacity
    state = Mutex(State(epoch: ViewChanges.newEpoch, log: ChangeLog(capacity: capacity)))
  }

  private static var newEpoch: UInt64 { UInt64.random(in: 1...UInt64(1) << 40) }

  /// Where the newest change is.
  package var position: Position { state.withLock { Position(epoch: $0.epoch, number: $0.log.last) } }

  /// Says who is called after each change, on the thread of the feed, which he may not block. One at a time.
  package func listen(_ listener: @escaping @Sendable () -> Void) {
    state.withLock { $0.listener = listener }
  }

  package func append(_ changes: [SessionChange]) {
    guard !changes.isEmpty else { return }
    tell { state in for change in changes { state.log.append(change) } }
  }

  /// Begins again: what was heard of before is worth nothing any more.
  package func beginEpoch() {
    tell { state in
      state.epoch = ViewChanges.newEpoch
      state.log = ChangeLog(capacity: state.log.capacity)
    }
  }

  private func tell(_ change: (inout sending State) -> Void) {
    let listener = state.withLock { state in
      change(&state)
      return state.listener
    }
    listener?()
  }

  /// What came behind a position; `lost` also for one of another epoch.
  package func backlog(
    after position: Position, maxSessions: Int, where isWanted: (SessionChange) -> Bool
  ) -> ChangeLog.Backlog {
    state.withLock { state in
      guard state.epoch == position.epoch else { return .lost }
      return state.log.backlog(after: position.number, maxSessions: maxSessions, where: isWanted)
    }
  }
}
