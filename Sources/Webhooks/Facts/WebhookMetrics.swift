internal import Gateway

/// The page of metrics of all targets. The number of series is bounded by the configuration: names of targets
/// are the only labels that it does not fix.
package enum WebhookMetrics {
  /// The page.
  package static func page(_ targets: [TargetFacts]) -> [UInt8] {
    var page = MetricsText()
    triggers(targets, &page)
    requests(targets, &page)
    state(targets, &page)
    return page.bytes
  }

  private static func triggers(_ targets: [TargetFacts], _ page: inout MetricsText) {
    page.family(
      "sojourn_webhook_triggers_total", .counter, "Triggers read for a target, by what became of them.")
    for facts in targets {
      let counts = facts.counts
      page.sample([("target", facts.target), ("outcome", "delivered")], counts.delivered)
      page.sample([("target", facts.target), ("outcome", "skipped")], counts.skipped)
      for reason in FailureReason.allCases {
        page.sample([("target", facts.target), ("outcome", reason.rawValue)], counts.failed[reason] ?? 0)
      }
    }
    gauge("sojourn_webhook_pending", "Triggers in memory that are not settled.", \.pending, targets, &page)
    gauge(
      "sojourn_webhook_pending_bytes", "Bytes of triggers and dead letters in memory.", \.pendingBytes,
      targets,
      &page)
    page.family("sojourn_webhook_lag_records", .gauge, "Records of the topic that are still to be read.")
    for facts in targets { page.sample([("target", facts.target)], Int(facts.lag)) }
  }

  private static func requests(_ targets: [TargetFacts], _ page: inout MetricsText) {
    page.family(
      "sojourn_webhook_requests_total", .counter,
      "Requests by the first digit of the answer's status, or by why there was none.")
    for facts in targets {
      for digit in 1...5 {
        page.sample(
          [("target", facts.target), ("result", "\(digit)xx")], facts.counts.answers[digit] ?? 0)
      }
      for failure in SendFailure.allCases {
        page.sample(
          [("target", facts.target), ("result", failure.rawValue)], facts.counts.unanswered[failure] ?? 0)
      }
    }
    gauge(
      "sojourn_webhook_requests_under_way", "Requests without an answer so far.", \.requests, targets, &page)
    page.family("sojourn_webhook_request_seconds", .histogram, "Time of a request that was answered.")
    for facts in targets { page.histogram(facts.times, labels: [("target", facts.target)]) }
  }

  private static func state(_ targets: [TargetFacts], _ page: inout MetricsText) {
    page.family(
      "sojourn_webhook_circuit", .gauge, "1 for what a target's circuit is; open: it is left alone.")
    for facts in targets {
      for state in TargetCircuit.State.allCases {
        page.sample(
          [("target", facts.target), ("state", state.rawValue)], facts.circuit == state ? 1 : 0)
      }
    }
    gauge(
      "sojourn_webhook_group_member", "1 while this process sends to the target.", { $0.isMember ? 1 : 0 },
      targets, &page)
    page.family("sojourn_webhook_commits_total", .counter, "Confirmed transactions of a target's group.")
    for facts in targets { page.sample([("target", facts.target)], facts.commits) }
    page.family("sojourn_webhook_faults_total", .counter, "Failures of the log that were got over.")
    for facts in targets { page.sample([("target", facts.target)], facts.faults) }
  }

  private static func gauge(
    _ name: String, _ help: String, _ value: (TargetFacts) -> Int, _ targets: [TargetFacts],
    _ page: inout MetricsText
  ) {
    page.family(name, .gauge, help)
    for facts in targets { page.sample([("target", facts.target)], value(facts)) }
  }
}
