public import JourneyModel

/// An answer to a request, before any HTTP library is involved.
public struct HealthAnswer: Sendable, Hashable {
  /// HTTP status.
  public var status: Int
  /// Media type of the body.
  public var contentType: String
  /// The body.
  public var body: [UInt8]
  /// Methods that the path takes, for the `Allow` header of a 405.
  public var allow: String?

  /// Creates an answer.
  package init(status: Int, contentType: String, body: [UInt8], allow: String? = nil) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.allow = allow
  }
}

/// What a health server shows.
public protocol HealthSource: Sendable {
  /// The page of `/livez`: 200 or 503.
  func live() -> HealthAnswer
  /// The page of `/readyz`: 200 or 503.
  func ready() -> HealthAnswer
  /// The page of `/metrics`.
  func metrics() -> HealthAnswer
}

/// What is at which path.
public struct HealthPages: HealthSource {
  private let monitor: ProcessorMonitor
  private let limits: HealthLimits
  private let maxOutOfOrder: EventTime.Span
  private let identity: ProcessorIdentity
  private let process: @Sendable () -> ProcessFacts

  /// Creates pages of what a monitor knows; `process` is asked with every page of metrics.
  public init(
    monitor: ProcessorMonitor, limits: HealthLimits, maxOutOfOrder: EventTime.Span,
    identity: ProcessorIdentity, process: @escaping @Sendable () -> ProcessFacts
  ) {
    self.monitor = monitor
    self.limits = limits
    self.maxOutOfOrder = maxOutOfOrder
    self.identity = identity
    self.process = process
  }

  /// Pages of metrics that are shown behind the processor's: of what runs beside it in the same process.
  package var besides: [@Sendable () -> [UInt8]] = []

  /// The page of `/livez`.
  public func live() -> HealthAnswer {
    let (facts, moment) = monitor.read()
    let liveness = Liveness(facts, at: moment, limits)
    return HealthAnswer(
      status: liveness.isAlive ? 200 : 503, contentType: HealthAnswer.json, body: liveness.json)
  }

  /// The page of `/readyz`.
  public func ready() -> HealthAnswer {
    let (facts, moment) = monitor.read()
    let readiness = Readiness(facts, at: moment, limits)
    return HealthAnswer(
      status: readiness.isReady ? 200 : 503, contentType: HealthAnswer.json, body: readiness.json)
  }

  /// The page of `/metrics`.
  public func metrics() -> HealthAnswer {
    let (facts, moment) = monitor.read()
    let page = MetricsPage(
      facts: facts, moment: moment, limits: limits, maxOutOfOrder: maxOutOfOrder, identity: identity,
      process: process())
    return HealthAnswer(
      status: 200, contentType: MetricsPage.contentType, body: besides.reduce(page.text) { $0 + $1() })
  }
}

extension HealthSource {
  /// Answers a request. 404 for an unknown path, 405 for any method but GET and HEAD.
  public func answer(method: String, path: String) -> HealthAnswer {
    let page: () -> HealthAnswer
    switch path {
    case "/livez": page = live
    case "/readyz": page = ready
    case "/metrics": page = metrics
    default:
      return HealthAnswer(
        status: 404, contentType: HealthAnswer.plain, body: Array("try /livez, /readyz or /metrics\n".utf8))
    }
    guard method == "GET" || method == "HEAD" else {
      return HealthAnswer(
        status: 405, contentType: HealthAnswer.plain, body: Array("only GET and HEAD\n".utf8),
        allow: "GET, HEAD")
    }
    return page()
  }
}

extension HealthAnswer {
  /// Media type of text.
  static let plain = "text/plain; charset=utf-8"
  /// Media type of JSON.
  package static let json = "application/json"
}
