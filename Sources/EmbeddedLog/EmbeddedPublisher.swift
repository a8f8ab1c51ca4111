internal import EventLog

/// Writes each batch in a transaction of its own.
final class EmbeddedPublisher: Publisher {
  private let store: Store
  private let catalog: TopicCatalog
  private let settings: EmbeddedLog.Configuration
  private var spread: UInt32
  private var isClosed = false

  init(store: Store, catalog: TopicCatalog, settings: EmbeddedLog.Configuration) {
    self.store = store
    self.catalog = catalog
    self.settings = settings
    // Not 0: many short-lived publishers would all begin at the first partition.
    spread = UInt32(truncatingIfNeeded: settings.now())
  }

  func send(_ batch: OutputBatch) throws -> [TopicPartition: NextOffset] {
    if isClosed { throw LogError(.fatal, code: "closed", "the publisher is closed") }
    guard !batch.isEmpty else { return [:] }
    let counted = spread
    let (moved, ends) = try store.write { database in
      var spread = counted
      var appender = try RecordAppender(
        database, catalog: catalog, timestamp: settings.now(), capacity: settings.capacity)
      try appender.append(batch, spread: &spread)
      return (spread, try appender.finish())
    }
    spread = moved
    return ends
  }

  func close() { isClosed = true }
}
