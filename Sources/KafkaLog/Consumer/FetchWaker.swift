import CRdKafka
import EventLog

/// Wakes the fetching of a client whose full queue has been drained.
///
/// When its queue of fetched records is full, librdkafka before 2.2 stops fetching and looks again only when
/// the connection stirs or a second has passed. A fast reader empties the queue in a tenth of that and then
/// waits: on two cores it read 0.39 million records a second instead of more than a million. Newer versions
/// have a property for it (`fetch.queue.backoff.ms`); for older ones a small request that nobody waits for
/// makes the connections stir.
final class FetchWaker {
  /// Whether the linked librdkafka needs waking.
  static let isNeeded = rd_kafka_version() < 0x0202_0000

  private let messageLimit: Int
  private let byteLimit: Int
  /// The queue length at which to wake; halved with each attempt, so that a short queue costs nothing.
  private var mark = 0

  /// The limits at which librdkafka stops fetching.
  init(settings: ClientSettings) {
    messageLimit = settings["queued.min.messages"].flatMap(Int.init) ?? 100_000
    byteLimit = (settings["queued.max.messages.kbytes"].flatMap(Int.init) ?? 65_536) << 10
  }

  /// Called whenever records were taken from the queue.
  func observe(_ queue: QueueHandle, of client: Client, averageBytes: Int, _ table: PartitionTable) {
    let full = min(messageLimit, byteLimit / max(1, averageBytes))
    let length = Int(rd_kafka_queue_length(queue.raw))
    if length > full * 5 / 8 {
      mark = full / 2
    } else if length < mark && !table.isEmpty {
      mark /= 2
      wake(client, table.slots.map(\.source))
    }
  }

  private func wake(_ client: Client, _ partitions: [TopicPartition]) {
    // One request to each leader. The answer is of no interest, so there is no wait for it beyond the
    // shortest.
    let list = PartitionList(partitions.map { ($0, Int64(RD_KAFKA_OFFSET_END)) })
    _ = list.pass { rd_kafka_offsets_for_times(client.raw, $0, 1) }
  }
}
