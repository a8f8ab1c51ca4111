import CRdKafka
import EventLog

/// Owns one `rd_kafka_topic_partition_list_t`.
final class PartitionList {
  /// One element, copied out.
  struct Element {
    var partition: TopicPartition
    var offset: Int64
    var code: rd_kafka_resp_err_t
  }

  private let raw: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  init(_ partitions: some Sequence<(TopicPartition, Int64)>) {
    raw = rd_kafka_topic_partition_list_new(16)
    for (partition, offset) in partitions {
      rd_kafka_topic_partition_list_add(raw, partition.topic, partition.partition).pointee.offset = offset
    }
  }

  convenience init(_ partitions: [TopicPartition]) {
    self.init(partitions.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) })
  }

  deinit { rd_kafka_topic_partition_list_destroy(raw) }

  /// Calls `body` with the C list, which lives at least until it returns.
  func pass<Result>(_ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Result) -> Result {
    withExtendedLifetime(self) { body(raw) }
  }

  /// The elements.
  var elements: [Element] { Self.elements(of: raw) }

  /// The elements of a list that librdkafka owns.
  static func elements(of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> [Element] {
    guard let list, let first = list.pointee.elems else { return [] }
    return (0..<Int(list.pointee.cnt)).map { index in
      let element = first[index]
      return Element(
        partition: TopicPartition(String(cString: element.topic), element.partition),
        offset: element.offset, code: element.err)
    }
  }
}
