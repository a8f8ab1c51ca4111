import CRdKafka
import EventLog
import Logging

/// A member of a consumer group. One thread at a time uses it.
final class GroupMember: GroupConsumer {
  let client: Client
  let pump: RecordPump
  /// Who hears of rebalances; set only while polling.
  var handler: ((Rebalance) -> Void)?
  /// Whether the handler of an assignment runs, in which seeking changes where reading will start.
  var isAssigning = false
  /// Counts rebalances, so that what was fetched before one is recognized.
  var generation = 0
  /// Why this member cannot go on. Once records were taken and not handed over, going on would leave a gap.
  var breakage: LogError?
  private var queue: QueueHandle?
  private var isClosed = false
  private var reportedDrops = 0

  /// Joins the group; the first assignment arrives in a later `poll`.
  init(_ configuration: ConsumerConfiguration, settings: ClientSettings, logger: Logger) throws(LogError) {
    client = try Client(.member, settings, events: ClientEvents(logger: logger))
    pump = RecordPump(settings: settings)
    queue = QueueHandle(consumerOf: client)
    client.events.rebalanced = { [unowned self] code, partitions in
      rebalanced(code, PartitionList.elements(of: partitions).map(\.partition))
    }
    let topics = PartitionList(configuration.topics.map { TopicPartition($0, -1) })
    let code = topics.pass { rd_kafka_subscribe(client.raw, $0) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw Failure(code).error(
        during: .consume, "joining group '\(configuration.group)' for \(configuration.topics)")
    }
  }

  deinit { close() }

  func poll(_ limits: FetchLimits, rebalance: (Rebalance) -> Void) throws -> [RecordChunk] {
    try withoutActuallyEscaping(rebalance) { handler in
      self.handler = handler
      defer { self.handler = nil }
      do {
        return try gather(limits)
      } catch let error as LogError {
        breakage = error
        throw error
      }
    }
  }

  func partitionsAtEnd() -> Set<TopicPartition> {
    Set(table.slots.lazy.filter(\.isAtEnd).map(\.source))
  }

  func positions() -> [TopicPartition: NextOffset] {
    var positions: [TopicPartition: NextOffset] = [:]
    for slot in table.slots where !slot.startsAtBeginning || slot.isAtEnd {
      positions[slot.source] = NextOffset(slot.expected)
    }
    return positions
  }

  func ends() -> [TopicPartition: NextOffset] {
    if isClosed { return [:] }
    var ends: [TopicPartition: NextOffset] = [:]
    for slot in table.slots {
      var low: Int64 = -1
      var high: Int64 = -1
      // What the last answers said; this asks no broker.
      let code = rd_kafka_get_watermark_offsets(
        client.raw, slot.source.topic, slot.source.partition, &low, &high)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0 else { continue }
      ends[slot.source] = NextOffset(max(high, slot.startsAtBeginning ? 0 : slot.expected))
    }
    return ends
  }

  func metadata() throws -> any GroupMetadata {
    try requireOpen()
    return try Membership(of: client)
  }

  func close() {
    if isClosed { return }
    isClosed = true
    // Order matters to librdkafka: messages and queues go before the membership, the membership before the
    // client.
    pump.buffer.removeAll()
    queue = nil
    // Closing revokes what is owned. No handler is called: whoever closes has finished; and this object may
    // be going away.
    client.events.rebalanced = { [unowned client] _, _ in rd_kafka_assign(client.raw, nil) }
    let code = rd_kafka_consumer_close(client.raw)
    client.events.rebalanced = nil
    if code != RD_KAFKA_RESP_ERR_NO_ERROR {
      let failure = Failure(code)
      client.events.logger.warning("leaving the group failed", metadata: ["reason": "\(failure.message)"])
    }
    table.replace([])
  }

  /// Refuses calls after `close` and after an error that ended this member.
  func requireOpen() throws(LogError) {
    if isClosed { throw LogError(.fatal, code: "closed", "the consumer was closed") }
    if let breakage { throw breakage }
  }

  /// The partitions that are owned.
  var table: PartitionTable { pump.table }

  private func gather(_ limits: FetchLimits) throws(LogError) -> [RecordChunk] {
    try requireOpen()
    let chunks = try pump.gather(limits, fill: fill, event: handle)
    reportDrops()
    if let failure = client.fatalFailure {
      throw failure.error(during: .consume, "reading as a group member")
    }
    return chunks
  }

  /// Takes messages and serves rebalances. A batch in which a rebalance fell is thrown away, because it mixes
  /// records of two assignments, and what it held of the new one is read again.
  private func fill(wait milliseconds: Int32, atMost limit: Int) throws(LogError) -> Int {
    guard let queue else { return 0 }
    let before = generation
    let count = pump.refill(from: queue, of: client, wait: milliseconds, atMost: limit)
    if let breakage { throw breakage }
    guard generation != before else { return count }
    var touched: Set<Int> = []
    pump.buffer.removeAll { message in
      touched.insert(pump.slot(of: message))
      return true
    }
    try reposition(touched.filter { $0 >= 0 }.sorted())
    return 0
  }

  private func handle(_ message: MessageBuffer.Message) throws(LogError) {
    let slot = pump.slot(of: message)
    let code = message.pointee.err
    switch code {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      if slot >= 0 { pump.assembler.reachEnd(slot: slot, at: message.pointee.offset) }
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      if slot >= 0 { try outOfRange(slot) }
    default:
      // A fatal error arrives under a code of its own; the client knows the cause.
      let cause = code == RD_KAFKA_RESP_ERR__FATAL ? client.fatalFailure : nil
      let failure = cause ?? Failure(code, rd_kafka_message_errstr(message).map { String(cString: $0) })
      let error = failure.error(during: .consume, "reading as a group member")
      // A lost membership is followed by a rebalance, which says which partitions are lost.
      if error.reaction == .fatal { throw error }
      client.events.logger.warning("\(error.message)", metadata: ["code": "\(error.code)"])
    }
  }

  private func reportDrops() {
    let dropped = pump.assembler.dropped
    guard dropped > reportedDrops else { return }
    client.events.logger.info(
      "dropped records that were handed over before or are not owned any more",
      metadata: ["count": "\(dropped - reportedDrops)"])
    reportedDrops = dropped
  }
}
