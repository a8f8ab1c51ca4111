/// What a process says of its health: at any time, on any thread.
package protocol HealthAnswering: Sendable {
  /// Whether the process should go on living.
  func live() -> HealthAnswer
  /// Whether it does its work.
  func ready() -> HealthAnswer
  /// What it counts, for Prometheus.
  func metrics() -> HealthAnswer
}

extension HealthAnswering {
  /// Answers a request: 404 for an unknown path, 405 for any method but GET and HEAD.
  package func answer(method: String, path: String) -> HealthAnswer {
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
