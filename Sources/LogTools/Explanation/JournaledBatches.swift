internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import Predictions
internal import Processor
internal import WireFormat

/// A lane's batches, read again in the order of its journal.
struct JournaledBatches {
  let lane: LaneNumber
  let journal: PartitionCursor
  let inputs: [PartitionCursor]
  let decoder: InputDecoder
  /// Digest of the present settings.
  let configuration: String
  /// The definitions that are asked about.
  let bundle: CompiledBundle
  /// Has the bundles that the journal names; `nil`: all batches are taken under the one that is asked about.
  let bundles: DefinitionFeed?
  /// Has the models that the journal names; `nil` for none.
  let models: ModelFeed?
  /// Batches that were taken before are passed over; `nil` for none.
  let since: EventTime?

  /// Whether nothing came before the first batch that was given.
  private(set) var isFromBeginning = true
  private var isReading = false
  private var beginsAt: BatchSequence?
  private var lost = 0
  private var otherSettings = 0
  private var otherDefinitions = 0
  /// Batches of which the models are gone.
  private var withoutModels = 0
  /// Batches of which the bundle is gone, and the hashes, in order.
  private var withoutBundle = 0
  private var gone: [String] = []

  init(
    lane: LaneNumber, journal: PartitionCursor, inputs: [PartitionCursor], decoder: InputDecoder,
    configuration: String, bundle: CompiledBundle, bundles: DefinitionFeed?, models: ModelFeed? = nil,
    since: EventTime? = nil
  ) {
    self.since = since
    self.models = models
    self.lane = lane
    self.journal = journal
    self.inputs = inputs
    self.decoder = decoder
    self.configuration = configuration
    self.bundle = bundle
    self.bundles = bundles
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
      if beginsAt == nil {
        beginsAt = record.sequence
        if record.sequence > 1 { isFromBeginning = false }
      }
      if let since, record.takenAt < since {
        isFromBeginning = false
        isReading = false
        continue
      }
      if record.configuration != configuration { otherSettings += 1 }
      let definitions = try definitions(of: record)
      if var batch = try batch(record) {
        batch.definitions = definitions
        batch.models = try models(of: record)
        return batch
      }
      isFromBeginning = false
      lost += 1
    }
    return nil
  }

  /// The bundle that a batch is taken under; `nil` for none.
  private mutating func definitions(of record: JournalRecord) throws -> CompiledBundle? {
    guard let bundles else {
      if record.definitions != bundle.hash.description { otherDefinitions += 1 }
      return bundle
    }
    guard let hash = record.definitions else { return nil }
    // One object for each bundle: it is what a switch is noticed by.
    if hash == bundle.hash.description { return bundle }
    if let known = try bundles.bundle(hash) { return known }
    withoutBundle += 1
    if !gone.contains(hash) { gone.append(hash) }
    return bundle
  }

  /// The models that a batch was scored under.
  private mutating func models(of record: JournalRecord) throws -> ModelSet {
    guard let name = record.models, name != ModelSet.empty.name else { return .empty }
    if let known = try models?.set(name) { return known }
    withoutModels += 1
    return .empty
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
  var notes: [String] { limits + definitionNotes }

  /// What of that is not about definitions.
  var limits: [String] {
    var notes: [String] = []
    if let beginsAt, beginsAt > 1 {
      notes.append("the journal begins with batch \(beginsAt): what came before it is no longer retained")
    }
    if lost > 0 {
      notes.append("the inputs of \(lost) of the lane's batches are no longer retained")
    }
    if withoutModels > 0 {
      notes.append(
        "the models of \(withoutModels) of the lane's batches are gone; nothing is predicted in these")
    }
    if otherSettings > 0 {
      notes.append(
        "\(otherSettings) of the lane's batches were reduced under other settings than the present ones")
    }
    return notes
  }

  private var definitionNotes: [String] {
    var notes: [String] = []
    if otherDefinitions > 0 {
      notes.append(
        "the processor reduced \(otherDefinitions) of the lane's batches under other definitions, or none; this says what these would have made of all"
      )
    }
    if let first = gone.first {
      let more = gone.count > 1 ? " and \(gone.count - 1) more" : ""
      notes.append(
        "the definitions of \(withoutBundle) of the lane's batches are gone (bundle \(first)\(more)); those in force are used instead"
      )
    }
    return notes
  }
}
