internal import JourneyModel
internal import Sessionizer
internal import WireFormat

/// Sessions as `state` and `redo` leave them, the newest value of each.
struct RestoredValues {
  /// A session and the sequence of the redo record that holds its value; `nil` if `state` does.
  var sessions: [SessionID: (session: Session, sequence: Int?)] = [:]
  /// Sessions that `state` still holds although they are gone.
  var stale: [(id: SessionID, sequence: Int)] = []
  private var inState: Set<SessionID> = []

  /// Applies a record of `state`; a missing value is a tombstone.
  mutating func applyState(key: [UInt8], value: [UInt8]?) throws(CodecError) {
    if let value {
      let session = try StateCodec.decode(Compression.decompress(value))
      session.isInState = true
      inState.insert(session.id)
      sessions[session.id] = (session, nil)
    } else if let id = SessionID(text: key) {
      inState.remove(id)
      sessions[id] = nil
    }
  }

  /// Applies a record of `redo` unless `state` already covers its sequence.
  mutating func applyRedo(_ record: [UInt8], from first: Int) throws(CodecError) {
    try RedoRecord.read(record, from: first) { (operation, sequence) throws(CodecError) in
      switch operation {
      case .put(let session):
        session.isInState = inState.contains(session.id)
        sessions[session.id] = (session, sequence)
      case .delete(let id):
        sessions[id] = nil
        if inState.contains(id) { stale.append((id, sequence)) }
      }
    }
  }
}

extension LaneMachine {
  /// Takes in restored values; afterwards the lane is as it was when the tail was committed.
  func restore(_ values: RestoredValues, tail: JournalRecord) {
    sequence = tail.sequence
    sessionizer.restore(highest: tail.highest)
    // In order of change, because the checkpoint queue's front decides what the next restore reads.
    var changed: [(sequence: Int, id: SessionID)] = []
    for (id, value) in values.sessions {
      sessionizer.restore(value.session)
      byID[id] = value.session
      if let sequence = value.sequence { changed.append((sequence, id)) }
    }
    for entry in values.stale where values.sessions[entry.id] == nil {
      tombstones.insert(entry.id)
      changed.append((entry.sequence, entry.id))
    }
    changed.sort { $0.sequence == $1.sequence ? $0.id < $1.id : $0.sequence < $1.sequence }
    for entry in changed { checkpoints.note(entry.id, sequence: entry.sequence, at: tail.takenAt) }
  }
}
