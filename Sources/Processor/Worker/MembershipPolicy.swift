internal import EventLog

/// Whether a worker joins its group again after a membership has ended with an error, and when.
///
///     member ──error──▶ judged ──rejoin──▶ member
///       │                  └────stop─────▶ (a person sees to it)
///       └─ a turn came to its end: failures count from 0 again
struct MembershipPolicy {
  /// What to do after a membership.
  enum Action: Hashable {
    case rejoin(after: Duration)
    case stop
  }

  /// How the code ends of being replaced by a process of the same instance.
  static let fencedInstance = "FENCED_INSTANCE_ID"
  /// Being replaced again so soon is for a person to see to.
  static let fencedAgain: Duration = .seconds(60)
  /// What a failure adds to the time until the worker joins again, and the longest time.
  static let pause: (step: Duration, longest: Duration) = (.milliseconds(100), .milliseconds(2_000))

  private let maxRetries: Int
  private var failures = 0
  private var fencedAt: Duration?

  init(maxRetries: Int) { self.maxRetries = maxRetries }

  /// A turn of the worker came to its end.
  mutating func progressed() { failures = 0 }

  /// A membership ended with an error at this uptime.
  mutating func ended(_ error: LogError, at uptime: Duration) -> Action {
    guard isOver(error, uptime) else { return .stop }
    failures += 1
    // Somebody else may own the lanes for long; a member that comes back at once would only disturb them.
    guard failures <= maxRetries else { return .stop }
    return .rejoin(after: min(MembershipPolicy.pause.step * failures, MembershipPolicy.pause.longest))
  }

  /// Whether an error ends one membership only, so that the next one may go on.
  private mutating func isOver(_ error: LogError, _ uptime: Duration) -> Bool {
    if error.code.hasSuffix(MembershipPolicy.fencedInstance) {
      // Once is the rule after a restart: what a predecessor of the same name still had on its way came late. A second one soon
      // after a fresh membership means that somebody else really runs under this name.
      defer { fencedAt = uptime }
      return fencedAt.map { uptime - $0 >= MembershipPolicy.fencedAgain } ?? true
    }
    // A restore finds out what is lost, and whether to go on.
    return error.reaction != .fatal || error.code == LogError.offsetOutOfRange
  }
}
