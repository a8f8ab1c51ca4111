internal import EventLog
internal import JourneyModel
internal import Processor
internal import WireFormat

/// What a lane's journal holds up to a captured end, and which of its batches can be re-reduced.
struct JournalExtent {
  /// A run of batches under the same settings.
  struct Segment {
    var sequences: ClosedRange<BatchSequence>
    var configuration: String
    var reducer: String
    /// What they name and what is not there, in a sentence: definitions or models.
    var missing: String?
    /// Whether settings and reducer are the present ones, and nothing is missing.
    var isPresent: Bool
  }

  /// First and last sequence; `nil` if there is no record.
  private(set) var sequences: ClosedRange<BatchSequence>?
  private(set) var segments: [Segment] = []
  /// The last batch of which input records are no longer retained, with the numbers.
  private(set) var notRetained: (sequence: BatchSequence, reason: String)?
  /// Offsets of each input topic that retention removed before they were read, as the journal says.
  private(set) var lost: [String: Int64] = [:]
  /// Where the journal itself is wrong; batches before it may still be verified.
  private(set) var damage: VerificationMismatch?

  /// Reads the journal once from its beginning.
  init(
    _ cursor: PartitionCursor, lane: LaneNumber, settings: LaneSettings, configuration: String,
    inputs: [String: PartitionBounds], missing: (JournalRecord) throws -> String?
  ) throws {
    var before: JournalRecord?
    while let stored = try cursor.peek() {
      cursor.advance()
      let sequence = (before?.sequence ?? 0) + 1
      func wrong(_ difference: String) -> VerificationMismatch {
        VerificationMismatch(
          lane: lane, sequence: sequence, topic: cursor.partition.topic, partition: lane.partition,
          offset: stored.offset, difference: difference)
      }
      let record: JournalRecord
      do {
        record = try JournalRecord(decoding: stored.value ?? [])
      } catch {
        damage = wrong("no journal record: \(JournalExtent.text(error))")
        break
      }
      if let difference = JournalExtent.difference(record, after: before, lane: lane, settings: settings) {
        damage = wrong(difference)
        break
      }
      note(record, configuration: configuration, missing: try missing(record))
      if record.isRecovered {
        notRetained = (
          record.sequence,
          "'sojourn recover' wrote sequence \(record.sequence): what came before it is not known in full"
        )
      }
      lost.merge(record.lost.mapValues { $0.upperBound - $0.lowerBound }) { $0 + $1 }
      for topic in settings.topics.consumed {
        guard let range = record.ranges[topic], !range.isEmpty, let bounds = inputs[topic],
          range.lowerBound < bounds.earliest.value
        else { continue }
        notRetained = (
          record.sequence,
          "\(topic)[\(lane)] begins at offset \(bounds.earliest), sequence \(record.sequence) read from \(range.lowerBound)"
        )
      }
      before = record
    }
    cursor.seek(to: cursor.bounds.earliest.value)
  }

  private mutating func note(_ record: JournalRecord, configuration: String, missing: String?) {
    let sequence = record.sequence
    sequences = (sequences?.lowerBound ?? sequence)...sequence
    if let last = segments.last, last.configuration == record.configuration, last.reducer == record.reducer,
      last.missing == missing
    {
      segments[segments.count - 1].sequences = last.sequences.lowerBound...sequence
    } else {
      segments.append(
        Segment(
          sequences: sequence...sequence, configuration: record.configuration, reducer: record.reducer,
          missing: missing,
          isPresent: record.configuration == configuration
            && record.reducer == JournalRecord.reducerVersion && missing == nil))
    }
  }

  /// What makes a record impossible behind the one before it.
  private static func difference(
    _ record: JournalRecord, after before: JournalRecord?, lane: LaneNumber, settings: LaneSettings
  ) -> String? {
    if record.lane != lane { return "the journal record is that of lane \(record.lane)" }
    if record.partitions != settings.partitions {
      return
        "written with \(record.partitions) partitions, the configuration says \(settings.partitions)"
    }
    guard let before else { return nil }
    if record.isRecovered {
      return record.sequence > before.sequence
        ? nil : "sequence \(record.sequence) follows sequence \(before.sequence)"
    }
    if record.sequence != before.sequence + 1 {
      return "sequence \(record.sequence) follows sequence \(before.sequence)"
    }
    for topic in before.ranges.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      guard let start = record.ranges[topic]?.lowerBound, let end = before.ranges[topic]?.upperBound else {
        continue
      }
      if start != end, record.lost[topic] != end..<max(start, end) {
        return "the range of \(topic) starts at \(start), that of sequence \(before.sequence) ended at \(end)"
      }
    }
    return nil
  }

  /// An error in one line.
  private static func text(_ error: any Error) -> String {
    if let error = error as? CodecError { return error.description }
    return "the JSON is damaged or incomplete"
  }
}
