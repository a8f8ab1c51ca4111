package import EventLog
internal import Processor

/// How far a lane is known to have come in one input topic.
package struct InputFacts: Sendable, Hashable {
  /// Everything before this is committed; `nil` before the first turn.
  package private(set) var position: NextOffset?
  /// The highest end that was seen.
  package private(set) var end: NextOffset?
  /// Why nothing is fetched for now.
  package private(set) var pause: String?
  /// Uptime since which the lag is more than 0 and the position the same; `nil` without lag.
  package private(set) var behindSince: Duration?

  /// Creates facts of an input that nothing is known of.
  package init() {}

  /// Records that are there and not committed.
  package var lag: Int64 {
    guard let position, let end else { return 0 }
    return max(0, end.value - position.value)
  }

  /// Notes what the worker saw.
  mutating func note(_ report: InputReport, at uptime: Duration) {
    var hasProgress = false
    if let position, report.position > position { hasProgress = true }
    position = report.position
    pause = report.pause
    if let end = report.end { note(end: end) }
    watch(hasProgress: hasProgress, at: uptime)
  }

  /// Notes an end that somebody else saw.
  mutating func note(end seen: NextOffset, at uptime: Duration) {
    note(end: seen)
    watch(hasProgress: false, at: uptime)
  }

  private mutating func note(end seen: NextOffset) {
    // Two see ends, at different times: the higher one is the newer.
    end = max(seen, end ?? seen)
  }

  private mutating func watch(hasProgress: Bool, at uptime: Duration) {
    if lag == 0 {
      behindSince = nil
    } else if behindSince == nil || hasProgress {
      behindSince = uptime
    }
  }
}
