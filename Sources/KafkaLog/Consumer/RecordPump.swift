import CRdKafka
import EventLog

/// Moves records from a queue into the chunks of one poll: what a group member and a reader have in common.
final class RecordPump {
  /// The partitions being read.
  let table = PartitionTable()
  /// What was taken from the queue and not yet handed over.
  let buffer = MessageBuffer()
  /// The chunks of the current poll.
  let assembler: ChunkAssembler
  private let waker: FetchWaker?

  init(settings: ClientSettings) {
    assembler = ChunkAssembler(table: table)
    waker = FetchWaker.isNeeded ? FetchWaker(settings: settings) : nil
  }

  /// Gathers what is there within the limits, waiting only for the first record.
  ///
  /// `fill` takes at most so many messages within so many milliseconds; `event` gets the messages that are
  /// not records.
  func gather(
    _ limits: FetchLimits, fill: (Int32, Int) throws(LogError) -> Int,
    event: (MessageBuffer.Message) throws(LogError) -> Void
  ) throws(LogError) -> [RecordChunk] {
    let deadline = Deadline(after: limits.timeout)
    assembler.begin(maxRecords: max(1, limits.maxRecords), maxBytes: max(1, limits.maxBytes))
    var isServed = false
    while try drain(event) == .taken {
      // Callbacks are served at least once, also when what was held back fills the poll.
      if assembler.room == 0 && isServed { break }
      isServed = true
      if try fill(0, max(1, assembler.room)) > 0 { continue }
      // The batch call waits until its batch is full; so it waits for the first record alone.
      if !assembler.isEmpty || deadline.hasPassed { break }
      _ = try fill(deadline.milliseconds, 1)
    }
    return assembler.finish()
  }

  /// Takes messages from a client's queue; the buffer is empty before.
  func refill(
    from queue: QueueHandle, of client: Client, wait milliseconds: Int32, atMost limit: Int
  ) -> Int {
    let count = buffer.refill(from: queue, wait: milliseconds, atMost: limit)
    if count > 0, let waker {
      waker.observe(queue, of: client, averageBytes: assembler.averageBytes, table)
    }
    return count
  }

  /// The slot of a message's partition, or −1.
  func slot(of message: MessageBuffer.Message) -> Int {
    table.slot(topic: message.pointee.rkt, partition: message.pointee.partition)
  }

  /// Copies out what the buffer holds, until the poll is full.
  private func drain(
    _ event: (MessageBuffer.Message) throws(LogError) -> Void
  ) throws(LogError) -> ChunkAssembler.Outcome {
    while let message = buffer.first {
      if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
        if assembler.take(message) == .full { return .full }
      } else {
        try event(message)
      }
      // An event may have emptied the buffer.
      if buffer.first == message { buffer.removeFirst() }
    }
    return .taken
  }
}
