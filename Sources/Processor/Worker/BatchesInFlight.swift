internal import EventLog
internal import JourneyModel
internal import ProcessRuntime
internal import WireFormat

/// What a worker holds of each batch that is under way: at most one is gathered, one reduced, one committed.
/// Which of them there may be is the pipeline's to say.
struct BatchesInFlight {
  /// A batch that was taken.
  struct Gathered {
    var chunks: [RecordChunk]
    /// Uptime at which its first record was taken.
    var started: Duration
  }

  /// A batch that the lanes are reducing, and the positions behind it.
  struct Reduction {
    var task: Task<[(lane: LaneNumber, output: LaneOutput)], any Error>
    var lanes: Set<LaneNumber>
    var generation: Int
    var positions: [TopicPartition: NextOffset]
    /// Uptime at which its first record was taken.
    var started: Duration
  }

  /// What the lanes have written, and what a commit of it will report.
  struct Reduced {
    var records: [OutputBatch]
    /// What each lane that took part has journalled.
    var journals: [JournalRecord]
    var report: CommitReport
    var files: [LaneFileQueue.Item]
    var positions: [TopicPartition: NextOffset]
    /// Uptime at which its first record was taken.
    var started: Duration
  }

  /// A transaction under way.
  struct Commit {
    /// Gives the uptime of the confirmed commit.
    var task: Task<Duration, any Error>
    var signal: CompletionSignal
    var report: CommitReport
    var files: [LaneFileQueue.Item]
    var positions: [TopicPartition: NextOffset]
    /// Uptime at which it began.
    var begun: Duration
    /// Uptime at which its first record was taken.
    var started: Duration
  }

  var gathered: Gathered?
  var planned: [LaneWork] = []
  var reduction: Reduction?
  var reduced: Reduced?
  var commit: Commit?
}
