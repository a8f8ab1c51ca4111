internal import EventLog
internal import Foundation
internal import Synchronization

/// Makes a broker compact topics while a test waits.
///
/// The broker's cleaner passes by every few seconds and leaves the segment alone that is being written. So
/// segments are made short, and a record begins the next one; it belongs to an aborted transaction, which no
/// reader sees.
final class Compaction: Sendable {
  private static let segment = 200
  private let topics = Mutex<[String]>([])

  /// The topic with settings that let it be compacted soon, if it is to be compacted at all.
  func prepare(_ topic: TopicSpecification) -> TopicSpecification {
    guard topic.isCompacted else { return topic }
    topics.withLock { $0.append(topic.name) }
    var topic = topic
    topic.settings["segment.ms"] = "\(Self.segment)"
    topic.settings["min.cleanable.dirty.ratio"] = "0.01"
    return topic
  }

  /// Waits until every prepared topic holds each key once.
  func force(_ log: any EventLog) throws {
    Thread.sleep(forTimeInterval: 2 * Double(Self.segment) / 1000)
    for topic in topics.withLock({ $0 }) {
      try beginSegment(of: topic, log)
      try waitBlocking(until: "the compaction of \(topic)") {
        let keys = try self.keys(of: topic, log)
        return Set(keys).count == keys.count
      }
    }
  }

  private func beginSegment(of topic: String, _ log: any EventLog) throws {
    let producer = try log.makeTransactionalProducer(id: topic + "-segments")
    defer { producer.close() }
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    batch.append(topic, partition: 0, key: Array("segment".utf8), value: [])
    try producer.produce(batch)
    try producer.flush()
    try producer.abort()
  }

  private func keys(of topic: String, _ log: any EventLog) throws -> [[UInt8]?] {
    let reader = try log.makeReader()
    defer { reader.close() }
    let source = TopicPartition(topic, 0)
    guard let bounds = try reader.bounds([source])[source] else { return [] }
    var keys: [[UInt8]?] = []
    try reader.read(source, from: bounds.earliest, to: bounds.end, patience: patience) { chunk in
      keys += chunk.entries.map { chunk.copy($0.key) }
      return true
    }
    return keys
  }
}
