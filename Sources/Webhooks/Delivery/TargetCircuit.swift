/// Whether a target is asked at all. After several failures in a row it rests; then one request finds out
/// whether it is back.
package struct TargetCircuit: Sendable, Hashable {
  /// What it does.
  package enum State: String, Sendable, Hashable, CaseIterable {
    /// Everything is sent.
    case closed
    /// Nothing is.
    case open
    /// One request is.
    case probing
  }

  /// A change that is worth a line in the log.
  package enum Change: Sendable, Hashable {
    case opened(failures: Int, rest: Duration)
    case gone(rest: Duration)
    case closed
  }

  package private(set) var state = State.closed
  /// Failures since the last success.
  package private(set) var failures = 0
  /// When the next request may be made, while it is open.
  package private(set) var until: Duration = .zero
  /// Whether it rests because the receiver said that it is gone.
  package private(set) var isGone = false
  /// Rests since the last success.
  private var rests = 0
  private let rules: DeliveryRules

  init(_ rules: DeliveryRules) { self.rules = rules }

  /// Whether a request may be made; one is under way of a probe at most.
  mutating func allows(at uptime: Duration, underWay: Int) -> Bool {
    if state == .open, uptime >= until {
      state = .probing
      isGone = false
    }
    return switch state {
    case .closed: true
    case .open: false
    case .probing: underWay == 0
    }
  }

  /// Notes an answer that shows that the target is well.
  mutating func noteWell() -> Change? {
    failures = 0
    rests = 0
    isGone = false
    defer { state = .closed }
    return state == .closed ? nil : .closed
  }

  /// Notes a failure.
  mutating func noteFault(at uptime: Duration) -> Change? {
    failures += 1
    // Answers of requests that began before it opened say nothing new.
    guard state != .open, state == .probing || failures >= rules.maxFailures else { return nil }
    let rest = doubled(rules.firstRest, rests, rules.longestRest)
    rests += 1
    return open(until: uptime + rest) ? .opened(failures: failures, rest: rest) : nil
  }

  /// Notes that the receiver is gone.
  mutating func noteGone(at uptime: Duration) -> Change? {
    isGone = true
    return open(until: uptime + rules.restWhenGone) ? .gone(rest: rules.restWhenGone) : nil
  }

  private mutating func open(until end: Duration) -> Bool {
    until = max(until, end)
    defer { state = .open }
    return state != .open
  }
}
