package import Evaluation
package import JourneyModel
package import Sessionizer

/// Who looks on while a lane works: verification, explanation, a lane file that is being written.
/// It changes nothing that a lane writes, except by `evaluates`.
///
/// A lane has one observer at most; the processor has none but while it writes a lane file. Every member has
/// a default.
package protocol LaneObserver: EvaluationObserver {
  /// Whether it sees each event that was folded in, and of each timer, also without definitions: whether
  /// anything is asked of it as an `EvaluationObserver`. Asked once, when the observer is set.
  var seesEvents: Bool { get }

  /// A batch has changed a value, and this is what it is at the batch's end.
  func changed(_ value: StoredValue)

  /// A value is gone: forgotten, or merged into another one.
  func gone(_ value: StoredValue)

  /// The values of a key have come back from the cold store.
  func cameBack(_ values: [StoredValue], of key: UInt64)
}

extension LaneObserver {
  package var seesEvents: Bool { false }
  package func evaluates(_ session: Session) -> Bool { true }
  package func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session) {}
  package func fired(_ session: Session) {}
  package func changed(_ value: StoredValue) {}
  package func gone(_ value: StoredValue) {}
  package func cameBack(_ values: [StoredValue], of key: UInt64) {}
}
