/// One partition of one topic.
public struct TopicPartition: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Topic name as the log knows it (any configured prefix included).
  public var topic: String
  /// Partition number, from 0.
  public var partition: Int32

  /// Creates a topic partition.
  public init(_ topic: String, _ partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  /// `topic[partition]`, as Kafka's own tools print it.
  public var description: String { "\(topic)[\(partition)]" }

  /// Orders by topic bytes, then partition.
  public static func < (left: Self, right: Self) -> Bool {
    if left.topic == right.topic { return left.partition < right.partition }
    // Unicode scalar order, so that no locale or normalization table takes part.
    return left.topic.utf8.lexicographicallyPrecedes(right.topic.utf8)
  }
}
