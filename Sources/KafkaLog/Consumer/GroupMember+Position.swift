import CRdKafka
import EventLog

extension GroupMember {
  /// Longest wait for one round trip that moves or asks for a position.
  private static let roundTrip: Duration = .seconds(10)
  /// The same for a seek. librdkafka before 2.1 takes the milliseconds for microseconds, and ten of those
  /// that are meant are often too few on a busy machine.
  private static let seekTimeout = rd_kafka_version() < 0x0201_0000 ? roundTrip * 1_000 : roundTrip

  func committed(_ partitions: [TopicPartition]) throws -> [TopicPartition: NextOffset?] {
    try requireOpen()
    return try stableOffsets(partitions)
  }

  func seek(_ positions: [TopicPartition: NextOffset]) throws {
    try requireOpen()
    let slots = try ownedSlots(positions.keys.sorted())
    for slot in slots {
      guard let position = positions[table.slots[slot].source] else { continue }
      table.slots[slot].expected = position.value
      table.slots[slot].startsAtBeginning = false
      table.slots[slot].isAtEnd = false
    }
    // While assigning, reading has not begun: the assignment takes the positions from the table.
    if isAssigning { return }
    try reposition(slots.sorted())
  }

  func pause(_ partitions: [TopicPartition]) throws {
    try requireOpen()
    let slots = try ownedSlots(partitions)
    for slot in slots { table.slots[slot].isPaused = true }
    if isAssigning { return }
    // Records held back must not be handed over while paused; librdkafka thinks they were, so they are read
    // again.
    pump.buffer.removeAll { message in
      let slot = pump.slot(of: message)
      guard slot >= 0, table.slots[slot].isPaused else { return false }
      table.slots[slot].mustRewind = true
      return true
    }
    try setPaused(slots.map { table.slots[$0].source }, true)
  }

  func resume(_ partitions: [TopicPartition]) throws {
    try requireOpen()
    let slots = try ownedSlots(partitions)
    for slot in slots { table.slots[slot].isPaused = false }
    if isAssigning { return }
    try setPaused(slots.map { table.slots[$0].source }, false)
    try reposition(slots.filter { table.slots[$0].mustRewind })
  }

  /// The slots of partitions; throws before anything is changed if one of them is not owned.
  private func ownedSlots(_ partitions: [TopicPartition]) throws(LogError) -> [Int] {
    var slots: [Int] = []
    for partition in partitions {
      guard let slot = table.index(of: partition) else {
        throw LogError(
          .ownershipLost, code: "notAssigned", "\(partition) cannot be moved or paused: not owned")
      }
      slots.append(slot)
    }
    return slots
  }

  /// Reads again from the expected positions and drops what was fetched ahead.
  func reposition(_ slots: [Int]) throws(LogError) {
    if slots.isEmpty { return }
    let sources = Set(slots)
    pump.buffer.removeAll { message in
      sources.contains(pump.slot(of: message))
    }
    for slot in slots { table.slots[slot].mustRewind = false }
    let list = PartitionList(slots.map { (table.slots[$0].source, table.slots[$0].rawPosition) })
    let error = list.pass { rd_kafka_seek_partitions(client.raw, $0, Self.seekTimeout.milliseconds) }
    var failure = Failure(consuming: error)
    for element in list.elements where failure == nil && element.code != RD_KAFKA_RESP_ERR_NO_ERROR {
      failure = Failure(element.code)
    }
    guard let failure else { return }
    // Reading goes on from wherever it was; only joining anew is sure to start at the right place.
    let names = slots.map { "\(table.slots[$0].source) to \(table.slots[$0].rawPosition)" }
    let broken = LogError(
      .ownershipLost, code: failure.name, "seeking \(names.joined(separator: ", ")): \(failure.message)")
    breakage = broken
    throw broken
  }

  /// The group's committed offsets. Waits until nothing that holds them is pending.
  func stableOffsets(_ partitions: [TopicPartition]) throws(LogError) -> [TopicPartition: NextOffset?] {
    try client.stableOffsets(partitions, within: Self.committedTimeout)
  }

  func setPaused(_ partitions: [TopicPartition], _ isPaused: Bool) throws(LogError) {
    if partitions.isEmpty { return }
    let list = PartitionList(partitions)
    var code = list.pass {
      isPaused ? rd_kafka_pause_partitions(client.raw, $0) : rd_kafka_resume_partitions(client.raw, $0)
    }
    for element in list.elements where code == RD_KAFKA_RESP_ERR_NO_ERROR { code = element.code }
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    throw Failure(code).error(during: .consume, "\(isPaused ? "pausing" : "resuming") \(partitions)")
  }

  /// The position of a partition is not in the log.
  func outOfRange(_ slot: Int) throws(LogError) {
    let current = table.slots[slot]
    if current.startsAtBeginning {
      // The beginning moved between being asked for and being read.
      try reposition([slot])
      return
    }
    var low: Int64 = -1
    var high: Int64 = -1
    rd_kafka_query_watermark_offsets(
      client.raw, current.source.topic, current.source.partition, &low, &high, Self.roundTrip.milliseconds)
    throw LogError.outOfRange(current.source, position: current.expected, low: low, high: high)
  }
}

extension LogError {
  /// A position that the log does not hold, with the numbers.
  static func outOfRange(
    _ partition: TopicPartition, position: Int64, low: Int64, high: Int64
  ) -> LogError {
    LogError(
      .fatal, code: offsetOutOfRange,
      "\(partition) is to be read from offset \(position), but holds \(low) to \(high) (exclusive): "
        + (position < low
          ? "\(low - position) records were deleted before they were read"
          : "the log ends before the position; was the topic recreated or truncated?"))
  }
}
