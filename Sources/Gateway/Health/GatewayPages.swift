internal import JourneyModel
internal import WireFormat

/// Health and metrics of a process that takes events over HTTP and processes none.
package struct GatewayPages: HealthAnswering {
  private let monitor: GatewayMonitor
  private let identity: ProcessorIdentity
  private let further: @Sendable () -> [UInt8]
  private let process: @Sendable () -> ProcessFacts

  /// Creates pages; `metrics` are the ingest server's families.
  package init(
    monitor: GatewayMonitor, identity: ProcessorIdentity, metrics: @escaping @Sendable () -> [UInt8],
    process: @escaping @Sendable () -> ProcessFacts
  ) {
    self.monitor = monitor
    self.identity = identity
    further = metrics
    self.process = process
  }

  /// 200 as long as anything answers.
  package func live() -> HealthAnswer {
    HealthAnswer(status: 200, contentType: HealthAnswer.json, body: JSONPage.encode(Alive(alive: true)))
  }

  /// 503 while events are not taken.
  package func ready() -> HealthAnswer {
    let reasons = reasons
    return HealthAnswer(
      status: reasons.isEmpty ? 200 : 503, contentType: HealthAnswer.json,
      body: JSONPage.encode(Ready(ready: reasons.isEmpty, reasons: reasons)))
  }

  package func metrics() -> HealthAnswer {
    HealthAnswer(status: 200, contentType: MetricsPage.contentType, body: families())
  }

  private struct Alive: Encodable { var alive: Bool }
  private struct Ready: Encodable {
    var ready: Bool
    var reasons: [Reason]
  }
  private struct Reason: Encodable { var code: String }

  /// What is in the way of taking events.
  private var reasons: [Reason] {
    let facts = monitor.read()
    return (facts.isStopping ? [Reason(code: "stopping")] : [])
      + (facts.isLogAway ? [Reason(code: "logUnavailable")] : [])
  }

  private func families() -> [UInt8] {
    var page = MetricsText()
    page.family("sojourn_build_info", .gauge, "Version of the program and of its reducer; always 1.")
    page.sample([("version", identity.version), ("reducer", JournalRecord.reducerVersion)], 1)
    page.family("sojourn_ready", .gauge, "1 if /readyz says so, otherwise 0.")
    page.sample(reasons.isEmpty ? 1 : 0)
    process().families(&page)
    return page.bytes + further()
  }
}
