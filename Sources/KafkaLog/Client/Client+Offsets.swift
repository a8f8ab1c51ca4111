import CRdKafka
import EventLog

extension Client {
  /// Longest wait for one round trip.
  private static let roundTrip: Duration = .seconds(10)

  /// The committed offsets of this client's group. Committed isolation makes the broker refuse while a
  /// transaction that holds offsets is pending; librdkafka asks again until then.
  func stableOffsets(
    _ partitions: [TopicPartition], within timeout: Duration
  ) throws(LogError) -> [TopicPartition: NextOffset?] {
    if partitions.isEmpty { return [:] }
    let deadline = Deadline(after: timeout)
    while true {
      let list = PartitionList(partitions)
      let wait = min(deadline.milliseconds, Self.roundTrip.milliseconds)
      let code = list.pass { rd_kafka_committed(raw, $0, wait) }
      var failure = code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : Failure(code)
      var offsets: [TopicPartition: NextOffset?] = [:]
      for element in list.elements {
        if element.code != RD_KAFKA_RESP_ERR_NO_ERROR && failure == nil { failure = Failure(element.code) }
        offsets[element.partition] = .some(element.offset >= 0 ? NextOffset(element.offset) : nil)
      }
      guard let failure else { return offsets }
      let error = failure.error(during: .consume, "reading the committed offsets of \(partitions)")
      if error.reaction != .retry || deadline.hasPassed { throw error }
    }
  }

  /// The first offset of each partition whose record was written at `time` or later (milliseconds since
  /// 1970); a partition without such a record is absent.
  func offsets(
    of partitions: [TopicPartition], since time: Int64
  ) throws(LogError) -> [TopicPartition: NextOffset] {
    if partitions.isEmpty { return [:] }
    let list = PartitionList(partitions.map { ($0, time) })
    let code = list.pass { rd_kafka_offsets_for_times(raw, $0, Self.roundTrip.milliseconds) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw Failure(code).error(during: .administer, "asking for offsets by time")
    }
    var offsets: [TopicPartition: NextOffset] = [:]
    for element in list.elements {
      guard element.code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        throw Failure(element.code).error(
          during: .administer, "asking for offsets by time of \(element.partition)")
      }
      if element.offset >= 0 { offsets[element.partition] = NextOffset(element.offset) }
    }
    return offsets
  }
}
