/// A partitioned, transactional, append-only log: the port; behind it are Kafka, SQLite and the simulation.
///
/// Every call may block the calling thread; nothing here may be called from the cooperative thread pool. All
/// failures are `LogError`.
public protocol EventLog: Sendable {
  /// What this log is, for messages: `kafka://host:port`, `embedded://path`, `simulated`.
  var name: String { get }

  /// Describes existing topics; a missing topic is absent from the answer.
  func describe(_ topics: [String]) throws -> [String: TopicSpecification]

  /// Creates topics that do not exist. An existing topic with another partition count is a fatal error that
  /// states both numbers.
  func create(_ topics: [TopicSpecification]) throws

  /// Joins a consumer group.
  func makeConsumer(_ configuration: ConsumerConfiguration) throws -> any GroupConsumer

  /// Creates a producer for transactions. The producer with the same id that came before is fenced by
  /// `initialize()`.
  func makeTransactionalProducer(id: String) throws -> any TransactionalProducer

  /// Creates a plain producer for ingest; each `send` is durable when it returns.
  func makePublisher() throws -> any Publisher

  /// Creates a reader outside of any group.
  func makeReader() throws -> any PartitionReader

  /// A group's stable committed offsets, asked for without joining it; `nil` where there is none.
  func committedOffsets(
    group: String, of partitions: [TopicPartition]
  ) throws -> [TopicPartition: NextOffset?]

  /// Whether it is this log's own maintenance that removes old input, and not a broker's. Only then does
  /// `release` say how far the input topics are read.
  var retainsInputs: Bool { get }

  /// Says that nothing below these positions is needed for going on: neither to restore a lane nor to read
  /// on.
  ///
  /// A record of these topics is removed only once it was released *and* is older than its history: on Kafka
  /// than `history`, on a log of our own than its topic's `retention.ms`. Positions below earlier ones do
  /// nothing.
  func release(before positions: [TopicPartition: NextOffset], history: Duration) throws
}

/// How a consumer joins its group.
public struct ConsumerConfiguration: Sendable {
  /// Group id: names the processor.
  public var group: String
  /// Static membership: a restart under the same id within the session timeout keeps its partitions.
  public var instance: String
  /// Input topics; all have the same number of partitions.
  public var topics: [String]

  /// Creates a configuration.
  public init(group: String, instance: String, topics: [String]) {
    self.group = group
    self.instance = instance
    self.topics = topics
  }
}

/// Bounds of one poll.
public struct FetchLimits: Sendable {
  /// Most records handed over by one poll, over all partitions.
  public var maxRecords: Int
  /// Most bytes of keys, values and headers handed over by one poll, over all partitions; a single larger
  /// record still passes alone.
  public var maxBytes: Int
  /// Longest wait for the first record.
  public var timeout: Duration

  /// Creates limits.
  public init(maxRecords: Int, maxBytes: Int, timeout: Duration) {
    self.maxRecords = maxRecords
    self.maxBytes = maxBytes
    self.timeout = timeout
  }
}

/// A change of ownership, delivered inside `poll` on the polling thread. The log waits until the handler
/// returns.
public enum Rebalance: Sendable, Equatable {
  /// These partitions are owned from now on. Reading starts at the group's committed offset, or at the
  /// earliest offset where there is none; the handler may `seek` to something else.
  case assigned([TopicPartition])
  /// These partitions are about to be taken away; a transaction may still be finished inside the handler.
  case revoked([TopicPartition])
  /// These partitions are owned by somebody else already; nothing may be committed for them.
  case lost([TopicPartition])
}

/// The consumer's identity in its group at one moment, sent with the offsets so that a stale owner is fenced.
public protocol GroupMetadata: Sendable {}

/// A member of a consumer group.
public protocol GroupConsumer: AnyObject {
  /// Reads what is there, in offset order inside each partition: only committed records.
  ///
  /// An empty answer means that nothing arrived within the timeout. Rebalances are delivered to the handler
  /// first.
  func poll(_ limits: FetchLimits, rebalance: (Rebalance) -> Void) throws -> [RecordChunk]

