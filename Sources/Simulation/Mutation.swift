/// A fault in the processor itself, made at the port: a suite that stays green under one of these proves
/// nothing.
package enum Mutation: String, Sendable, CaseIterable {
  /// Stores the offsets at once instead of with the transaction.
  case commitsOffsetsOutside = "commits-offsets-outside"
  /// Sends offsets before the outputs are delivered.
  case skipsFlush = "skips-flush"
  /// Takes the ends of the internal topics before the group's offsets.
  case readsEndsBeforeOffsets = "reads-ends-before-offsets"
  /// Sends no positions with transactions in which only a tick happened, so that nothing fences a stale
  /// owner.
  case leavesPositionsOutOfTicks = "leaves-positions-out-of-ticks"
  /// Maintenance gives up the newest journal record of each lane as well.
  case removesNewestJournal = "removes-newest-journal"
  /// Maintenance gives up input up to its end, whoever has read it.
  case releasesUnreadInput = "releases-unread-input"
  /// Goes on reading where it was after an abort.
  case skipsRewind = "skips-rewind"
  /// Writes the snapshots outside of the transaction, whatever becomes of it.
  case publishesSnapshots = "publishes-snapshots"
  /// Applies a message that comes a second time.
  case repeatsMessages = "repeats-messages"
  /// Loses a message now and then.
  case losesMessages = "loses-messages"
  /// Swaps two messages of a batch to one lane.
  case swapsMessages = "swaps-messages"
  /// Takes an erasure up and does nothing about it.
  case ignoresErasures = "ignores-erasures"
  /// Tells nobody who watches an identifier that its person was erased.
  case keepsErasedSessions = "keeps-erased-sessions"
  /// A lane drops the sessions of somebody who was erased, and leaves readers what they have of them.
  case keepsErasedRecords = "keeps-erased-records"
  /// An identifier's register does not forget.
  case keepsErasedEvidence = "keeps-erased-evidence"
  /// Loses a cluster on its way to another root.
  case losesClusters = "loses-clusters"
  /// Whoever asks may act on an assignment, also where somebody has.
  case grantsTwice = "grants-twice"

  /// Names in a batch's record the models of the batch before: what it comes to if they are switched within
  /// one.
  case namesModelsLate = "names-models-late"
  /// Names no models.
  case forgetsModels = "forgets-models"
  /// Writes what training came to outside of lane 0's transaction, whatever becomes of that.
  case publishesRuns = "publishes-runs"
  /// A session comes back from a restart without what predictions have triggered in it.
  case forgetsTriggers = "forgets-triggers"

  /// Whether it is a fault in how lanes look for persons.
  var breaksPersons: Bool {
    switch self {
    case .ignoresErasures, .keepsErasedSessions, .keepsErasedRecords, .keepsErasedEvidence, .losesClusters,
      .grantsTwice:
      true
    default: false
    }
  }
}
