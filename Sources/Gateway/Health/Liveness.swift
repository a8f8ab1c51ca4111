internal import Foundation
internal import JourneyModel

/// Whether the worker is alive. If not, only a restart helps, which is safe at any moment.
package struct Liveness: Sendable, Hashable {
  /// How long there was no sign of the worker.
  package let silence: Duration
  /// The longest silence of a worker that is alive.
  package let limit: Duration
  private let since: EventTime

  /// Judges what is known.
  package init(_ facts: ProcessorFacts, at moment: Moment, _ limits: HealthLimits) {
    silence = facts.silence(at: moment)
    limit = limits.liveAfter
    since = moment.time(at: facts.lastSign)
  }

  /// Whether the worker is alive.
  package var isAlive: Bool { silence <= limit }

  /// `{"alive":true}`, or `alive`, `code`, `limitSeconds` and `since`.
  package var json: [UInt8] {
    guard !isAlive else { return JSONPage.encode(Page(alive: true)) }
    return JSONPage.encode(
      Page(alive: false, code: "silent", limitSeconds: limit.secondsValue, since: since.iso8601))
  }

  private struct Page: Encodable {
    var alive: Bool
    var code: String?
    var limitSeconds: Double?
    var since: String?
  }
}
