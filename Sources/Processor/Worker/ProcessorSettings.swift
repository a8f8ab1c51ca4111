public import JourneyModel

/// How a processor instance runs. Nothing here shapes the bytes of an output except through where batches end.
public struct ProcessorSettings: Sendable {
  /// What shapes a lane's output.
  public var lanes = LaneSettings()
  /// Name of this instance: static membership and transactional id follow from it.
  public var instance = "sojourn-1"
  /// Longest time that input is gathered before it is committed.
  public var commitInterval: Duration = .milliseconds(200)
  /// Most records gathered for one commit, over all lanes.
  public var maxBatchEvents = 100_000
  /// Most bytes gathered for one commit, over all lanes.
  public var maxBatchBytes = 64 << 20
  /// When an input topic of broken records is not read for a while.
  public var breaker = PoisonBreaker.Settings()
  /// What to do where retention removed input that was not read.
  public var lostInput = LostInput.Policy.stop
  /// How long a stream of a lane must have had no input before ticks advance its timers.
  public var topicIdle: Duration = .seconds(30)
  /// How long a restore waits without progress for an open transaction below the end of a topic.
  public var restorePatience: Duration = .seconds(60)
  /// Time between two files of a lane, if there is a place for them; `nil` to write one only at a graceful stop.
  public var laneFileInterval: Duration? = .seconds(300)
  /// Bytes of sessions in memory, by estimate; its lanes share them evenly. What is more goes to the cold store. Not in the
  /// digest of the settings: no output byte depends on it.
  public var maxResidentBytes = 4 << 30
  /// How often the worker looks for new definitions.
  public var definitionsInterval: Duration = .milliseconds(250)
  /// How often a retriable failure is retried before the transaction is aborted.
  public var maxRetries = 20

  /// Creates the default settings.
  public init() {}
}

/// The wall clock, injected: the machines never read one.
public protocol WallClock: Sendable {
  /// The time now.
  var now: EventTime { get }
  /// The time up to which timers may be advanced. Behind `now` while the clock is doubted; see `SteadyClock`.
  var settled: EventTime { get }
}

extension WallClock {
  /// A clock that is not doubted.
  public var settled: EventTime { now }
}
