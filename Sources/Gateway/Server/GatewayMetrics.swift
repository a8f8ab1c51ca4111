package import JourneyModel

/// The ingest server's part of the page that Prometheus reads. Labels are routes, statuses, sources of the
/// configuration and reasons: nothing that a client says becomes one.
package struct GatewayMetrics {
  private let facts: GatewayMonitor.Facts
  private let connections: Int
  private let budget: ByteBudget
  private let certificateEnd: EventTime?

  /// Reads what is known now.
  ///
  /// - Parameter certificateEnd: when the certificate ends; `nil` if there is none.
  package init(_ monitor: GatewayMonitor, connections: Int, certificateEnd: EventTime? = nil) {
    facts = monitor.read()
    self.connections = connections
    self.certificateEnd = certificateEnd
    budget = monitor.budget
  }

  /// The families.
  package var text: [UInt8] {
    var page = MetricsText()
    requests(&page)
    events(&page)
    times(&page)
    log(&page)
    return page.bytes
  }

  private func requests(_ page: inout MetricsText) {
    page.family("sojourn_gateway_requests_total", .counter, "Requests answered, by route and status.")
    for (answer, count) in facts.answers.sorted(by: {
      ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status)
    }) {
      page.sample([("route", answer.route), ("status", "\(answer.status)")], count)
    }
    page.family("sojourn_gateway_request_seconds", .histogram, "From a request's head to its answer.")
    for (route, histogram) in facts.durations.sorted(by: { $0.key < $1.key }) {
      page.histogram(histogram, labels: [("route", route)])
    }
    page.family("sojourn_gateway_connections", .gauge, "Connections that are open.")
    page.sample(connections)
    page.family("sojourn_gateway_in_flight_bytes", .gauge, "Memory of bodies that are not answered yet.")
    page.sample(budget.usedBytes)
    page.family("sojourn_gateway_in_flight_max_bytes", .gauge, "ingest.maxInFlightBytes.")
    page.sample(budget.limit)
    if let certificateEnd {
      page.family(
        "sojourn_gateway_certificate_end_seconds", .gauge,
        "When the certificate in use ends, in seconds of the Unix epoch.")
      page.sample(Int(certificateEnd.milliseconds / 1_000))
    }
    page.family(
      "sojourn_gateway_authentication_failures_total", .counter,
      "Requests whose sender is not known, by code.")
    for (kind, count) in facts.failedAuthentications.sorted(by: { $0.key < $1.key }) {
      page.sample([("kind", kind)], count)
    }
  }

  private func events(_ page: inout MetricsText) {
    page.family(
      "sojourn_ingest_events_total", .counter, "Events that came over HTTP, by what became of them.")
    for (key, count) in sorted(facts.events) {
      page.sample([("source", key.source), ("outcome", key.label)], count)
    }
    page.family(
      "sojourn_ingest_filtered_requests_total", .counter,
      "Requests that were dropped for where they come from (tracking.ipFilters).")
    for (source, count) in facts.filtered.sorted(by: { $0.key < $1.key }) {
      page.sample([("source", source)], count)
    }
    page.family("sojourn_ingest_refused_total", .counter, "Events that were refused, by reason.")
    for (key, count) in sorted(facts.refusals) {
      page.sample([("source", key.source), ("reason", key.label)], count)
    }
    page.family(
      "sojourn_ingest_dead_letters_total", .counter,
      "Refused events of batches, by what became of them: kept in the topic refused, or not.")
    for (key, count) in sorted(facts.deadLetters) {
      page.sample([("source", key.source), ("outcome", key.label)], count)
    }
  }

  private func times(_ page: inout MetricsText) {
    page.family(
      "sojourn_ingest_time_rule_total", .counter, "Events taken, by the clock that their time is from.")
    for (key, count) in sorted(facts.timeRules) {
      page.sample([("source", key.source), ("rule", key.label)], count)
    }
    page.family(
      "sojourn_ingest_clock_skew_seconds", .histogram,
      "How far the client's clock was behind, by when it says that it sent; below 0 it was ahead.")
    page.histogram(facts.skews.cumulative, sum: facts.skews.sum, count: facts.skews.count)
  }

  private func log(_ page: inout MetricsText) {
    page.family("sojourn_ingest_publish_seconds", .histogram, "How long the log took to acknowledge a send.")
    page.histogram(facts.sends)
    page.family("sojourn_ingest_published_records_total", .counter, "Records in those sends.")
    page.sample(facts.sentRecords)
    page.family("sojourn_ingest_publish_failures_total", .counter, "Sends that failed.")
    page.sample(facts.failedSends)
    page.family("sojourn_ingest_log_away", .gauge, "1 while the log does not take what is sent.")
    page.sample(facts.isLogAway ? 1 : 0)
  }

  private func sorted(
    _ counts: [GatewayMonitor.Facts.Counted: Int]
  ) -> [(key: GatewayMonitor.Facts.Counted, value: Int)] {
    counts.sorted { ($0.key.source, $0.key.label) < ($1.key.source, $1.key.label) }
  }
}
