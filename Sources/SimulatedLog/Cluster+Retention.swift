internal import EventLog

extension Cluster {
  /// Deletes or remembers what nobody needs for going on; see `EventLog.release`.
  mutating func release(
    before positions: [TopicPartition: NextOffset], history: Duration
  ) throws(LogError) {
    let limit = now - history.milliseconds
    for (source, position) in positions.sorted(by: { $0.key < $1.key }) {
      let partition = try partition(source)
      switch configuration.retention {
      case .own: released[source] = max(released[source] ?? 0, position.value)
      case .broker:
        let end = min(position.value, partition.end(olderThan: limit))
        remove(source, before: end)
      }
    }
  }

  /// Removes old records of every topic that is not only compacted, as maintenance or brokers do.
  mutating func applyRetention() {
    for name in topics.keys.sorted() {
      guard let topic = topics[name], !topic.specification.isCompacted,
        let age = topic.specification.settings["retention.ms"].flatMap({ Int64($0) }), age >= 0
      else { continue }
      for index in topic.partitions.indices {
        let source = TopicPartition(name, Int32(index))
        var end = topic.partitions[index].end(olderThan: now - age)
        if configuration.retention == .own, configuration.heldTopics.contains(name) {
          end = min(end, released[source] ?? 0)
        }
        remove(source, before: end)
      }
    }
  }

  private mutating func remove(_ source: TopicPartition, before offset: Int64) {
    let archives = configuration.archivesRemoved
    let count = topics[source.topic]?.partitions[Int(source.partition)]
      .removeRecords(before: offset, archives: archives)
    if let count, count > 0 {
      removedByRetention += count
      trace.note("retention \(source) \(offset)")
    }
  }
}
