public import JourneyModel

/// A bound of event time that an event was beyond.
public struct TimeBound: Sendable, Hashable {
  /// Which setting allowed no more.
  public enum Allowance: Sendable, Hashable {
    case allowedLateness
    case conversationRetention
    case maxFutureSkew
  }

  /// What the event was measured against: the watermark of its stream for one that is late, the batch's wall
  /// clock for one that is too far ahead.
  public var reference: EventTime
  /// How far it may lie from that.
  public var allowed: EventTime.Span
  /// Where that is.
  public var allowance: Allowance

  /// Creates a bound.
  public init(reference: EventTime, allowed: EventTime.Span, allowance: Allowance) {
    self.reference = reference
    self.allowed = allowed
    self.allowance = allowance
  }
}

extension Sessionizer {
  /// The bound that a time is beyond which is too far ahead of the batch's wall clock; `nil` if it is not.
  package func timeBound(ahead time: EventTime) -> TimeBound? {
    guard time > takenAt + settings.maxFutureSkew else { return nil }
    return TimeBound(reference: takenAt, allowed: settings.maxFutureSkew, allowance: .maxFutureSkew)
  }

  /// The bound that an event was beyond which was just rejected; `nil` for other reasons. A rejected event
  /// changes nothing, so it is found again.
  public func timeBound(
    of event: borrowing Event, in batch: borrowing EventBatch, rejectedFor reason: RejectionReason
  ) -> TimeBound? {
    switch reason {
    case .tooFarAhead:
      return TimeBound(reference: takenAt, allowed: settings.maxFutureSkew, allowance: .maxFutureSkew)
    case .late:
      guard let watermark = watermark(event.stream) else { return nil }
      var isKept = false
      if event.stream.profile.ending == .events { isKept = holds(event, batch) }
      if isKept, conversationAllowance > settings.allowedLateness {
        return TimeBound(
          reference: watermark, allowed: conversationAllowance, allowance: .conversationRetention)
      }
      return TimeBound(reference: watermark, allowed: settings.allowedLateness, allowance: .allowedLateness)
    default: return nil
    }
  }
}
