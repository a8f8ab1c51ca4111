internal import HeapModule
internal import JourneyModel

/// Deadlines of one stream's sessions.
///
/// Activity only moves deadlines later, so a session keeps one entry and is asked for its real deadline when the
/// entry comes due: cheaper than moving entries with every event.
struct TimerQueue {
  private struct Entry: Comparable {
    var deadline: EventTime
    var session: Session

    static func < (left: Entry, right: Entry) -> Bool { left.deadline < right.deadline }
    static func == (left: Entry, right: Entry) -> Bool { left.deadline == right.deadline }
  }

  private var heap = Heap<Entry>()

  /// The earliest entry; real deadlines are never earlier.
  private(set) var earliest: EventTime?

  /// Entries of sessions that were dropped from memory since the last sweep.
  var abandoned = 0

  mutating func push(_ session: Session, at deadline: EventTime) {
    heap.insert(Entry(deadline: deadline, session: session))
    if earliest.map({ deadline < $0 }) ?? true { earliest = deadline }
  }

  /// Removes the earliest entry if it is not later than `time`.
  mutating func pop(upTo time: EventTime) -> (session: Session, deadline: EventTime)? {
    guard let earliest, earliest <= time, let entry = heap.popMin() else { return nil }
    self.earliest = heap.min?.deadline
    return (entry.session, entry.deadline)
  }

  /// Drops entries that no longer mean anything once an eighth of them may be such: each holds an object in memory.
  mutating func sweep(keeping isAlive: (Session, EventTime) -> Bool) {
    guard abandoned > 16, abandoned * 8 > heap.count else { return }
    heap = Heap(heap.unordered.filter { isAlive($0.session, $0.deadline) })
    earliest = heap.min?.deadline
    abandoned = 0
  }
}
