internal import Bytes
internal import EventLog
internal import Intake
internal import JourneyModel

/// What came of a body, and how its sender hears of it.
struct IngestResult: Sendable {
  /// An event that is not taken.
  struct Refusal: Sendable {
    var index: Int
    var id: String?
    var code: RefusalCode
    var explanation: String
    var path: String
    /// What the client sent, where it was one of a batch.
    var event: ArraySlice<UInt8>?
  }

  /// The records to be published.
  private(set) var records: [IntakeRecord] = []
  private(set) var refusals: [Refusal] = []
  /// Events that are known and say nothing to a session.
  private(set) var ignored = 0
  /// Events of visitors who ask not to be tracked.
  private(set) var unwanted = 0

  init(_ items: [IntakeItem]) {
    for item in items {
      switch item {
      case .accepted(let record): records.append(record)
      case .refused(let index, let id, let code, let explanation, let path, let event):
        refusals.append(
          Refusal(index: index, id: id, code: code, explanation: explanation, path: path, event: event))
      case .discarded(.ignored): ignored += 1
      case .discarded(.privacySignal): unwanted += 1
      }
    }
  }

  /// Events that are taken, whether they say something to a session or not.
  var accepted: Int { records.count + ignored }

  /// The records for the log. The partitioner places them by their keys.
  func batch(topics: [JourneyModel.Stream: String]) -> OutputBatch {
    var batch = OutputBatch()
    batch.reserve(bytes: records.reduce(0) { $0 + $1.value.count + 256 }, records: records.count)
    for record in records {
      batch.append(
        topics[record.stream] ?? record.stream.name, partition: -1, key: record.key, value: record.value,
        headers: record.headers)
    }
    return batch
  }
}
