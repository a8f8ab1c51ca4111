package import JourneyModel

/// When an event took place, by the client's clock where that can be believed.
///
/// The client's time is kept as it is unless the clock is provably wrong: taking transport into account for
/// each request would put two events of one device in another order. A wrong clock is put right by whole
/// quanta, so that two requests of one device are moved by the same span.
package struct ClientClock: Sendable, Hashable {
  /// How far the clocks may be apart, in milliseconds, before the client's is wrong.
  package var threshold: Int64 = 300_000
  /// By what multiples a wrong clock is put right, in milliseconds.
  package var quantum: Int64 = 300_000

  /// Creates the default rules.
  package init() {}

  /// Which clock a time is from. The raw values are in the records' headers.
  package enum Rule: String, Sendable, CaseIterable {
    /// The client stated no time: it is when the server received it.
    case server
    /// The client's, as it was stated.
    case client
    /// The client's, moved by a multiple of the quantum.
    case corrected
    /// The client's lay ahead of the server's, moved or not: it is when the server received it.
    case capped
  }

  /// A time, and where it is from.
  package struct Reading: Sendable, Hashable {
    package var time: EventTime
    package var rule: Rule
    /// Received less sent, in milliseconds.
    package var skew: Int64?

    package init(time: EventTime, rule: Rule, skew: Int64? = nil) {
      self.time = time
      self.rule = rule
      self.skew = skew
    }
  }

  /// Decides on a time.
  ///
  /// - Parameters:
  ///   - stated: when the event took place, by the client's clock.
  ///   - sent: when it was sent, by the same clock.
  ///   - received: when it was received, by ours.
  package func reading(stated: EventTime?, sent: EventTime?, received: EventTime) -> Reading {
    let skew = sent.map { ClientClock.difference(received.milliseconds, $0.milliseconds) }
    guard let stated else { return Reading(time: received, rule: .server, skew: skew) }
    var reading = Reading(time: stated, rule: .client, skew: skew)
    if let skew, skew.magnitude > UInt64(max(0, threshold)) {
      let moved = stated.milliseconds.addingReportingOverflow(rounded(skew))
      let time = moved.overflow ? received.milliseconds : moved.partialValue
      reading.time = EventTime(milliseconds: max(0, time))
      reading.rule = .corrected
    }
    if received < reading.time {
      reading.time = received
      reading.rule = .capped
    }
    return reading
  }

  /// The nearest multiple of the quantum; a half goes away from zero.
  private func rounded(_ skew: Int64) -> Int64 {
    let quantum = UInt64(max(1, quantum))
    let half = quantum / 2 + quantum % 2
    let (quotient, rest) = skew.magnitude.quotientAndRemainder(dividingBy: quantum)
    let span = (quotient + (rest >= half ? 1 : 0)).multipliedReportingOverflow(by: quantum)
    guard !span.overflow, span.partialValue <= UInt64(Int64.max) else { return skew }
    return skew < 0 ? -Int64(span.partialValue) : Int64(span.partialValue)
  }

  private static func difference(_ left: Int64, _ right: Int64) -> Int64 {
    let difference = left.subtractingReportingOverflow(right)
    return difference.overflow ? (left < right ? -.max : .max) : difference.partialValue
  }
}
