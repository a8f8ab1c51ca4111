public import JourneyModel

/// What evaluators may ask of a session, once the event is folded in.
///
/// The session offers, the visitor picks: one walk over what the session holds, and no fact that nobody
/// reads costs more than a look into a table.
public protocol SessionFacts {
  /// The session's stream.
  var stream: Stream { get }
  /// Whether any of these fields, a bit each by raw value, has changed since `haveBeenTold` was called; of a
  /// session that has just been made or restored, since then.
  func haveChanged(_ fields: UInt64) -> Bool
  /// Takes note that every fact has been offered.
  func haveBeenTold()
  /// Offers every fact, each with one of the visitor's `take` methods.
  func tell(_ visitor: any FactVisitor)
}
