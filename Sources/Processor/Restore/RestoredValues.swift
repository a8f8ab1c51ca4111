internal import EventLog
package import JourneyModel
package import Sessionizer
internal import WireFormat

/// Values as `state` and `redo` leave them, the newest value of each, read straight into a lane's machine.
///
/// Use: `RestoredValues(into: machine)` on a new machine; every record of `state` in offset order
/// (`applyState`), then every record of `redo` (`applyRedo`); then `machine.restore(values, tail:)`. A
/// machine with a cold store and a share (`memoryShare`) never holds much more than its share while it is
/// restored: values of `state` move on to the cold store as others follow, and come back if one of their key
/// follows. What `redo` holds stays in memory.
///
/// Errors of the codec mean that the log is damaged, a `LogError` that the cold store is.
package struct RestoredValues {
  /// What is known of an id: 57 bytes for each value while a restore lasts.
  private struct Known {
    /// Its key's digest; meaningless if `isHeld` is false.
    var key: UInt64
    var isHeld: Bool
    var isInState: Bool
  }

  /// After how many values the share is looked at.
  private static let interval = 256

  fileprivate let machine: LaneMachine
  private var known: [SessionID: Known] = [:]
  /// Values that `redo` holds, with the sequence of its record.
  fileprivate private(set) var changed: [SessionID: (value: StoredValue, sequence: BatchSequence)] = [:]
  /// Values that `state` still holds although they are gone.
  private var stale: [(id: SessionID, sequence: BatchSequence)] = []
  private var unchecked = 0

  package init(into machine: LaneMachine) { self.machine = machine }

  /// Applies a record of `state`; a missing value is a tombstone.
  package mutating func applyState(key: [UInt8], value: [UInt8]?) throws {
    if let value {
      try put(try StateCodec.decode(Compression.decompress(value)), sequence: nil)
    } else if let id = SessionID(text: key) {
      try drop(id)
      known[id] = nil
    }
  }

  /// Applies a record of `redo` unless `state` already covers its sequence.
  package mutating func applyRedo(_ record: [UInt8], from first: BatchSequence) throws {
    try RedoRecord.read(record, from: first) { operation, sequence in
      switch operation {
      case .put(let value): try put(value, sequence: sequence)
      case .delete(let id):
        try drop(id)
        if known[id]?.isInState == true { stale.append((id, sequence)) }
      }
    }
  }

  /// Takes in the newest value of an id so far. Without a sequence it is in `state`, with one in that redo
  /// record.
  package mutating func put(_ value: StoredValue, sequence: BatchSequence?) throws {
    try drop(value.id)
    guard !value.isGone else { return }
    // The values of one key are in memory together, or away together.
    if machine.sessionizer.evicted.contains(value.keyDigest) {
      var keys = [value.keyDigest]
      try machine.bringBack(&keys)
    }
    value.isInState = sequence == nil || known[value.id]?.isInState == true
    known[value.id] = Known(key: value.keyDigest, isHeld: true, isInState: value.isInState)
    machine.sessionizer.restore(value)
    if let sequence {
      changed[value.id] = (value, sequence)
      machine.residency.change(value)
    } else {
      machine.residency.clean(value)
    }
    unchecked += 1
    if unchecked >= RestoredValues.interval {
      unchecked = 0
      try machine.evict()
    }
  }

  /// Drops a value that was taken in before, wherever it is now.
  private mutating func drop(_ id: SessionID) throws {
    changed[id] = nil
    guard let entry = known[id], entry.isHeld else { return }
    known[id]?.isHeld = false
    if machine.sessionizer.evicted.contains(entry.key) {
      var keys = [entry.key]
      try machine.bringBack(&keys)
    }
    for value in machine.sessionizer.resident(entry.key) where value.id == id {
      machine.residency.remove(value)
      machine.sessionizer.discard(value)
    }
    machine.residency.reconsider(machine.sessionizer.resident(entry.key))
  }

  /// Values that have to be written to `state`, or taken back from there, and since when.
  fileprivate var unwritten: [(sequence: BatchSequence, id: SessionID, isGone: Bool)] {
    var result = changed.map { (sequence: $0.value.sequence, id: $0.key, isGone: false) }
    for entry in stale where known[entry.id]?.isHeld == false {
      result.append((entry.sequence, entry.id, true))
    }
    // In order of change, because the checkpoint queue's front decides what the next restore reads.
    result.sort { $0.sequence == $1.sequence ? $0.id < $1.id : $0.sequence < $1.sequence }
    return result
  }
}

extension LaneMachine {
  /// Ends a restore; afterwards the lane is as it was when the tail was committed. The values must have been
  /// read into this machine.
  func restore(_ values: RestoredValues, tail: JournalRecord) throws(LogError) {
    assert(values.machine === self)
    sequence = tail.sequence
    sessionizer.restore(highest: tail.highest)
    receivedMessages = tail.received
    for (id, value) in values.changed { byID[id] = value.value }
    for entry in values.unwritten {
      if entry.isGone { tombstones.insert(entry.id) }
      checkpoints.note(entry.id, sequence: entry.sequence, at: tail.takenAt)
    }
    try evict()
    _ = takeMovements()
    checkRestored(to: tail)
  }

  /// What holds of a lane that is where its journal's tail says.
  func checkRestored(to tail: JournalRecord) {
    precondition(sequence == tail.sequence, "restored to batch \(sequence) of \(tail.sequence)")
    for (stream, time) in tail.highest {
      precondition(sessionizer.highest(stream) == time, "\(stream.name)'s watermark is not the tail's")
    }
    // Sooner would promise redo records that may be gone.
    precondition(
      checkpoints.oldestSequence.map { $0 >= tail.redoFrom } ?? true, "a value waits since before redoFrom")
    assert(sessionizer.allSessions.count == residentSessions, "sessions are counted twice, or not at all")
  }
}
