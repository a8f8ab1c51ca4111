import EventLog

/// Everything one client is configured with, in the order in which it is set: defaults, then the operator's
/// properties, then what a guarantee depends on.
struct ClientSettings: Sendable {
  /// Properties in order; a later one replaces an earlier one, aliases included.
  let entries: [(key: String, value: String)]

  private init(
    brokers: String, defaults: [(String, String)], user: UserProperties, fixed: [(String, String)]
  ) {
    let common = [("client.id", "sojourn"), ("statistics.interval.ms", "0")]
    entries =
      (common + defaults).map { (key: $0.0, value: $0.1) } + user.entries
      + ([("bootstrap.servers", brokers)] + fixed).map { (key: $0.0, value: $0.1) }
  }

  /// The value that counts for a property.
  subscript(key: String) -> String? { entries.last { $0.key == key }?.value }

  /// A member of a group.
  static func member(
    brokers: String, user: UserProperties, configuration: ConsumerConfiguration
  ) -> ClientSettings {
    let membership = [
      ("group.id", configuration.group), ("group.instance.id", configuration.instance),
      // Eager: the cooperative assignor of librdkafka before 2.10 re-reads, hangs and loses assignments.
      ("partition.assignment.strategy", "range"),
    ]
    return ClientSettings(
      brokers: brokers, defaults: fetching(user, wait: 100), user: user, fixed: reading + membership)
  }

  /// A reader without a group.
  static func reader(brokers: String, user: UserProperties) -> ClientSettings {
    ClientSettings(brokers: brokers, defaults: fetching(user, wait: 20), user: user, fixed: reading)
  }

  /// A client that asks for watermarks and topics. Only uncommitted isolation sees the high watermark; a
  /// committed one would see the last stable offset, and a restore bounded by that reads too little.
  static func observer(brokers: String, user: UserProperties) -> ClientSettings {
    ClientSettings(
      brokers: brokers, defaults: fetching(user, wait: 100), user: user,
      fixed: reading + [("isolation.level", "read_uncommitted")])
  }

  /// A client that asks for a group's offsets without joining it.
  static func groupObserver(brokers: String, user: UserProperties, group: String) -> ClientSettings {
    ClientSettings(
      brokers: brokers, defaults: fetching(user, wait: 100), user: user,
      fixed: reading + [("group.id", group)])
  }

  /// A producer for transactions.
  static func transactions(brokers: String, user: UserProperties, id: String) -> ClientSettings {
    ClientSettings(
      brokers: brokers,
      // Short, so that a crashed predecessor pins readers briefly; the processor ends a transaction well
      // before.
      defaults: writing + [("transaction.timeout.ms", "\(defaultTransactionTimeout)")], user: user,
      fixed: durable + [("transactional.id", id)])
  }

  /// A producer without transactions.
  static func publisher(brokers: String, user: UserProperties) -> ClientSettings {
    ClientSettings(
      brokers: brokers, defaults: writing + [("message.timeout.ms", "30000")], user: user, fixed: durable)
  }

  /// Milliseconds after which the broker aborts an open transaction.
  static let defaultTransactionTimeout = 15_000

  /// The end of a partition shows in an empty answer, which the broker holds back for `wait` milliseconds; a
  /// restore waits for one per partition.
  private static func fetching(_ user: UserProperties, wait: Int) -> [(String, String)] {
    // librdkafka's own defaults hold 64 MiB too, but answers of 50 MiB on top of it. An answer must hold one
    // message of the greatest size.
    let message = user["message.max.bytes"].flatMap(Int.init) ?? 0
    // Or else a drained queue is noticed up to a second late; see `FetchWaker`.
    let backoff = FetchWaker.isNeeded ? [] : [("fetch.queue.backoff.ms", "10")]
    return backoff + ClientBounds.fetching + [
      ("fetch.max.bytes", "\(max(ClientBounds.fetchBytes, message))"), ("fetch.wait.max.ms", "\(wait)"),
    ]
  }

  private static let reading = [
    ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
    ("isolation.level", "read_committed"), ("auto.offset.reset", "error"),
    ("enable.partition.eof", "true"), ("allow.auto.create.topics", "false"),
  ]

  private static let writing =
    ClientBounds.writing + [
      // Not 0: without lingering every record is its own request, which makes the slowest commits slower.
      ("linger.ms", "5"), ("compression.type", "lz4"),
      // Below every timeout of records and transactions, which would hide from the caller that the topic is
      // missing.
      ("topic.metadata.propagation.max.ms", "10000"),
    ]

  private static let durable = [
    ("enable.idempotence", "true"), ("acks", "all"), ("partitioner", "murmur2_random"),
  ]
}
