import CRdKafka
import EventLog
import Logging

/// Reads partitions without a group. One thread at a time uses it.
///
/// librdkafka's assignments need a group id, with a coordinator and permissions; its older start and stop
/// calls do not, so these are used here.
final class LogReader: PartitionReader {
  private static let roundTrip: Duration = .seconds(10)
  // Large enough to keep decoding busy, small enough that a restore needs little memory per partition.
  private static let chunkLimits = FetchLimits(
    maxRecords: 16_384, maxBytes: 8 << 20, timeout: .milliseconds(100))

  private let pump: RecordPump
  private let settings: (reading: ClientSettings, watermarks: ClientSettings)
  private let logger: Logger
  private var reading: (client: Client, queue: QueueHandle, topics: TopicHandles)?
  private var watermarks: Client?
  private var isClosed = false

  init(reading: ClientSettings, watermarks: ClientSettings, logger: Logger) {
    settings = (reading, watermarks)
    pump = RecordPump(settings: reading)
    self.logger = logger
  }

  deinit { close() }

  func bounds(_ partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds] {
    try requireOpen()
    let client =
      try watermarks ?? Client(.consumer, settings.watermarks, events: ClientEvents(logger: logger))
    watermarks = client
    var result: [TopicPartition: PartitionBounds] = [:]
    for partition in partitions {
      var low: Int64 = 0
      var high: Int64 = 0
      let code = rd_kafka_query_watermark_offsets(
        client.raw, partition.topic, partition.partition, &low, &high, Self.roundTrip.milliseconds)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        throw Failure(code).error(during: .read, "asking for the bounds of \(partition)")
      }
      result[partition] = PartitionBounds(earliest: NextOffset(low), end: NextOffset(high))
    }
    return result
  }

  func read(
    _ partition: TopicPartition, from: NextOffset, to: NextOffset, patience: Duration,
    _ body: (RecordChunk) throws -> Bool
  ) throws {
    try requireOpen()
    guard from < to else { return }
    try follow([partition: from], limit: to, restart: true)
    defer { stop(Array(pump.table.slots.indices)) }
    var position = from.value
    var deadline = Deadline(after: patience)
    while position < to.value {
      for chunk in try gather(Self.chunkLimits) where !chunk.entries.isEmpty {
        guard try body(chunk) else { return }
      }
      let reached = pump.table.slots.first?.expected ?? position
      if reached > position {
        position = reached
        deadline = Deadline(after: patience)
      } else if deadline.hasPassed {
        throw LogError(
          .retry, code: "stalled",
          "reading \(partition) from \(from) is at \(position) of \(to) for \(patience): a transaction is open "
            + "there, or the broker does not answer")
      }
    }
  }

  func poll(
    _ positions: [TopicPartition: NextOffset], limits: FetchLimits
  ) throws -> [RecordChunk] {
    try requireOpen()
    try follow(positions, limit: nil, restart: false)
    return try gather(limits)
  }

  func close() {
    if isClosed { return }
    isClosed = true
    stop(Array(pump.table.slots.indices))
    pump.buffer.removeAll()
    reading = nil
    watermarks = nil
  }

  // MARK: - Fetching

  private func requireOpen() throws(LogError) {
    if isClosed { throw LogError(.fatal, code: "closed", "the reader was closed") }
  }

  private func gather(_ limits: FetchLimits) throws(LogError) -> [RecordChunk] {
    guard let reading else { return [] }
    do {
      return try pump.gather(
        limits,
        fill: { (wait, limit) throws(LogError) in
          pump.refill(from: reading.queue, of: reading.client, wait: wait, atMost: limit)
        },
        event: handle)
    } catch {
      // Records that were taken and not handed over are read again.
      stop(Array(pump.table.slots.indices))
      throw error
    }
  }

  private func handle(_ message: MessageBuffer.Message) throws(LogError) {
    let slot = pump.slot(of: message)
    guard slot >= 0 else { return }
    let current = pump.table.slots[slot]
    switch message.pointee.err {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      pump.assembler.reachEnd(slot: slot, at: message.pointee.offset)
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      let bounds = try? bounds([current.source])[current.source]
      throw LogError.outOfRange(
        current.source, position: current.expected, low: bounds?.earliest.value ?? -1,
        high: bounds?.end.value ?? -1)
    default:
      let failure = Failure(message.pointee.err, rd_kafka_message_errstr(message).map { String(cString: $0) })
      let error = failure.error(during: .read, "reading \(current.source)")
      if error.reaction == .fatal { throw error }
      logger.info("\(error.message)", metadata: ["code": "\(error.code)"])
    }
  }

  /// Makes exactly these partitions be read from these positions; goes on where a position is the expected
  /// one.
  private func follow(
    _ positions: [TopicPartition: NextOffset], limit: NextOffset?, restart: Bool
  ) throws(LogError) {
    var kept: [PartitionSlot] = []
    var ended: [Int] = []
    for (index, slot) in pump.table.slots.enumerated() {
      if !restart && positions[slot.source]?.value == slot.expected {
        kept.append(slot)
      } else {
        ended.append(index)
      }
    }
    if ended.isEmpty && kept.count == positions.count { return }
    stop(ended)
    let known = Set(kept.map(\.source))
    let fresh = positions.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
    pump.table.replace(kept)
    let parts = try connect()
    var slots = kept
    for (partition, position) in fresh {
      let topic = try parts.topics.handle(partition.topic)
      guard
        rd_kafka_consume_start_queue(topic, partition.partition, position.value, parts.queue.raw) == 0
      else {
        throw Failure(rd_kafka_last_error()).error(during: .read, "reading \(partition) from \(position)")
      }
      var slot = PartitionSlot(partition, start: position)
      slot.limit = limit?.value ?? .max
      slots.append(slot)
      pump.table.replace(slots)
    }
  }

  /// Stops reading; frees what was taken of it.
  private func stop(_ slots: [Int]) {
    let stopped = Set(slots)
    pump.buffer.removeAll { message in
      let slot = pump.slot(of: message)
      return slot < 0 || stopped.contains(slot)
    }
    for slot in slots {
      let source = pump.table.slots[slot].source
      if let topic = try? reading?.topics.handle(source.topic) {
        rd_kafka_consume_stop(topic, source.partition)
      }
    }
    pump.table.replace(pump.table.slots.enumerated().filter { !stopped.contains($0.offset) }.map(\.element))
  }

  private func connect() throws(LogError) -> (client: Client, queue: QueueHandle, topics: TopicHandles) {
    if let reading { return reading }
    let client = try Client(.consumer, settings.reading, events: ClientEvents(logger: logger))
    let parts = (client: client, queue: QueueHandle(newIn: client), topics: TopicHandles(client: client))
    reading = parts
    return parts
  }
}
