internal import JourneyModel
internal import Synchronization
internal import WireFormat

/// What a follower has written since the process began, for the page of metrics.
package final class UsageMonitor: Sendable {
  private struct Facts {
    var counts: [String: [String: UsageCounts.Count]] = [:]
    var failures = 0
    var lost: Int64 = 0
    var isFollowing = false
  }

  /// Most sources that have a label of their own; the others share one.
  static let maxLabels = 100

  private let state = Mutex(Facts())

  package init() {}

  func note(_ changes: [UsageTotals.Key: UsageCounts.Count]) {
    state.withLock { facts in
      for (key, count) in changes {
        let isKnown = facts.counts[key.source] != nil || facts.counts.count < UsageMonitor.maxLabels
        let source = isKnown ? key.source : UsageCounts.others
        let known = facts.counts[source, default: [:]][key.stream.name]
        facts.counts[source, default: [:]][key.stream.name] = count.added(to: known)
      }
    }
  }

  func note(isFollowing: Bool) { state.withLock { $0.isFollowing = isFollowing } }
  func noteFailure() { state.withLock { $0.failures += 1 } }
  func note(lost: Int64) { state.withLock { $0.lost += lost } }

  /// The families.
  package var text: [UInt8] {
    let facts = state.withLock { $0 }
    var page = MetricsText()
    page.family("sojourn_usage_events_total", .counter, "Events applied, by source: written to usage.")
    each(facts) { page.sample($0, $1.events) }
    page.family("sojourn_usage_sessions_total", .counter, "Sessions that they opened.")
    each(facts) { page.sample($0, $1.sessions) }
    page.family("sojourn_usage_following", .gauge, "1 while this process follows journals for usage.")
    page.sample(facts.isFollowing ? 1 : 0)
    page.family(
      "sojourn_usage_failures_total", .counter, "Failures after which the journal was joined again.")
    page.sample(facts.failures)
    page.family(
      "sojourn_usage_lost_batches_total", .counter,
      "Offsets of journals that were gone before they were read.")
    page.sample(Int(facts.lost))
    return page.bytes
  }

  private func each(_ facts: Facts, _ body: ([(String, String)], UsageCounts.Count) -> Void) {
    for (source, streams) in facts.counts.sorted(by: { $0.key < $1.key }) {
      for (stream, count) in streams.sorted(by: { $0.key < $1.key }) {
        body([("source", source), ("stream", stream)], count)
      }
    }
  }
}
