package import Processor

/// What is known of the breaker of an input topic.
package struct BreakerFacts: Sendable, Hashable {
  /// Why the topic is not read; `nil` if it is, on trial or as ever.
  package private(set) var opening: BreakerOpening?
  /// Uptime at which it opened last.
  package private(set) var openedAt: Duration = .zero
  /// How often it opened.
  package private(set) var openings = 0

  /// Creates facts of a breaker that never opened.
  package init() {}

  mutating func open(_ opening: BreakerOpening, at uptime: Duration) {
    self.opening = opening
    openedAt = uptime
    openings += 1
  }

  mutating func close() { opening = nil }
}
