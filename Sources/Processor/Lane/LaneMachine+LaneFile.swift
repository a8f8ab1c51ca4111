internal import EventLog
internal import JourneyModel
internal import Sessionizer
internal import WireFormat

extension LaneMachine {
  /// Takes in one value of a lane file, or of redo after it. One that waits for its checkpoint stays in
  /// memory; others may have to move on to the cold store.
  func adopt(_ value: StoredValue, isWaiting: Bool) throws(LogError) {
    // The values of one key are in memory together, or away together.
    if sessionizer.evicted.contains(value.keyDigest) {
      var keys = [value.keyDigest]
      try bringBack(&keys)
    }
    sessionizer.restore(value)
    if isWaiting {
      byID[value.id] = value
      residency.change(value)
    } else {
      residency.clean(value)
    }
  }

  /// Takes in what waits for its checkpoint, and where the lane is; values come first.
  ///
  /// - Parameter pending: each id once, in any order; those that `state` holds and the lane does not are
  ///   marked.
  func adopt(_ pending: [PendingCheckpoint], tail: JournalRecord) throws(LogError) {
    sequence = tail.sequence
    sessionizer.restore(highest: tail.highest)
    receivedMessages = tail.received
    // What has had its checkpoint since it was written down does not wait for it any more.
    let waiting = Set(pending.map(\.id))
    for value in byID.values.filter({ !waiting.contains($0.id) }).sorted(by: { $0.id < $1.id }) {
      value.isInState = true
      byID[value.id] = nil
      residency.clean(value)
    }
    // In order of change, because the checkpoint queue's front decides what the next restore reads.
    let ordered = pending.sorted { $0.sequence == $1.sequence ? $0.id < $1.id : $0.sequence < $1.sequence }
    for entry in ordered {
      if entry.isGone, byID[entry.id] == nil { tombstones.insert(entry.id) }
      checkpoints.note(entry.id, sequence: entry.sequence, at: entry.changedAt)
    }
    try evict()
    _ = takeMovements()
    checkRestored(to: tail)
  }

  /// A value that changed and is not in `state` yet.
  struct PendingCheckpoint {
    var id: SessionID
    var sequence: BatchSequence
    var changedAt: EventTime
    /// Whether `state` holds a value that has to be taken back.
    var isGone: Bool
  }
}
