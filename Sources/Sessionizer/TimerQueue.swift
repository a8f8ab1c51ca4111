internal import HeapModule
internal import JourneyModel

/// Deadlines of one stream's values.
///
/// Activity only moves deadlines later, so a value keeps one entry and is asked for its real deadline when the
/// entry comes due: cheaper than moving entries with every event.
struct TimerQueue {
  private struct Entry: Comparable {
    var deadline: EventTime
    var value: StoredValue

    static func < (left: Entry, right: Entry) -> Bool { left.deadline < right.deadline }
    static func == (left: Entry, right: Entry) -> Bool { left.deadline == right.deadline }
  }

  private var heap = Heap<Entry>()

  /// The earliest entry; real deadlines are never earlier.
  private(set) var earliest: EventTime?

  /// Entries of values that were dropped from memory since the last sweep.
  var abandoned = 0

  mutating func push(_ value: StoredValue, at deadline: EventTime) {
    heap.insert(Entry(deadline: deadline, value: value))
    if earliest.map({ deadline < $0 }) ?? true { earliest = deadline }
  }

  /// Removes the earliest entry if it is not later than `time`.
  mutating func pop(upTo time: EventTime) -> (value: StoredValue, deadline: EventTime)? {
    guard let earliest, earliest <= time, let entry = heap.popMin() else { return nil }
    self.earliest = heap.min?.deadline
    return (entry.value, entry.deadline)
  }

  /// Drops entries that no longer mean anything once an eighth of them may be such: each holds an object in memory.
  mutating func sweep(keeping isAlive: (StoredValue, EventTime) -> Bool) {
    guard abandoned > 16, abandoned * 8 > heap.count else { return }
    heap = Heap(heap.unordered.filter { isAlive($0.value, $0.deadline) })
    earliest = heap.min?.deadline
    abandoned = 0
  }
}
