internal import Bytes
public import EventLog
public import JourneyModel

/// One chunk of input after decoding, its events sorted by the lanes that own them: each lane reads its part
/// from one end to the other, where in a shared arena every event would be a jump to bytes that no cache
/// expects.
public struct SortedChunk: Sendable {
  /// The input, kept because rejections carry the original bytes.
  public var chunk: RecordChunk
  /// Each lane's events in offset order, with an arena of their own.
  public var lanes: [EventBatch]
  /// The records that are no events.
  public var rejections: [Rejection]
  /// The records that are known and say nothing to a session.
  public var ignored: [Ignored] = []
  /// The times of all events in offset order.
  public var times: [EventTime] = []
  /// The record that each of them came from.
  public var records: [UInt32] = []
  /// Each lane's commands about persons, in offset order; empty where it has events.
  package var commands: [[ReceivedCommand]] = []

  /// What a lane's events take, for each mebibyte of input: as in the chunk before, chunks of one input are
  /// much alike.
  struct Density {
    var bytes = 1 << 21
    var events = 4_096
    var facts = 32_768
  }

  init(chunk: RecordChunk, lanes: Int, density: Density) {
    self.chunk = chunk
    self.lanes = Array(repeating: EventBatch(), count: lanes)
    rejections = []
    let records = chunk.entries.count
    times.reserveCapacity(records)
    self.records.reserveCapacity(records)
    guard lanes > 0 else { return }
    // An eighth more, since lanes differ; one with more than that grows. Room that is never used is not free:
    // it is what the next chunk's pages are taken from, which then have to be touched for the first time.
    func room(_ density: Int) -> Int { ((density * chunk.bytes.count) >> 20) / lanes * 9 / 8 + 64 }
    for lane in self.lanes.indices {
      self.lanes[lane].events.reserveCapacity(room(density.events))
      self.lanes[lane].facts.reserveCapacity(room(density.facts))
      self.lanes[lane].bytes.reserveCapacity(room(density.bytes))
    }
  }

  /// What this chunk's events take.
  var density: Density? {
    let input = chunk.bytes.count
    guard input >= 65_536 else { return nil }
    func each(_ count: (EventBatch) -> Int) -> Int { (lanes.reduce(0) { $0 + count($1) } << 20) / input }
    return Density(
      bytes: each(\.bytes.count), events: each(\.events.count), facts: each(\.facts.count))
  }

  /// The events of a range, counted over all lanes, that one lane owns; `nil` for none.
  public func part(of lane: LaneNumber, _ range: Range<Int>) -> DecodedChunk? {
    if !commands.isEmpty { return commands(of: lane, range) }
    var batch = lanes[lane.index]
    if range != times.indices {
      func place(_ event: Int) -> Int {
        event < records.count ? batch.events.firstIndex(from: records[event]) : batch.events.count
      }
      batch.events = Array(batch.events[place(range.lowerBound)..<place(range.upperBound)])
    }
    return batch.events.isEmpty ? nil : DecodedChunk(chunk: chunk, batch: batch, rejections: [])
  }

  /// Takes one event over from the batch that it was decoded into, whose facts and arena these are; its bytes
  /// begin there at `start`.
  mutating func take(
    _ event: Event, facts: borrowing [Event.Fact], bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) {
    times.append(event.time)
    records.append(event.record)
    lanes[event.lane.index].take(event, facts: facts, bytes: bytes, from: UInt32(start))
  }
}

extension [Event] {
  /// The first event of this record or a later one; they are in the order of their records.
  fileprivate func firstIndex(from record: UInt32) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].record < record { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension EventBatch {
  fileprivate mutating func take(
    _ event: Event, facts newFacts: borrowing [Event.Fact], bytes newBytes: UnsafeBufferPointer<UInt8>,
    from start: UInt32
  ) {
    var event = event
    let traits = event.endTrait - event.endFact
    // Modulo 2³², as it may be less than nothing.
    let distance = UInt32(bytes.count) &- start
    bytes.append(block: newBytes)
    event.move(by: distance)
    let range = Int(event.firstFact)..<Int(event.endTrait)
    event.firstFact = UInt32(facts.count)
    // To append fact by fact asks for room each time.
    facts.append(addingCapacity: range.count) { room in
      for index in range {
        var fact = newFacts[index]
        fact.value.move(by: distance)
        room.append(fact)
      }
    }
    event.endTrait = UInt32(facts.count)
    event.endFact = event.endTrait - traits
    events.append(event)
  }
}

extension Event {
  /// Lets every slice begin so many bytes later, modulo 2³².
  fileprivate mutating func move(by bytes: UInt32) {
    sessionKey.move(by: bytes)
    id.move(by: bytes)
    name.move(by: bytes)
    sessionType.move(by: bytes)
    customerID.move(by: bytes)
    customerIDType.move(by: bytes)
    externalID.move(by: bytes)
    placementKey.move(by: bytes)
    mapEntry.move(by: bytes)
  }
}

extension ByteSlice {
  /// Begins so many bytes later, modulo 2³². What has no bytes is nowhere, and stays there: it would end up
  /// outside of its arena.
  fileprivate mutating func move(by bytes: UInt32) { offset = isEmpty ? 0 : offset &+ bytes }
}
