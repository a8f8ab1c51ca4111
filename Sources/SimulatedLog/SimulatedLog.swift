package import EventLog
internal import Synchronization

/// A log in memory, for tests: transactions, fencing, generations and rebalances as a Kafka cluster has them,
/// with faults at every request.
///
/// Deterministic when one thread drives it: the same seed and the same calls give the same trace. Time is
/// virtual and only the driver moves it. Dropping a client object without `close` is what a killed process
/// leaves behind.
package final class SimulatedLog: EventLog {
  private let cluster: Mutex<Cluster>
  let waitsInRealTime: Bool

  /// Creates an empty log.
  package init(seed: UInt64, configuration: Configuration = .init()) {
    cluster = Mutex(Cluster(seed: seed, configuration: configuration))
    waitsInRealTime = configuration.waitsInRealTime
  }

  /// `simulated`.
  package var name: String { "simulated" }

  /// The virtual clock, in milliseconds since 1970-01-01T00:00:00Z. Moving it removes silent members and
  /// aborts transactions that are too old.
  package var now: Int64 {
    get { cluster.withLock { $0.now } }
    set { cluster.withLock { $0.advance(to: newValue) } }
  }

  /// Decides which requests fail; `nil` lets all go well.
  package var faults: (any FaultInjector)? {
    get { cluster.withLock { $0.faults } }
    set { cluster.withLock { $0.faults = newValue } }
  }

  /// The faults that struck so far.
  package var firedFaults: FiredFaults { cluster.withLock { $0.firedFaults } }

  /// What happened so far.
  package var trace: SimulatedTrace { cluster.withLock { $0.trace } }

  /// Describes existing topics.
  package func describe(_ topics: [String]) throws -> [String: TopicSpecification] {
    locked { cluster in
      var result: [String: TopicSpecification] = [:]
      for name in topics { result[name] = cluster.topics[name]?.specification }
      return result
    }
  }

  /// Creates missing topics, all or none. A fatal error states both partition counts where they differ.
  package func create(_ topics: [TopicSpecification]) throws {
    try locked { cluster in
      var changed = cluster
      for topic in topics { try changed.create(topic) }
      cluster = changed
    }
  }

  /// Joins a group. A fatal error names a topic that does not exist.
  package func makeConsumer(_ configuration: ConsumerConfiguration) throws -> any GroupConsumer {
    try SimulatedConsumer(configuration, log: self)
  }

  /// Creates a producer for transactions.
  package func makeTransactionalProducer(id: String) throws -> any TransactionalProducer {
    SimulatedProducer(id: id, log: self)
  }

  /// Creates a plain producer.
  package func makePublisher() throws -> any Publisher { SimulatedPublisher(log: self) }

  /// Creates a reader outside of any group.
  package func makeReader() throws -> any PartitionReader { SimulatedReader(log: self) }

  /// A group's committed offsets; those of open transactions are refused as by a consumer.
  package func committedOffsets(
    group: String, of partitions: [TopicPartition]
  ) throws -> [TopicPartition: NextOffset?] {
    try perform(.committed, by: "reader") { cluster in
      var result: [TopicPartition: NextOffset?] = [:]
      for source in partitions {
        _ = try cluster.partition(source)
        if cluster.groups[group]?.isUnstable(source) == true {
          throw LogError(
            .retry, code: "UNSTABLE_OFFSET_COMMIT",
            "group '\(group)': an open transaction holds an offset of \(source)")
        }
        result.updateValue(cluster.groups[group]?.committed(source), forKey: source)
      }
      return result
    }
  }

  /// Whether retention is that of a log of our own; see `SimulatedLog.Retention`.
  package var retainsInputs: Bool { locked { $0.configuration.retention == .own } }

  /// As a broker: deletes what is old enough. As a log of our own: remembers the positions for
  /// `applyRetention`.
  package func release(before positions: [TopicPartition: NextOffset], history: Duration) throws {
    try locked { try $0.release(before: positions, history: history) }
  }

  /// Runs `body` under the lock.
  func locked<Value>(_ body: (inout Cluster) throws -> Value) rethrows -> Value {
    try cluster.withLock { try body(&$0) }
  }

  /// Runs one request: the injector is asked, and `effect` happens unless the fault strikes before it.
  func perform<Value>(
    _ kind: FaultRequest.Kind, by subject: String, _ effect: (inout Cluster) throws -> Value
  ) throws -> Value {
    try locked { cluster in
      let asked = cluster.ask(kind, by: subject)
      try cluster.strike(asked, at: .beforeEffect)
      let value = try effect(&cluster)
      try cluster.strike(asked, at: .afterEffect)
      return value
    }
  }
}
