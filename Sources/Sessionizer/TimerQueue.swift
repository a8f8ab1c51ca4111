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
}
