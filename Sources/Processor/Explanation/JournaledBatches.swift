internal import EventLog
internal import JourneyModel

/// A lane's batches, read again in the order of its journal.
struct JournaledBatches {
  let lane: Int32
  let journal: PartitionCursor
  let inputs: [PartitionCursor]
  let decoder: InputDecoder
  /// Digest of the present settings.
  let configuration: String
  /// Hash of the definitions that are asked about.
  let definitions: String

  private var isReading = false
  private var beginsAt: Int?
  private var lost = 0
  private var otherSettings = 0
  private var otherDefinitions = 0

  init(
    lane: Int32, journal: PartitionCursor, inputs: [PartitionCursor], decoder: InputDecoder,
    configuration: String, definitions: String
  ) {
    self.lane = lane
    self.journal = journal
    self.inputs = inputs
    self.decoder = decoder
    self.configuration = configuration
    self.definitions = definitions
  }

  /// The next batch; `nil` at the end. Batches whose input is not retained whole are passed over.
  mutating func next() throws -> LaneBatch? {
    while let stored = try journal.peek() {
      journal.advance()
      let record: JournalRecord
      do {
        record = try JournalRecord(decoding: stored.value ?? [])
      } catch {
        throw LogError(
          .fatal, code: "journalDamaged",
          "\(journal.partition) offset \(stored.offset): no journal record; 'sojourn replay --verify' says more"
        )
      }
      if beginsAt == nil { beginsAt = record.sequence }
      if record.configuration != configuration { otherSettings += 1 }
      if record.definitions != definitions { otherDefinitions += 1 }
      if let batch = try batch(record) { return batch }
      lost += 1
    }
    return nil
  }

  private mutating func batch(_ record: JournalRecord) throws -> LaneBatch? {
    for cursor in inputs {
      guard let range = record.ranges[cursor.partition.topic],
        range.isEmpty || range.lowerBound >= cursor.bounds.earliest.value,
        range.upperBound <= cursor.bounds.end.value
      else {
        isReading = false
        return nil
      }
    }
    var chunks: [RecordChunk] = []
    var positions: [String: Int64] = [:]
    for cursor in inputs {
      guard let range = record.ranges[cursor.partition.topic] else { continue }
      positions[cursor.partition.topic] = range.lowerBound
      if !isReading { cursor.seek(to: range.lowerBound) }
      guard !range.isEmpty else { continue }
      let chunk = try cursor.take(below: range.upperBound)
      if !chunk.entries.isEmpty { chunks.append(chunk) }
    }
    isReading = true
    return decoder.decode(
      LaneWork(
        lane: lane, takenAt: record.takenAt, chunks: chunks, positions: positions, tick: record.ticks))
  }

  /// What limits an answer from these batches.
  var notes: [String] {
    var notes: [String] = []
    if let beginsAt, beginsAt > 1 {
      notes.append("the journal begins with batch \(beginsAt): what came before it is no longer retained")
    }
    if lost > 0 {
      notes.append("the inputs of \(lost) of the lane's batches are no longer retained")
    }
    if otherSettings > 0 {
      notes.append(
        "\(otherSettings) of the lane's batches were reduced under other settings than the present ones")
    }
    if otherDefinitions > 0 {
      notes.append(
        "the processor reduced \(otherDefinitions) of the lane's batches under other definitions, or none; this says what these would have made of all"
      )
    }
    return notes
  }
}
