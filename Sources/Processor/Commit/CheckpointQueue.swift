internal import JourneyModel

/// Values that changed since they were last written to `state`, oldest change first.
///
/// The front's sequence is `redoFrom`: everything older stands in `state`.
struct CheckpointQueue {
  struct Entry {
    var id: SessionID
    var sequence: Int
    var changedAt: EventTime
  }

  private var entries: [Entry] = []
  private var head = 0
  private var queued: Set<SessionID> = []

  var count: Int { entries.count - head }

  /// What waits, oldest change first.
  var waiting: ArraySlice<Entry> { entries[head...] }

  /// The oldest sequence whose values are not in `state` yet.
  var oldestSequence: Int? { head < entries.count ? entries[head].sequence : nil }

  mutating func note(_ id: SessionID, sequence: Int, at time: EventTime) {
    guard queued.insert(id).inserted else { return }
    // What the front says has to be the oldest: `redoFrom` is taken from it.
    assert(
      entries.last.map { $0.sequence <= sequence } ?? true, "batch \(sequence) is queued behind a later one")
    entries.append(Entry(id: id, sequence: sequence, changedAt: time))
  }

  /// Removes the oldest value if it has waited long enough.
  mutating func pop(changedUpTo time: EventTime) -> SessionID? {
    guard head < entries.count, entries[head].changedAt <= time else { return nil }
    let id = entries[head].id
    head += 1
    queued.remove(id)
    if head > 4_096, head * 2 > entries.count {
      entries.removeFirst(head)
      head = 0
    }
    return id
  }
}
