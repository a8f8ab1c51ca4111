internal import EventLog
internal import JourneyModel
internal import Predictions
internal import Sessionizer
internal import WireFormat

/// What is learned from sessions that are over, until the batch that ends them is written.
struct ExampleCollection {
  /// Bytes after which a record ends, before compression: with the largest example it stays below what the
  /// topic takes.
  static let recordBytes = 524_288

  private let outcomes: [PredictedOutcome]
  private let digest: UInt64
  /// Which sessions are learned from. It changes between batches only.
  var models: ModelSet
  private var examples: [Example] = []
  private var byteCount = 0
  private var records: [ExampleRecord] = []

  /// - Parameters:
  ///   - outcomes: what is predicted.
  ///   - digest: its digest.
  ///   - models: say which sessions are learned from.
  init(_ outcomes: [PredictedOutcome], digest: UInt64, _ models: ModelSet) {
    self.outcomes = outcomes
    self.digest = digest
    self.models = models
  }

  /// Takes a session that nothing can reach any more. Left out are those that were not followed from their
  /// first event to their last, those that began under other predictors, and those that are not drawn any
  /// more: the others of a record stand for as many sessions each.
  mutating func take(_ session: Session) {
    guard let state = session.predictions, let draft = state.draft, draft.predictors == digest,
      models.draws(session.id.low), state.features.eventCount == session.eventCount,
      let example = draft.example(from: session.first, to: session.last)
    else { return }
    examples.append(example)
    byteCount += example.sets.bytes.count + 2 * outcomes.count + 24
    if byteCount >= ExampleCollection.recordBytes || examples.count == ExampleRecord.maxExamples {
      endRecord()
    }
  }

  private mutating func endRecord() {
    guard !examples.isEmpty else { return }
    records.append(ExampleRecord(every: models.every, outcomes: outcomes, examples: examples))
    examples = []
    byteCount = 0
  }

  /// Takes out what was collected since the last call.
  mutating func takeRecords() -> [ExampleRecord] {
    endRecord()
    defer { records = [] }
    return records
  }
}
