package import JourneyModel
package import Views

/// The view's part of the page that Prometheus reads.
package struct ViewMetrics {
  private let facts: ViewProgress.Facts
  private let now: EventTime

  /// Reads what is known now.
  package init(_ progress: ViewProgress, now: EventTime) {
    facts = progress.now
    self.now = now
  }

  /// The families.
  package var text: [UInt8] {
    var page = MetricsText()
    page.family("sojourn_view_rebuilding", .gauge, "1 while the view is filled and answers nothing yet.")
    page.sample(facts.isRebuilding ? 1 : 0)
    if let asOf = facts.asOf {
      page.family("sojourn_view_lag_seconds", .gauge, "How old an answer from the view is at most.")
      page.sample(max(0, Double(now.milliseconds - asOf.milliseconds) / 1_000))
    }
    page.family("sojourn_view_applied_total", .counter, "Records that the view has read, by topic.")
    for (topic, count) in facts.applied.sorted(by: { $0.key < $1.key }) {
      page.sample([("topic", topic)], count)
    }
    page.family("sojourn_view_unreadable_total", .counter, "Records that are not what their topic holds.")
    page.sample(facts.unreadable)
    return page.bytes
  }
}
