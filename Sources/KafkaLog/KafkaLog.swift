package import EventLog
package import Logging

/// Apache Kafka behind the port, through librdkafka.
///
/// Every reader sees only committed records, every producer is idempotent, offsets are committed only inside
/// transactions, and partitions are assigned eagerly by range, so that a lane keeps the same partition of
/// every topic.
package final class KafkaLog: EventLog {
  /// `kafka://host:port,…`
  package let name: String
  private let brokers: String
  private let properties: UserProperties
  private let logger: Logger

  /// Checks the client library and the properties; connects to nothing yet.
  ///
  /// - Parameters:
  ///   - brokers: addresses to start from, `host:port`, separated by commas.
  ///   - properties: librdkafka properties by their own names, passed through. One that is unknown, invalid,
  ///     or would break a guarantee is a fatal error.
  ///   - logger: gets librdkafka's log lines.
  package init(brokers: String, properties: [String: String], logger: Logger) throws(LogError) {
    if let refusal = ClientVersion.refusal() { throw refusal }
    guard brokers.contains(where: { $0 != "," && !$0.isWhitespace }) else {
      throw LogError(.fatal, code: "brokers", "no broker address is given")
    }
    self.brokers = brokers
    self.logger = logger
    self.properties = try UserProperties(properties)
    name = "kafka://\(brokers)"
  }

  /// Describes existing topics; a missing topic is absent from the answer.
  package func describe(_ topics: [String]) throws -> [String: TopicSpecification] {
    try makeAdministrator().describe(topics)
  }

  /// Creates topics that do not exist and waits until they can be used. An existing topic with another
  /// partition count is a fatal error that states both numbers.
  package func create(_ topics: [TopicSpecification]) throws {
    try makeAdministrator().create(topics)
  }

  /// Joins a consumer group as a static member.
  package func makeConsumer(_ configuration: ConsumerConfiguration) throws -> any GroupConsumer {
    try GroupMember(
      configuration,
      settings: .member(brokers: brokers, user: properties, configuration: configuration), logger: logger)
  }

  /// Creates a producer for transactions.
  package func makeTransactionalProducer(id: String) throws -> any TransactionalProducer {
    let timeout =
      properties["transaction.timeout.ms"].flatMap(Int.init) ?? ClientSettings.defaultTransactionTimeout
    return try TransactionWriter(
      settings: .transactions(brokers: brokers, user: properties, id: id), timeout: .milliseconds(timeout),
      logger: logger)
  }

  /// Creates a plain producer for ingest.
  package func makePublisher() throws -> any Publisher {
    try RecordPublisher(settings: .publisher(brokers: brokers, user: properties), logger: logger)
  }

  /// Creates a reader outside of any group.
  package func makeReader() throws -> any PartitionReader {
    LogReader(
      reading: .reader(brokers: brokers, user: properties),
      watermarks: .observer(brokers: brokers, user: properties), logger: logger)
  }

  /// A group's stable committed offsets, without joining it.
  package func committedOffsets(
    group: String, of partitions: [TopicPartition]
  ) throws -> [TopicPartition: NextOffset?] {
    let settings = ClientSettings.groupObserver(brokers: brokers, user: properties, group: group)
    return try Client(.consumer, settings, events: ClientEvents(logger: logger))
      .stableOffsets(partitions, within: Self.committedTimeout)
  }

  /// As long as a predecessor's open transaction may keep its offsets unstable.
  private static let committedTimeout: Duration = .seconds(60)

  /// Whether this log's own maintenance removes old input: brokers do.
  package var retainsInputs: Bool { false }

  /// Deletes what was released and is older than `history` by this machine's clock. The topics have no age
  /// limit of their own (`topics plan`), so nothing else deletes from them.
  package func release(before positions: [TopicPartition: NextOffset], history: Duration) throws {
    try makeAdministrator().deleteRecords(before: positions, olderThan: history)
  }

  /// Changes settings of an existing topic and waits until they are in force; all others stay as they are.
  package func alter(_ topic: String, _ settings: [String: String]) throws {
    try makeAdministrator().change(topic, settings)
  }

  private func makeAdministrator() throws(LogError) -> TopicAdministrator {
    try TopicAdministrator(settings: .observer(brokers: brokers, user: properties), logger: logger)
  }
}
