package import JourneyModel
internal import Processor

/// What the verification of one lane found.
package struct LaneVerification: Sendable, Equatable {
  /// Batches that could not be re-reduced, and why.
  package struct Unverifiable: Sendable, Equatable {
    /// The batches' sequences.
    package var sequences: ClosedRange<BatchSequence>
    /// Why, with the numbers.
    package var reason: String
    /// For how many of them the redo records were compared with the journal's digest all the same.
    package var digested = 0
  }

  /// What was compared in one topic.
  package struct Compared: Sendable, Equatable {
    /// Records found and equal to what was re-reduced.
    package var equal = 0
    /// Records that are not there because compaction replaced them by newer ones of their key.
    package var compacted = 0
    /// Records that are not there because retention removed them.
    package var expired = 0
  }

  /// The lane.
  package var lane: LaneNumber
  /// First and last sequence that the journal holds up to the captured end; `nil` if it holds none.
  package var journalled: ClosedRange<BatchSequence>?
  /// The batches that were re-reduced and compared; `nil` if there was none.
  package var verified: ClosedRange<BatchSequence>?
  /// Input records that were reduced again.
  package var events = 0
  /// By the topic's name. `state` counts values that the session really had; `restored` is apart.
  package var compared: [String: Compared] = [:]
  /// Sessions that `state` and `redo` restore exactly as re-reduced; `nil` if that could not be compared.
  package var restored: Int?
  /// Offsets of each input topic that retention removed before they were read, as the journal says; see
  /// `LostInput`.
  package var lost: [String: Int64] = [:]
  /// What could not be verified.
  package var unverifiable: [Unverifiable] = []
  /// The first difference; `nil` if everything compared is equal.
  package var mismatch: VerificationMismatch?

  /// Batches that were re-reduced and compared.
  package var batches: Int { verified?.count ?? 0 }
}