  /// Owned partitions whose position is at the end of the log, as far as the last poll saw.
  func partitionsAtEnd() -> Set<TopicPartition>

  /// Where reading of each owned partition goes on: past everything that polls handed over, and past what
  /// they only went over (markers, aborted and removed records). A partition whose start is not known yet is
  /// absent.
  func positions() -> [TopicPartition: NextOffset]

  /// High watermarks of owned partitions (open transactions included), as far as the last polls saw: asks
  /// nobody. A partition that was not seen yet is absent. `ends` less `positions` is what is still to be
  /// read.
  func ends() -> [TopicPartition: NextOffset]

  /// The group's stable committed offsets (no pending transaction is ignored); `nil` where there is none.
  func committed(_ partitions: [TopicPartition]) throws -> [TopicPartition: NextOffset?]

  /// Moves the reading position of owned partitions and drops what was fetched ahead.
  func seek(_ positions: [TopicPartition: NextOffset]) throws

  /// Stops and resumes fetching of owned partitions, for backpressure.
  func pause(_ partitions: [TopicPartition]) throws
  /// Undoes `pause`.
  func resume(_ partitions: [TopicPartition]) throws

  /// The live group metadata; read it at commit time, never keep it.
  func metadata() throws -> any GroupMetadata

  /// Leaves (or, with static membership, goes silent) and frees everything. Idempotent.
  func close()
}

/// Writes records and consumed offsets atomically.
///
/// Order of one transaction: `begin`, `produce`…, `flush`, `sendOffsets`, `commit`. After any error with
/// reaction `abortAndRewind` the only legal call is `abort`.
public protocol TransactionalProducer: AnyObject {
  /// Fences predecessors with the same id and finishes what they left open. Once, before the first `begin`.
  func initialize() throws
  /// Opens a transaction.
  func begin() throws
  /// Hands records over; they need not be delivered when this returns.
  func produce(_ batch: OutputBatch) throws
  /// Waits until every record handed over is delivered, or throws.
  func flush() throws
  /// Adds the positions to the transaction. The group metadata fences stale owners.
  func sendOffsets(_ positions: [TopicPartition: NextOffset], group: any GroupMetadata) throws
  /// Commits. Returns only if the commit is confirmed.
  func commit() throws
  /// Drops the transaction. Does nothing if none is open.
  func abort() throws
  /// Frees everything; aborts what is open. Idempotent.
  func close()
}

/// A plain producer.
public protocol Publisher: AnyObject {
  /// Writes records; a negative partition asks for the default partitioner (murmur2 of the key; a null key is
  /// spread). Returns when all are durable.
  ///
  /// - Returns: for each partition that was written to, the offset behind the last of the records there.
  @discardableResult
  func send(_ batch: OutputBatch) throws -> [TopicPartition: NextOffset]
  /// Frees everything. Idempotent.
  func close()
}

/// Reads partitions without a group: restore, `tail`, queries.
public protocol PartitionReader: AnyObject {
  /// Earliest retained offset and high watermark (the end including open transactions) of each partition.
  func bounds(_ partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds]

  /// Reads committed records from `from` until `to` (exclusive), handing chunks to `body` in order; `body`
  /// returns `false` to stop early. Waits for an open transaction below `to`, up to `patience` without
  /// progress.
  func read(
    _ partition: TopicPartition, from: NextOffset, to: NextOffset, patience: Duration,
    _ body: (RecordChunk) throws -> Bool
  ) throws

  /// Reads what is at and after the given positions right now, waiting at most `timeout` for the first
  /// record.
  func poll(
    _ positions: [TopicPartition: NextOffset], limits: FetchLimits
  ) throws -> [RecordChunk]

  /// Frees everything. Idempotent.
  func close()
}

/// What a partition holds.
public struct PartitionBounds: Sendable, Equatable {
  /// Offset of the oldest record still retained, or `end` if there is none.
  public var earliest: NextOffset
  /// High watermark: one past the last record, open transactions included.
  public var end: NextOffset

  /// Creates bounds.
  public init(earliest: NextOffset, end: NextOffset) {
    self.earliest = earliest
    self.end = end
  }
}
