package import EventLog
internal import GRDB
internal import Synchronization

/// Keeps the file from growing without end. Nothing here runs by itself: the caller decides when.
extension EmbeddedLog {
  /// Applies every topic's `cleanup.policy`: removes records beyond `retention.ms` and `retention.bytes`
  /// (topics of policy `delete`, the default; absent settings keep everything) and superseded records and old
  /// tombstones (policy `compact`).
  ///
  /// Ages are those of the retention clock, which is in the file: no setting of the machine's clock makes a
  /// record old. A record counts as written when maintenance first saw it. At most about `maxRecords` records
  /// are looked at in one write transaction, so that commits do not wait for long; `hasMore` says that the
  /// bound was reached, and the next call goes on behind it. Offsets never change and are never given again.
  @discardableResult
  package func compact(maxRecords: Int = 10_000) throws(LogError) -> CompactionReport {
    let (uptime, wall) = (configuration.uptime(), configuration.now())
    let start = maintenanceCursor.withLock { $0 }
    let (report, next) = try store.write { database in
      let time = try RetentionClock.advance(
        uptime: uptime, wall: wall, maxStep: configuration.maxClockStep, in: database)
      try holdTopics(in: database)
      return try compact(at: time, maxRecords: maxRecords, startingWith: start, in: database)
    }
    maintenanceCursor.withLock { $0 = next }
    try store.giveBackSpace()
    return report
  }

  /// Whether this log's own maintenance removes old input: yes.
  package var retainsInputs: Bool { true }

  /// Moves on how far retention may go in these topics; `history` is their `retention.ms` here.
  package func release(before positions: [TopicPartition: NextOffset], history: Duration) throws {
    try store.write { database in
      for (partition, position) in positions {
        let topic = try catalog.topic(of: partition, in: database)
        try ReleaseTable.release(topic, partition.partition, before: position.value, in: database)
      }
    }
  }

  private func holdTopics(in database: Database) throws {
    for name in configuration.heldTopics.sorted() {
      guard try catalog.specification(name, in: database) != nil else { continue }
      try ReleaseTable.hold(try catalog.topic(name, in: database), in: database)
    }
  }

  /// Removes every record below the positions, whatever the topic's policy. Reading below is an error
  /// afterwards.
  package func removeRecords(before positions: [TopicPartition: NextOffset]) throws(LogError) {
    try store.write { database in
      for (partition, position) in positions {
        let topic = try catalog.topic(of: partition, in: database)
        let state = try PartitionState.one(partition, of: topic, in: database)
        let removal = RecordRemoval(topic: topic, partition: partition.partition)
        try removal.removeAll(below: min(position.value, state.next), in: database)
      }
    }
  }

  private func compact(
    at time: Int64, maxRecords: Int, startingWith start: Int, in database: Database
  ) throws -> (CompactionReport, next: Int) {
    var report = CompactionReport()
    var budget = maxRecords
    let specifications = try catalog.names(in: database).compactMap {
      try catalog.specification($0, in: database)
    }
    let partitions = specifications.flatMap { topic in (0..<topic.partitions).map { (topic, $0) } }
    for step in partitions.indices {
      let index = (start + step) % partitions.count
      guard budget > 0 else {
        report.hasMore = true
        return (report, index)
      }
      let (specification, partition) = partitions[index]
      let topic = try catalog.topic(specification.name, in: database)
      let policy = CleanupPolicy(specification, tombstoneRetention: configuration.tombstoneRetention)
      let marks = RetentionMarks(topic: topic, partition: partition)
      for age in policy.ages { try marks.note(now: time, age: age, in: database) }
      if policy.deletes {
        let retention = Retention(topic: topic, partition: partition, policy: policy)
        report.expired += try retention.apply(now: time, budget: &budget, in: database)
      }
      if policy.compacts {
        let compaction = KeyCompaction(topic: topic, partition: partition, policy: policy)
        report.superseded += try compaction.removeSuperseded(budget: &budget, in: database)
        report.tombstones += try compaction.removeTombstones(now: time, budget: &budget, in: database)
      }
      if let oldest = policy.ages.max() { try marks.prune(olderThan: oldest, now: time, in: database) }
    }
    report.hasMore = budget <= 0
    return (report, start)
  }
}
