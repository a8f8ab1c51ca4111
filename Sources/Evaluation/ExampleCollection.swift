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
  private var examples: [Example] = []
  private var byteCount = 0
  private var records: [ExampleRecord] = []

  /// - Parameters:
  ///   - outcomes: what is predicted.
  ///   - digest: its digest.
  init(_ outcomes: [PredictedOutcome], digest: UInt64) {
    self.outcomes = outcomes
    self.digest = digest
  }

  /// Takes a session that nothing can reach any more. Left out are those that were not followed from their
  /// first event to their last, and those that began under other predictors.
  mutating func take(_ session: Session) {
    guard let state = session.predictions, let draft = state.draft, draft.predictors == digest,
      state.features.eventCount == session.eventCount,
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
    records.append(ExampleRecord(outcomes: outcomes, examples: examples))
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
