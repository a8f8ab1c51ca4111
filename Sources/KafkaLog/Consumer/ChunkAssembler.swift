import CRdKafka
import EventLog

/// Copies messages into one chunk per partition, within the limits of one poll.
final class ChunkAssembler {
  /// What became of a message.
  enum Outcome { case taken, full }

  /// Records dropped because they were handed over before, or because their partition is not being read any
  /// more.
  private(set) var dropped = 0
  private let table: PartitionTable
  private var chunks: [RecordChunk] = []
  private var slots: [Int] = []
  private var maxRecords = 0
  private var maxBytes = 0
  private var records = 0
  private var bytes = 0
  private var headerBytes: [UInt8] = []

  init(table: PartitionTable) { self.table = table }

  /// Starts a poll.
  func begin(maxRecords: Int, maxBytes: Int) {
    discard()
    self.maxRecords = maxRecords
    // Ranges inside an arena are 32 bits wide.
    self.maxBytes = min(maxBytes, Int(Int32.max) / 2)
  }

  /// Forgets what was assembled: its partitions are not owned any more.
  func discard() {
    for slot in slots where slot < table.slots.count { table.slots[slot].chunk = -1 }
    chunks = []
    slots = []
    records = 0
    bytes = 0
  }

  /// How many records still fit.
  var room: Int { maxRecords - records }

  /// Size of a record, on average over the last poll that had some.
  private(set) var averageBytes = 1

  /// Whether there is nothing to hand over.
  var isEmpty: Bool { chunks.isEmpty }

  /// Copies one record, unless the poll is full.
  func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Outcome {
    let slot = table.slot(topic: message.pointee.rkt, partition: message.pointee.partition)
    let offset = message.pointee.offset
    guard slot >= 0, offset >= table.slots[slot].expected else {
      dropped += 1
      return .taken
    }
    guard offset < table.slots[slot].limit else {
      table.slots[slot].expected = offset
      return .taken
    }
    if records >= maxRecords { return .full }
    headerBytes.removeAll(keepingCapacity: true)
    let hasHeaders = HeaderConversion.append(of: message, to: &headerBytes)
    let size = message.pointee.len + message.pointee.key_len + headerBytes.count
    if records > 0 && bytes + size > maxBytes { return .full }
    let chunk = chunkIndex(slot)
    let key = message.pointee.key.map {
      UnsafeRawBufferPointer(start: $0, count: message.pointee.key_len)
    }
    let value = message.pointee.payload.map {
      UnsafeRawBufferPointer(start: $0, count: message.pointee.len)
    }
    let timestamp = rd_kafka_message_timestamp(message, nil)
    if hasHeaders {
      headerBytes.withUnsafeBytes { headers in
        chunks[chunk].append(
          offset: RecordOffset(offset), timestamp: timestamp, key: key, value: value, headers: headers)
      }
    } else {
      chunks[chunk].append(offset: RecordOffset(offset), timestamp: timestamp, key: key, value: value)
    }
    table.slots[slot].expected = offset + 1
    table.slots[slot].startsAtBeginning = false
    table.slots[slot].isAtEnd = false
    records += 1
    bytes += size
    return .taken
  }

  /// Notes that a partition is read up to its end; the position moves past control and removed records.
  func reachEnd(slot: Int, at offset: Int64) {
    table.slots[slot].isAtEnd = true
    guard offset > table.slots[slot].expected else { return }
    table.slots[slot].expected = offset
    table.slots[slot].startsAtBeginning = false
    _ = chunkIndex(slot)
  }

  /// Hands over what was assembled.
  func finish() -> [RecordChunk] {
    for index in chunks.indices {
      let slot = slots[index]
      chunks[index].next = NextOffset(min(table.slots[slot].expected, table.slots[slot].limit))
      table.slots[slot].byteHint = chunks[index].byteCount
      table.slots[slot].recordHint = chunks[index].entries.count
      chunks[index].seal()
    }
    if records > 0 { averageBytes = bytes / records }
    let result = chunks
    discard()
    return result
  }

  private func chunkIndex(_ slot: Int) -> Int {
    let known = table.slots[slot].chunk
    if known >= 0 { return known }
    let current = table.slots[slot]
    chunks.append(
      RecordChunk(
        source: current.source, next: NextOffset(current.expected),
        byteCapacity: min(current.byteHint, maxBytes), recordCapacity: min(current.recordHint, maxRecords)))
    slots.append(slot)
    table.slots[slot].chunk = chunks.count - 1
    return chunks.count - 1
  }
}
