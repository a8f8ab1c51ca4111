package import EventLog
package import JourneyModel
package import LaneStorage
package import Learning
package import ProcessRuntime
package import WireFormat

/// What a processor reports as it runs, for logs, terminals and metrics.
package enum ProcessorEvent: Sendable {
  /// It waits for partitions; the text says who has them, where that is known.
  case waiting(String)
  /// These lanes are being read back.
  case restoring([LaneNumber])
  /// A lane's restore has come so far: `read` of `of`, in offsets of the log, and bytes of the lane file
  /// where there is one.
  case restoreProgress(lane: LaneNumber, read: Int, of: Int)
  /// Input was removed before it was read.
  case inputLost([LostInput])
  /// A lane is restored.
  case restored(RestoreReport)
  /// A lane's local file is not used, for this reason; the lane is restored from the log.
  case laneFileIgnored(lane: LaneNumber, LaneFileDoubt)
  /// A lane's state as of a batch is in its local file.
  case laneFileWritten(lane: LaneNumber, sequence: BatchSequence, sessions: Int)
  /// A lane's local file could not be written; the one before stays.
  case laneFileFailed(lane: LaneNumber, reason: String)
  /// A lane is running, with so many sessions.
  case running(lane: LaneNumber, sessions: Int)
  /// These lanes are given back.
  case released([LaneNumber])
  /// A transaction has committed.
  case committed(CommitReport)
  /// A transaction failed; the lanes are dropped and read back.
  case rewound(LogError)
  /// Most records of an input topic are broken: it is not read for a while.
  case breakerOpened(BreakerOpening)
  /// The topic is read again, on trial.
  case breakerHalfOpened(topic: String)
  /// The trial went well.
  case breakerClosed(topic: String)
  /// A request failed and is made again as it was; nothing was lost.
  case retried(LogError)
  /// Batches are reduced under these definitions from now on.
  case definitions(DefinitionsReport)
  /// New definitions cannot be read; the ones before stay in force.
  case definitionsIgnored(LogError)
  /// Batches are scored under these models from now on.
  case models(ModelsReport)
  /// New models cannot be read; the ones before stay in force.
  case modelsIgnored(LogError)
  /// What is known of training has changed; told where lane 0 is owned.
  case learning(LearningReport)
  /// Nobody could look what is to be learned; it is tried again.
  case trainingFailed(LogError)
  /// A run of training was dropped, as lane 0 was lost or read back before it was known to be committed.
  case trainingLost
  /// The machine's clock jumped, or a jump has lasted and counts from now on.
  case clockJumped(SteadyClock.Jump)
  /// What nobody needs any more could not be given up; it is tried again.
  case retentionFailed(String)
  /// The worker's loop has come round once more.
  case turned(TurnReport)
}

/// Which definitions are in force.
package struct DefinitionsReport: Sendable, Hashable {
  /// Hash of the bundle.
  package var hash: String
  /// Counts the changes, from 1.
  package var revision: Int
  /// Number of definitions, of all kinds.
  package var count: Int
  /// What this build warns about in them, one line each: they are in force all the same.
  package var warnings: [String] = []
}

/// Which models are in force.
package struct ModelsReport: Sendable, Hashable {
  /// Name of the set.
  package var set: String
  /// Counts the changes, from 1; 0 for none yet.
  package var revision: Int
  /// Number of models.
  package var count: Int
}

/// What a lane's restore did.
package struct RestoreReport: Sendable {
  /// Where a lane's state came from.
  package enum Source: String, Sendable, CaseIterable {
    /// The lane had none yet.
    case nothing
    /// `state` and `redo`.
    case log
    /// The lane's local file, and what redo says since.
    case file
    /// This process still had it.
    case memory
  }

  /// The lane.
  package var lane: LaneNumber
  /// Sessions held.
  package var sessions: Int
  /// Where they came from.
  package var source: Source
  /// Time that it took.
  package var elapsed: Duration

  /// Creates a report.
  package init(lane: LaneNumber, sessions: Int, source: Source, elapsed: Duration) {
    self.lane = lane
    self.sessions = sessions
    self.source = source
    self.elapsed = elapsed
  }
}

/// What one transaction did.
package struct CommitReport: Sendable {
  /// What became of the records.
  package var counts: BatchCounts
  /// Records read and rejected, by topic and reason.
  package var rejections = RejectionCounts()
  /// Snapshots that leave something out, because they would exceed `maxSnapshotBytes`.
  package var shortenedSnapshots = 0
  /// What rules gave.
  package var derived = DerivedCounts()
  /// Lanes that took part.
  package var lanes: Int
  /// Sessions held by all lanes of the worker.
  package var sessions: Int
  /// Records written, to all topics.
  package var records: Int
  /// Bytes of keys, values and headers written.
  package var bytes: Int
  /// Time from taking the first record to the confirmed commit.
  package var elapsed: Duration
  /// Time of the transaction alone, from its beginning to the confirmed commit.
  package var transaction: Duration
  /// What it did in each of the lanes that took part, by number.
  package var byLane: [LaneReport]
  /// The run of training that was written with it.
  package var training: TrainingReport?

  /// Creates a report.
  package init(
    counts: BatchCounts = BatchCounts(), rejections: RejectionCounts = RejectionCounts(),
    shortenedSnapshots: Int = 0, lanes: Int = 0, sessions: Int = 0, records: Int = 0, bytes: Int = 0,
    elapsed: Duration = .zero, transaction: Duration = .zero, byLane: [LaneReport] = []
  ) {
    self.counts = counts
    self.rejections = rejections
    self.shortenedSnapshots = shortenedSnapshots
    self.lanes = lanes
    self.sessions = sessions
    self.records = records
    self.bytes = bytes
    self.elapsed = elapsed
    self.transaction = transaction
    self.byLane = byLane
  }
}
