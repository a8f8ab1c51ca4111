package import JourneyModel
internal import Processor

/// The first record of a lane that is not what the journal and the inputs say it should be.
package struct VerificationMismatch: Error, Sendable, Equatable, CustomStringConvertible {
  /// The lane that wrote the record.
  package var lane: LaneNumber
  /// The lane's batch. For a record that fits no batch, the last one that was verified.
  package var sequence: BatchSequence
  /// Topic of the record.
  package var topic: String
  /// Partition of the record.
  package var partition: Int32
  /// Offset of the record that was found; `nil` if the partition ends before the record that should be there.
  /// For a missing record, the offset of the one found in its place.
  package var offset: Int64?
  /// What is wrong, with key, byte position, what was expected and what was found.
  package var difference: String
  /// What else is known: who agrees with whom.
  package var note: String?

  /// `lane 3, sequence 17: sessions[3] offset 120: …`.
  package var description: String {
    let place = offset.map { "offset \($0)" } ?? "end"
    return
      "lane \(lane), sequence \(sequence): \(topic)[\(partition)] \(place): \(difference)"
      + (note.map { " (\($0))" } ?? "")
  }
}
