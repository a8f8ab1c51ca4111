package import EventLog
package import JourneyModel
internal import Synchronization
package import WireFormat

/// Judges events before they are published, with the processor's own decoder: one truth of what is valid.
package final class DoorJudge: Sendable {
  /// What came of one request.
  package struct Verdict: Sendable {
    /// An event that is not taken.
    package struct Refusal: Sendable, Hashable {
      package var index: Int
      package var id: String?
      package var code: String
      package var explanation: String
      package var path: String?
    }
    /// The records to be published.
    package var batch = OutputBatch()
    /// In order of their indices.
    package var refusals: [Refusal] = []
  }

  /// A decoder that one request at a time has. Unchecked, because the list hands each out once.
  private struct Lent: @unchecked Sendable {
    let decoder: EventDecoder
  }

  private let topics: [JourneyModel.Stream: String]
  private let limits: DecodingLimits
  private let idle = Mutex<[Lent]>([])

  /// - Parameter topics: the topic of each stream.
  package init(topics: [JourneyModel.Stream: String], limits: DecodingLimits) {
    self.topics = topics
    self.limits = limits
  }

  /// Judges each record of a body; `nil` without memory for a decoder.
  package func judge(_ items: [IntakeItem]) -> Verdict? {
    guard
      let lent = idle.withLock({ $0.popLast() }) ?? EventDecoder(limits: limits, partitions: 1).map(Lent.init)
    else { return nil }
    defer { idle.withLock { $0.append(lent) } }
    var verdict = Verdict()
    var records: [(index: Int, record: IntakeRecord)] = []
    for (place, item) in items.enumerated() {
      switch item {
      case .accepted(let record): records.append((place, record))
      case .refused(let index, let id, let code, let explanation, let path):
        verdict.refusals.append(
          Verdict.Refusal(index: index, id: id, code: code, explanation: explanation, path: path))
      }
    }
    decode(records, lent.decoder, &verdict)
    verdict.refusals.sort { $0.index < $1.index }
    return verdict
  }

  private func decode(
    _ records: [(index: Int, record: IntakeRecord)], _ decoder: EventDecoder, _ verdict: inout Verdict
  ) {
    let bytes = records.reduce(0) { $0 + $1.record.value.count }
    var chunk = RecordChunk(
      source: TopicPartition("http", 0), next: NextOffset(0), byteCapacity: bytes,
      recordCapacity: records.count)
    for (place, entry) in records.enumerated() {
      chunk.append(offset: RecordOffset(Int64(place)), timestamp: -1, key: nil, value: entry.record.value)
    }
    chunk.seal()
    let decoded = decoder.decode(chunk) { .success(records[$0].record.stream) }
    var keys = [ByteSlice?](repeating: nil, count: records.count)
    for event in decoded.batch.events { keys[Int(event.record)] = event.placementKey }
    var isRefused = [Bool](repeating: false, count: records.count)
    for rejection in decoded.rejections {
      isRefused[rejection.record] = true
      let (index, record) = records[rejection.record]
      verdict.refusals.append(
        Verdict.Refusal(
          index: index, id: record.id, code: rejection.reason.rawValue, explanation: rejection.explanation,
          path: DoorJudge.path(in: rejection.explanation)))
    }
    verdict.batch.reserve(bytes: bytes + records.count * 64, records: records.count)
    for (place, entry) in records.enumerated() where !isRefused[place] {
      let key = keys[place].map { Array(decoded.batch.bytes[$0.indices]) } ?? entry.record.key
      let headers = entry.record.headers.bytes.isEmpty ? nil : entry.record.headers
      verdict.batch.append(
        topics[entry.record.stream] ?? entry.record.stream.name, partition: -1, key: key,
        value: entry.record.value, headers: headers)
    }
  }

  /// The JSON path that an explanation begins with.
  private static func path(in explanation: String) -> String? {
    guard explanation.utf8.first == UInt8(ascii: "$") else { return nil }
    return String(explanation.prefix { $0 != " " })
  }
}
