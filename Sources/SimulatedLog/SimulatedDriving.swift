package import EventLog

/// What only the driver of a simulation can do.
extension SimulatedLog {
  /// Removes a member from its group at once, as if its session had run out. Does nothing if there is none.
  package func evict(group: String, instance: String) {
    locked { cluster in
      guard let member = cluster.groups[group]?.members.first(where: { $0.instance == instance }) else {
        return
      }
      cluster.groups[group]?.leave(member.id)
    }
  }

  /// Makes every member give up its partitions and take part in a new generation.
  package func rebalance(group: String) { locked { $0.groups[group]?.startRebalance() } }

  /// Stores a group's offsets at once, outside of any transaction and without asking who owns the partitions:
  /// what a processor must never do.
  package func commitOffsets(_ positions: [TopicPartition: NextOffset], group: String) {
    locked { cluster in
      let number = cluster.nextNumber()
      cluster.groups[group]?.add(positions, transaction: number)
      cluster.groups[group]?.end(number, isCommit: true)
    }
  }

  /// Puts what happens outside of the log between the lines of its trace, if they are kept; not into the
  /// trace's digest.
  package func remark(_ text: @autoclosure () -> String) {
    locked { cluster in
      let time = cluster.now
      cluster.trace.remark("\(time) \(text())")
    }
  }

  /// A group's committed offsets; those of open transactions are not among them.
  package func committedOffsets(group: String) -> [TopicPartition: NextOffset] {
    locked { $0.groups[group]?.allCommitted ?? [:] }
  }

  /// How many transactions the log has ended because they had been open for too long.
  package var timedOutTransactions: Int { locked { $0.timedOutTransactions } }

  /// The instances in a group, in order.
  package func members(group: String) -> [String] {
    locked { $0.groups[group]?.members.map(\.instance) ?? [] }
  }

  /// Removes every record below the position, as retention does. A fatal error names what does not exist.
  package func removeRecords(before positions: [TopicPartition: NextOffset]) throws {
    try locked { cluster in
      for (source, position) in positions {
        _ = try cluster.partition(source)
        cluster.topics[source.topic]?.partitions[Int(source.partition)].removeRecords(before: position.value)
      }
    }
  }

  /// Removes what is too old, by the rules of the configuration.
  package func applyRetention() { locked { $0.applyRetention() } }

  /// How many records retention has removed so far.
  package var removedByRetention: Int { locked { $0.removedByRetention } }

  /// A committed record that retention removed, where those are kept.
  package struct Removed: Sendable {
    /// Its offset.
    package var offset: RecordOffset
    /// When it was written, in milliseconds.
    package var timestamp: Int64
    /// Its content.
    package var stored: Stored
  }

  /// Committed records of a partition that retention removed, in offset order.
  package func removedRecords(_ partition: TopicPartition) throws -> [Removed] {
    try locked { cluster in
      try cluster.partition(partition).removed.compactMap { record in
        guard case .record(let key, let value, let headers) = record.content else { return nil }
        return Removed(
          offset: RecordOffset(record.offset), timestamp: record.timestamp,
          stored: Stored(key: key, value: value, headers: headers))
      }
    }
  }

  /// Keys of a partition that a tombstone was committed for. Those are among them whose tombstone retention
  /// or compaction has removed since, where what is removed is kept.
  package func tombstones(_ partition: TopicPartition) throws -> Set<[UInt8]> {
    try locked { try $0.partition(partition).tombstones }
  }

  /// The transaction that wrote each committed record of a partition below its last stable offset, by offset;
  /// `nil` for a record that was published without one. Those that retention removed are among them, where
  /// those are kept.
  public func transactions(of partition: TopicPartition) throws -> [RecordOffset: Int?] {
    try locked { try $0.partition(partition).transactions }
  }

  /// Compacts the compacted topics: of each key the newest committed record stays; a tombstone stays readable
  /// for `tombstoneRetention` of virtual time.
  package func compact(tombstoneRetention: Duration = .seconds(86_400)) {
    locked { cluster in
      let limit = cluster.now - tombstoneRetention.milliseconds
      let archives = cluster.configuration.archivesRemoved
      for (name, topic) in cluster.topics where topic.specification.isCompacted {
        for index in topic.partitions.indices {
          cluster.topics[name]?.partitions[index].compact(
            tombstonesBefore: limit, archives: archives)
        }
      }
    }
  }

  /// A stored record's key, value and encoded headers.
  package struct Stored: Sendable, Hashable {
    /// Key bytes; `nil` for a null key.
    package var key: [UInt8]?
    /// Value bytes; `nil` for a tombstone.
    package var value: [UInt8]?
    /// Encoded headers (`HeaderBlock` layout); `nil` if there are none.
    package var headers: [UInt8]?
  }

  /// Changes a committed record where it is, as damage does, runs `body`, and puts the record back. `nil`
  /// removes it meanwhile. A fatal error says if there is no such record.
  package func altering(
    _ partition: TopicPartition, at offset: Int64, _ change: (Stored) -> Stored?,
    during body: () throws -> Void
  ) throws {
    let old = try locked { cluster in
      _ = try cluster.partition(partition)
      let place = Int(partition.partition)
      guard
        case .record(let key, let value, let headers)? =
          cluster.topics[partition.topic]?.partitions[place].content(at: offset)
      else {
        throw LogError(.fatal, code: "noRecord", "\(partition) has no committed record at \(offset)")
      }
      let new = change(Stored(key: key, value: value, headers: headers))
      return cluster.topics[partition.topic]?.partitions[place].replace(
        at: offset, by: new.map { .record(key: $0.key, value: $0.value, headers: $0.headers) })
    }
    defer {
      if let old {
        locked { $0.topics[partition.topic]?.partitions[Int(partition.partition)].put(old) }
      }
    }
    try body()
  }

  /// Transactional ids with an open transaction, in order; each holds back the readers of what it wrote to.
  package var openTransactions: [String] {
    locked { cluster in cluster.identities.filter { $0.value.open != nil }.keys.sorted() }
  }

  /// Offset of the newest record that is not a marker and does not belong to an aborted transaction; `nil` if
  /// there is none.
  package func lastRecord(_ partition: TopicPartition) -> RecordOffset? {
    locked { cluster in (try? cluster.partition(partition))?.newest.map { RecordOffset($0) } }
  }

  /// One past the last record that readers of committed records may see.
  package func lastStableOffset(_ partition: TopicPartition) throws -> NextOffset {
    try locked { NextOffset(try $0.partition(partition).lastStable) }
  }
}
