package import JourneyModel
package import Sessionizer

/// What a rejection says where there are numbers to it.
package enum RejectionText {
  /// Why a time is not taken: the time, what it was measured against, how far it lies from that and how far
  /// it may.
  package static func explanation(_ time: EventTime, beyond bound: TimeBound) -> String {
    let distance = EventTime.Span(
      milliseconds: abs(
        time.milliseconds.subtractingReportingOverflow(bound.reference.milliseconds).partialValue))
    let (side, reference, setting) =
      switch bound.allowance {
      case .maxFutureSkew: ("after the wall clock", "", "time.maxFutureSkew")
      case .allowedLateness: ("before the watermark", " of its stream", "time.allowedLateness")
      case .conversationRetention:
        ("before the watermark", " of its stream", "sessions.conversationRetention")
      }
    return
      "createdDate \(time.iso8601) lies \(seconds(distance)) \(side) \(bound.reference.iso8601)\(reference); "
      + "\(setting) allows \(seconds(bound.allowed))"
  }

  /// `3600 s`, `0.25 s`.
  private static func seconds(_ span: EventTime.Span) -> String {
    let (whole, rest) = span.milliseconds.quotientAndRemainder(dividingBy: 1_000)
    guard rest > 0 else { return "\(whole) s" }
    var digits = String(rest + 1_000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits) s"
  }
}
