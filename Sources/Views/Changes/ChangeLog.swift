/// The newest changes of sessions, each with a number one greater than the one before. Pure and bounded:
/// the oldest are forgotten.
package struct ChangeLog: Sendable {
  /// A session that has changed, with the number of the first change that somebody has not heard of.
  package struct Pending: Sendable, Hashable {
    package var first: Int
    package var change: SessionChange

    package init(first: Int, change: SessionChange) { (self.first, self.change) = (first, change) }
  }

  /// What somebody has not heard of.
  package enum Backlog: Sendable, Hashable {
    /// Nothing of what he asked for, up to a number.
    case nothing(upTo: Int)
    /// Each session once as it is by its newest change, in the order of first changes; the last number.
    case pending([Pending], last: Int)
    /// More than is kept, or than he may be behind.
    case lost
  }

  /// Changes that are kept.
  package let capacity: Int
  /// The number of the newest change; 0 if there was none.
  package private(set) var last = 0
  private var ring: [SessionChange] = []

  package init(capacity: Int) {
    precondition(capacity > 0, "a log of changes keeps at least one")
    self.capacity = capacity
  }

  /// The number of the oldest change that is known.
  var first: Int { last - ring.count + 1 }

  package mutating func append(_ change: SessionChange) {
    last += 1
    // The change with number n is at (n - 1) mod capacity.
    if ring.count < capacity { ring.append(change) } else { ring[(last - 1) % capacity] = change }
  }

  /// What came behind a number.
  ///
  /// - Parameters:
  ///   - maxSessions: sessions that somebody may be behind; with more it is cheaper to ask anew.
  ///   - isWanted: which changes he asked for.
  package func backlog(
    after number: Int, maxSessions: Int, where isWanted: (SessionChange) -> Bool
  ) -> Backlog {
    guard number >= first - 1, number <= last else { return .lost }
    guard number < last else { return .nothing(upTo: last) }
    var pending: [Pending] = []
    var places: [String: Int] = [:]
    for current in number + 1...last {
      let change = ring[(current - 1) % capacity]
      guard isWanted(change) else { continue }
      if let place = places[change.id] {
        pending[place].change = change
        continue
      }
      guard pending.count < maxSessions else { return .lost }
      places[change.id] = pending.count
      pending.append(Pending(first: current, change: change))
    }
    return pending.isEmpty ? .nothing(upTo: last) : .pending(pending, last: last)
  }
}
