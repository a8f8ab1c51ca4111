/// What the verification of one lane found.
public struct LaneVerification: Sendable, Equatable {
  /// Batches that could not be re-reduced, and why.
  public struct Unverifiable: Sendable, Equatable {
    /// The batches' sequences.
    public var sequences: ClosedRange<Int>
    /// Why, with the numbers.
    public var reason: String
    /// For how many of them the redo records were compared with the journal's digest all the same.
    public var digested = 0
  }

  /// What was compared in one topic.
  public struct Compared: Sendable, Equatable {
    /// Records found and equal to what was re-reduced.
    public var equal = 0
    /// Records that are not there because compaction replaced them by newer ones of their key.
    public var compacted = 0
    /// Records that are not there because retention removed them.
    public var expired = 0
  }

  /// The lane.
  public var lane: Int32
  /// First and last sequence that the journal holds up to the captured end; `nil` if it holds none.
  public var journalled: ClosedRange<Int>?
  /// The batches that were re-reduced and compared; `nil` if there was none.
  public var verified: ClosedRange<Int>?
  /// Input records that were reduced again.
  public var events = 0
  /// By the topic's name. `state` counts values that the session really had; `restored` stands apart.
  public var compared: [String: Compared] = [:]
  /// Sessions that `state` and `redo` restore exactly as re-reduced; `nil` if that could not be compared.
  public var restored: Int?
  /// Offsets of each input topic that retention removed before they were read, as the journal says; see `LostInput`.
  public var lost: [String: Int64] = [:]
  /// What could not be verified.
  public var unverifiable: [Unverifiable] = []
  /// The first difference; `nil` if everything compared is equal.
  public var mismatch: VerificationMismatch?

  /// Batches that were re-reduced and compared.
  public var batches: Int { verified?.count ?? 0 }
}
