internal import Evaluation
package import JourneyModel
package import JourneyRules
package import Sessionizer

/// Maps that segments of a session's customer trigger. Who the customer is, and whether a map may act, others
/// say.
extension LaneMachine {
  /// The maps that segments trigger at an event time in a session in which they have not qualified.
  package func triggers(
    of segments: [CustomerSegment], in session: Session, at time: EventTime
  ) -> [CustomerTrigger] {
    evaluation.triggers(of: segments, in: session, at: time)
  }

  /// Lets a map act; what comes of it goes out with the batch.
  package func grant(_ trigger: CustomerTrigger, in session: Session, at time: EventTime) {
    // An action may have to wait for the customer's return.
    bringBack(Sessionizer.memoryKeyDigest(of: session))
    evaluation.granted(trigger, in: session, at: time, effects: &effects)
    sessionizer.evaluated(session, &effects)
  }
}
