public import JourneyModel

/// What became of an event.
public enum Admission: Sendable, Equatable {
  /// It belongs to a session now.
  case applied
  /// Its id is known to its session; only counted.
  case duplicate
  /// It changes nothing, for this reason.
  case rejected(RejectionReason)
}
