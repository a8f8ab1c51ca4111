import CRdKafka
import EventLog

/// One partition being read.
struct PartitionSlot {
  /// Which partition.
  let source: TopicPartition
  /// The lowest offset still to be handed over; what comes below it was handed over before.
  var expected: Int64
  /// Whether reading starts at the earliest record, wherever that is, and nothing was read yet.
  var startsAtBeginning: Bool
  /// Whether everything up to the end of the log was read, as far as was last seen.
  var isAtEnd = false
  /// Whether fetching is stopped by the owner.
  var isPaused = false
  /// Whether records were thrown away while paused, so that resuming has to read them again.
  var mustRewind = false
  /// Offset at which reading stops.
  var limit = Int64.max
  /// Index of the chunk being filled, or −1.
  var chunk = -1
  /// Sizes of the last chunk: a good guess for the next.
  var byteHint = 0
  var recordHint = 0

  /// A partition whose reading starts at `start`, or at its earliest record.
  init(_ source: TopicPartition, start: NextOffset?) {
    self.source = source
    expected = start?.value ?? 0
    startsAtBeginning = start == nil
  }

  /// The position in librdkafka's terms.
  var rawPosition: Int64 { startsAtBeginning ? Int64(RD_KAFKA_OFFSET_BEGINNING) : expected }
}

/// The partitions being read, found by what a message carries: a topic pointer and a number.
final class PartitionTable {
  /// The partitions; indices are stable until the next `replace`.
  var slots: [PartitionSlot] = []
  private var indices: [TopicPartition: Int] = [:]
  // Topic pointers are compared, never followed. They stay valid while one of their partitions is assigned,
  // and the table is replaced with the assignment.
  private var topics: [(pointer: OpaquePointer, slots: [Int])] = []
  private var recent: (pointer: OpaquePointer?, partition: Int32, slot: Int) = (nil, -1, -1)

  /// Whether nothing is being read.
  var isEmpty: Bool { slots.isEmpty }

  /// Starts over with these partitions.
  func replace(_ slots: [PartitionSlot]) {
    self.slots = slots
    indices = [:]
    for (index, slot) in slots.enumerated() { indices[slot.source] = index }
    topics = []
    recent = (nil, -1, -1)
  }

  /// The slot of a partition, by name.
  func index(of partition: TopicPartition) -> Int? { indices[partition] }

  /// The slot of a message's partition, or −1 if it is not being read. Called once per record.
  @inline(__always)
  func slot(topic: OpaquePointer?, partition: Int32) -> Int {
    if topic == recent.pointer && partition == recent.partition { return recent.slot }
    return find(topic: topic, partition: partition)
  }

  private func find(topic: OpaquePointer?, partition: Int32) -> Int {
    guard let topic else { return -1 }
    var position = topics.firstIndex { $0.pointer == topic }
    if position == nil {
      let name = String(cString: rd_kafka_topic_name(topic))
      var row: [Int] = []
      for (index, slot) in slots.enumerated() where slot.source.topic == name {
        while row.count <= Int(slot.source.partition) { row.append(-1) }
        row[Int(slot.source.partition)] = index
      }
      topics.append((topic, row))
      position = topics.count - 1
    }
    guard let position else { return -1 }
    let row = topics[position].slots
    let found = row.indices.contains(Int(partition)) ? row[Int(partition)] : -1
    recent = (topic, partition, found)
    return found
  }
}
