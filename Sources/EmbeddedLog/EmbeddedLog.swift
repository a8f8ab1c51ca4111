package import EventLog
internal import GRDB
internal import Synchronization

/// A durable log in one SQLite file, shared by any number of processes of one machine.
///
/// A confirmed `send` or `commit` survives a killed process and a power cut. Publishers and readers come and
/// go; of each consumer group one member owns all partitions through a lease whose epoch every commit checks.
package final class EmbeddedLog: EventLog {
  /// Where the file is.
  package let path: String
  let store: Store
  let catalog: TopicCatalog
  let configuration: Configuration
  /// Where the next bounded maintenance call goes on, as a position in the list of all partitions.
  let maintenanceCursor = Mutex(0)

  /// Opens or creates the file. Throws a fatal error with the path if it cannot be opened, is damaged, or is
  /// not ours.
  package init(path: String, configuration: Configuration = .init()) throws(LogError) {
    self.path = path
    self.configuration = configuration
    store = try Store(path: path, busyTimeout: configuration.busyTimeout)
    catalog = TopicCatalog(path: path)
  }

  /// `embedded://` and the path.
  package var name: String { "embedded://\(path)" }

  /// Describes existing topics with the settings they were created with.
  package func describe(_ topics: [String]) throws -> [String: TopicSpecification] {
    try store.read { database in
      var result: [String: TopicSpecification] = [:]
      for name in topics { result[name] = try catalog.specification(name, in: database) }
      return result
    }
  }

  /// Creates missing topics, all or none. A fatal error states both partition counts where they differ.
  package func create(_ topics: [TopicSpecification]) throws {
    try store.write { database in
      for topic in topics { try catalog.create(topic, in: database) }
    }
  }

  /// Joins a group. A fatal error names a topic that does not exist.
  package func makeConsumer(_ configuration: ConsumerConfiguration) throws -> any GroupConsumer {
    try EmbeddedConsumer(configuration, store: store, catalog: catalog, settings: self.configuration)
  }

  /// Creates a producer for transactions.
  package func makeTransactionalProducer(id: String) throws -> any TransactionalProducer {
    EmbeddedProducer(id: id, store: store, catalog: catalog, settings: configuration)
  }

  /// Creates a plain producer; each `send` is one transaction.
  package func makePublisher() throws -> any Publisher {
    EmbeddedPublisher(store: store, catalog: catalog, settings: configuration)
  }

  /// Creates a reader outside of any group.
  package func makeReader() throws -> any PartitionReader {
    EmbeddedReader(store: store, catalog: catalog)
  }

  /// Who owns the group's partitions now; `nil` if nobody does. Shows a waiting member what it waits for.
  package func currentLease(group: String) throws(LogError) -> GroupLease? {
    return try store.read { database in
      guard let row = try LeaseTable.find(group, in: database), !row.isReleased,
        !row.holder.isCertainlyDead
      else { return nil }
      return row.lease
    }
  }

  /// A group's committed offsets; `nil` where there is none.
  package func committedOffsets(
    group: String, of partitions: [TopicPartition]
  ) throws -> [TopicPartition: NextOffset?] {
    try store.read { database in
      try OffsetTable.committed(partitions, group: group, catalog: catalog, in: database)
    }
  }

  /// What the log takes of the disk.
  package func size() throws(LogError) -> LogSize {
    let (file, wal, free) = try store.size()
    let input = try store.read { database in
      try configuration.boundedTopics.reduce(into: Int64(0)) { sum, name in
        guard try catalog.specification(name, in: database) != nil else { return }
        sum += try InputCapacity.bytes(of: try catalog.topic(name, in: database), in: database)
      }
    }
    return LogSize(
      fileBytes: file, walBytes: wal, freeBytes: free, inputBytes: input,
      maxInputBytes: configuration.boundedTopics.isEmpty ? nil : configuration.maxInputBytes)
  }
}
