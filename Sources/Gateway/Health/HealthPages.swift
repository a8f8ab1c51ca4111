package import JourneyModel

/// An answer to a request, before any HTTP library is involved.
package struct HealthAnswer: Sendable, Hashable {
  /// HTTP status.
  package var status: Int
  /// Media type of the body.
  package var contentType: String
  /// The body.
  package var body: [UInt8]
  /// Methods that the path takes, for the `Allow` header of a 405.
  package var allow: String?

  /// Creates an answer.
  package init(status: Int, contentType: String, body: [UInt8], allow: String? = nil) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.allow = allow
  }
}

/// What a process says of its health.
package protocol HealthAnswering: Sendable {
  /// Answers a request, at any time, on any thread.
  func answer(method: String, path: String) -> HealthAnswer
}

/// What is at which path.
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

  /// Answers a request. 404 for an unknown path, 405 for any method but GET and HEAD.
  package func answer(method: String, path: String) -> HealthAnswer {
    let page: () -> HealthAnswer
    switch path {
    case "/livez": page = live
    case "/readyz": page = ready
    case "/metrics": page = metrics
    default:
      return HealthAnswer(
        status: 404, contentType: HealthPages.plain, body: Array("try /livez, /readyz or /metrics\n".utf8))
    }
    guard method == "GET" || method == "HEAD" else {
      return HealthAnswer(
        status: 405, contentType: HealthPages.plain, body: Array("only GET and HEAD\n".utf8),
        allow: "GET, HEAD")
    }
    return page()
  }

  /// Media type of text.
  package static let plain = "text/plain; charset=utf-8"
  /// Media type of JSON.
  package static let json = "application/json"

  private func live() -> HealthAnswer {
    let (facts, moment) = monitor.read()
    let liveness = Liveness(facts, at: moment, limits)
    return HealthAnswer(
      status: liveness.isAlive ? 200 : 503, contentType: HealthPages.json, body: liveness.json)
  }

  private func ready() -> HealthAnswer {
    let (facts, moment) = monitor.read()
    let readiness = Readiness(facts, at: moment, limits)
    return HealthAnswer(
      status: readiness.isReady ? 200 : 503, contentType: HealthPages.json, body: readiness.json)
  }

  private func metrics() -> HealthAnswer {
    let (facts, moment) = monitor.read()
    let page = MetricsPage(
      facts: facts, moment: moment, limits: limits, maxOutOfOrder: maxOutOfOrder, identity: identity,
      process: process())
    return HealthAnswer(status: 200, contentType: MetricsPage.contentType, body: page.text + further())
  }
}
