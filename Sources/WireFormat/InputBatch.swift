package import EventLog
package import JourneyModel

/// Turns lines of events into records for an input topic, keyed as a producer should key them.
package struct InputBatch {
  /// What becomes the record's key.
  package enum Key: String, CaseIterable, Sendable {
    /// What the processor places events by: `customerId`, or the conversation id of the detail feed.
    case customer
    /// The event's id: wrong, but common.
    case event
    /// Nothing.
    case none
  }

  package let stream: JourneyModel.Stream
  package let topic: String
  package var key = Key.customer
  /// Partition of every record; the partitioner decides if it is negative.
  package var partition: Int32 = -1
  private let decoder: EventDecoder

  package init(stream: JourneyModel.Stream, topic: String, limits: DecodingLimits, partitions: Int32) throws {
    guard let decoder = EventDecoder(limits: limits, partitions: partitions) else {
      throw LogError(.fatal, code: "outOfMemory", "no memory for the JSON parser")
    }
    self.stream = stream
    self.topic = topic
    self.decoder = decoder
  }

  /// The records of a chunk. What is no event has no key: the processor rejects it with a reason, wherever it
  /// is.
  package func records(of chunk: RecordChunk) -> OutputBatch {
    let decoded = decoder.decode(chunk, stream: stream)
    var keys: [Int: [UInt8]] = [:]
    if key != .none {
      for event in decoded.batch.events {
        let slice = key == .customer ? event.placementKey : event.id
        keys[Int(event.record)] = Array(decoded.batch.bytes[slice.indices])
      }
    }
    var batch = OutputBatch()
    for (index, entry) in chunk.entries.enumerated() {
      batch.append(topic, partition: partition, key: keys[index], value: chunk.copy(entry.value))
    }
    return batch
  }
}
