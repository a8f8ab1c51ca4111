internal import JourneyModel
internal import Sessionizer

extension LaneMachine {
  /// Every session that a lane file has to hold, in no order.
  var sessionsForFile: [Session] { sessionizer.allSessions }

  /// Takes in one session of a lane file, or of redo after it.
  func adopt(_ session: Session) {
    sessionizer.restore(session)
    if settings.writesState { byID[session.id] = session }
  }

  /// Takes in what waits for its checkpoint, and where the lane stands; sessions come first.
  ///
  /// - Parameter pending: each id once, in any order; those that `state` holds and the lane does not are marked.
  func adopt(_ pending: [PendingCheckpoint], tail: JournalRecord) {
    sequence = tail.sequence
    sessionizer.restore(highest: tail.highest)
    // In order of change, because the checkpoint queue's front decides what the next restore reads.
    let ordered = pending.sorted { $0.sequence == $1.sequence ? $0.id < $1.id : $0.sequence < $1.sequence }
    for entry in ordered {
      if entry.isGone, byID[entry.id] == nil { tombstones.insert(entry.id) }
      checkpoints.note(entry.id, sequence: entry.sequence, at: entry.changedAt)
    }
  }

  /// A value that changed and is not in `state` yet.
  struct PendingCheckpoint {
    var id: SessionID
    var sequence: Int
    var changedAt: EventTime
    /// Whether `state` holds a value that has to be taken back.
    var isGone: Bool
  }
}
