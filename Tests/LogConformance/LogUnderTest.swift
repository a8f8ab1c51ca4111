public import EventLog

/// A log as the suite sees it: how to open it, what it can do, and how to make happen what tests cannot wait
/// for.
public struct LogUnderTest: Sendable {
  /// Name for messages.
  public var name: String
  /// What it can do.
  public var supports: Set<Capability>
  /// Opens a handle. Every call gives another handle on the same records and groups.
  public var makeLog: @Sendable () throws -> any EventLog
  /// Creates a topic; the port's own `create` where nothing else is said.
  public var prepareTopic: @Sendable (any EventLog, TopicSpecification) throws -> Void
  /// Put before topics, groups and ids, so that runs against one broker do not meet.
  public var prefix: String
  /// How long one poll waits.
  public var pollTimeout: Duration
  /// How long to wait for something that must happen.
  public var patience: Duration
  /// Removes every record below the positions.
  public var removeRecords: (@Sendable (any EventLog, [TopicPartition: NextOffset]) throws -> Void)?
  /// Compacts the compacted topics now; tombstones stay.
  public var compact: (@Sendable (any EventLog) throws -> Void)?
  /// Makes the group believe that this member is gone, without the member noticing.
  public var expireOwner: (@Sendable (any EventLog, _ group: String, _ instance: String) throws -> Void)?

  /// Creates a description.
  public init(
    name: String,
    supports: Set<Capability>,
    prefix: String = "",
    pollTimeout: Duration = .milliseconds(20),
    patience: Duration = .seconds(20),
    makeLog: @escaping @Sendable () throws -> any EventLog
  ) {
    self.name = name
    self.supports = supports
    self.prefix = prefix
    self.pollTimeout = pollTimeout
    self.patience = patience
    self.makeLog = makeLog
    prepareTopic = { log, topic in try log.create([topic]) }
  }
}
