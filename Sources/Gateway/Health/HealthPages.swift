package import JourneyModel

/// Health and metrics of a process that has lanes.
package struct HealthPages: HealthAnswering {
  private let monitor: ProcessorMonitor
  private let limits: HealthLimits
  private let maxOutOfOrder: EventTime.Span
  private let identity: ProcessorIdentity
  private let process: @Sendable () -> ProcessFacts
  /// Further families of the page of metrics.
  private let further: @Sendable () -> [UInt8]

  /// Creates pages of what a monitor knows; `process` is asked with every page of metrics, and so is
  /// `further`, which gives families that are not the processor's.
  package init(
    monitor: ProcessorMonitor, limits: HealthLimits, maxOutOfOrder: EventTime.Span,
    identity: ProcessorIdentity, further: @escaping @Sendable () -> [UInt8] = { [] },
    process: @escaping @Sendable () -> ProcessFacts
  ) {
    self.monitor = monitor
    self.limits = limits
    self.maxOutOfOrder = maxOutOfOrder
    self.identity = identity
    self.further = further
    self.process = process
  }

  package func live() -> HealthAnswer {
    let (facts, moment) = monitor.read()
    let liveness = Liveness(facts, at: moment, limits)
    return HealthAnswer(
      status: liveness.isAlive ? 200 : 503, contentType: HealthAnswer.json, body: liveness.json)
  }

  package func ready() -> HealthAnswer {
    let (facts, moment) = monitor.read()
    let readiness = Readiness(facts, at: moment, limits)
    return HealthAnswer(
      status: readiness.isReady ? 200 : 503, contentType: HealthAnswer.json, body: readiness.json)
  }

  package func metrics() -> HealthAnswer {
    let (facts, moment) = monitor.read()
    let page = MetricsPage(
      facts: facts, moment: moment, limits: limits, maxOutOfOrder: maxOutOfOrder, identity: identity,
      process: process())
    return HealthAnswer(status: 200, contentType: MetricsPage.contentType, body: page.text + further())
  }
}
