public import EventLog
public import JourneyModel
public import LaneStorage
public import ProcessRuntime
public import WireFormat

/// What a processor reports as it runs, for logs, terminals and metrics.
public enum ProcessorEvent: Sendable {
  /// It waits for partitions; the text says who has them, where that is known.
  case waiting(String)
  /// These lanes are being read back.
  case restoring([Int32])
  /// A lane's restore has come so far: `read` of `of`, in offsets of the log, and bytes of the lane file
  /// where there is one.
  case restoreProgress(lane: Int32, read: Int, of: Int)
  /// Input was removed before it was read.
  case inputLost([LostInput])
  /// A lane is restored.
  case restored(RestoreReport)
  /// A lane's local file is not used, for this reason; the lane is restored from the log.
  case laneFileIgnored(lane: Int32, LaneFileDoubt)
  /// A lane's state as of a batch is in its local file.
  case laneFileWritten(lane: Int32, sequence: BatchSequence, sessions: Int)
  /// A lane's local file could not be written; the one before stays.
  case laneFileFailed(lane: Int32, reason: String)
  /// A lane is running, with so many sessions.
  case running(lane: Int32, sessions: Int)
  /// These lanes are given back.
  case released([Int32])
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
  /// The machine's clock jumped, or a jump has lasted and counts from now on.
  case clockJumped(SteadyClock.Jump)
  /// What nobody needs any more could not be given up; it is tried again.
  case retentionFailed(String)
  /// The worker's loop has come round once more.
  case turned(TurnReport)
}

/// Which definitions are in force.
public struct DefinitionsReport: Sendable, Hashable {
  /// Hash of the bundle.
  public var hash: String
  /// Counts the changes, from 1.
  public var revision: Int
  /// Number of definitions, of all kinds.
  public var count: Int
  /// What this build warns about in them, one line each: they are in force all the same.
  public var warnings: [String] = []
}

/// What a lane's restore did.
public struct RestoreReport: Sendable {
  /// Where a lane's state came from.
  public enum Source: String, Sendable, CaseIterable {
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
  public var lane: Int32
  /// Sessions held.
  public var sessions: Int
  /// Where they came from.
  public var source: Source
  /// Time that it took.
  public var elapsed: Duration

  /// Creates a report.
  public init(lane: Int32, sessions: Int, source: Source, elapsed: Duration) {
    self.lane = lane
    self.sessions = sessions
    self.source = source
    self.elapsed = elapsed
  }
}

/// What one transaction did.
public struct CommitReport: Sendable {
  /// What became of the records.
  public var counts: BatchCounts
  /// Records read and rejected, by topic and reason.
  public var rejections = RejectionCounts()
  /// Snapshots that leave something out, because they would exceed `maxSnapshotBytes`.
  public var shortenedSnapshots = 0
  /// What rules gave.
  public var derived = DerivedCounts()
  /// Lanes that took part.
  public var lanes: Int
  /// Sessions held by all lanes of the worker.
  public var sessions: Int
  /// Records written, to all topics.
  public var records: Int
  /// Bytes of keys, values and headers written.
  public var bytes: Int
  /// Time from taking the first record to the confirmed commit.
  public var elapsed: Duration
  /// Time of the transaction alone, from its beginning to the confirmed commit.
  public var transaction: Duration
  /// What it did in each of the lanes that took part, by number.
  public var byLane: [LaneReport]

  /// Creates a report.
  public init(
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
