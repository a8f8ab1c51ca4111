internal import EventLog
internal import JourneyModel

/// A chunk of commands about persons.
extension SortedChunk {
  /// Commands as they were read, each for the lane in which its record would stand.
  package init(commands decoded: DecodedChunk, partitions: Int32) {
    self.init(
      chunk: decoded.chunk, lanes: Int(partitions), density: Density(bytes: 0, events: 0, facts: 0))
    rejections = decoded.rejections
    commands = Array(repeating: [], count: Int(partitions))
    for received in decoded.commands {
      times.append(received.command.time)
      records.append(UInt32(received.record))
      commands[Placement.lane(of: received.command.key, partitions: partitions).index].append(received)
    }
  }

  /// The commands of a range, counted over all lanes, that one lane takes; `nil` for none.
  func commands(of lane: LaneNumber, _ range: Range<Int>) -> DecodedChunk? {
    let taken = Set(records[range].map { Int($0) })
    let own = commands[lane.index].filter { taken.contains($0.record) }
    guard !own.isEmpty else { return nil }
    var decoded = DecodedChunk(chunk: chunk, batch: EventBatch(), rejections: [])
    decoded.commands = own
    return decoded
  }
}
