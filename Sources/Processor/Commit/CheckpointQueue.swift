internal import DequeModule
internal import JourneyModel
internal import WireFormat

/// Values that changed since they were last written to `state`, oldest change first.
///
/// The front's sequence is `redoFrom`: everything older is in `state`.
struct CheckpointQueue {
  struct Entry {
    var id: SessionID
    var sequence: BatchSequence
    var changedAt: EventTime
  }

  private var entries: Deque<Entry> = []
  private var queued: Set<SessionID> = []

  var count: Int { entries.count }

  /// What waits, oldest change first.
  var waiting: Deque<Entry>.SubSequence { entries[...] }

  /// The oldest sequence whose values are not in `state` yet.
  var oldestSequence: BatchSequence? { entries.first?.sequence }

  /// Whether the oldest value has waited long enough.
  func isDue(changedUpTo time: EventTime) -> Bool { entries.first.map { $0.changedAt <= time } ?? false }

  mutating func note(_ id: SessionID, sequence: BatchSequence, at time: EventTime) {
    guard queued.insert(id).inserted else { return }
    // What the front says has to be the oldest: `redoFrom` is taken from it.
    assert(
      entries.last.map { $0.sequence <= sequence } ?? true, "batch \(sequence) is queued behind a later one")
    entries.append(Entry(id: id, sequence: sequence, changedAt: time))
  }

  /// Removes the oldest value if it has waited long enough.
  mutating func pop(changedUpTo time: EventTime) -> SessionID? {
    guard let entry = entries.first, entry.changedAt <= time else { return nil }
    entries.removeFirst()
    queued.remove(entry.id)
    return entry.id
  }
}

extension JournalRecord {
  /// Whether values wait behind its batch for being written to `state`.
  var leavesWaiting: Bool { redoFrom <= sequence }
}
