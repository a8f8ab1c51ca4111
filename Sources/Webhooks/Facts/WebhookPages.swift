internal import Bytes
package import Gateway

/// What a process that only sends webhooks shows of itself.
package struct WebhookPages: HealthAnswering {
  private let monitors: [TargetMonitor]
  private let limits: HealthLimits
  private let uptime: @Sendable () -> Duration
  private let process: @Sendable () -> ProcessFacts
  private let version: String

  /// Creates pages of what the monitors know.
  package init(
    _ monitors: [TargetMonitor], limits: HealthLimits, version: String,
    uptime: @escaping @Sendable () -> Duration, process: @escaping @Sendable () -> ProcessFacts
  ) {
    self.monitors = monitors
    self.limits = limits
    self.version = version
    self.uptime = uptime
    self.process = process
  }

  /// 503 if a sender gives no sign of life.
  package func live() -> HealthAnswer {
    let silent = targets { uptime() - $0.lastSign > limits.liveAfter }
    return answer(silent.isEmpty, "alive", silent.map { ($0, "silent") })
  }

  /// 503 while a sender is no member of its target's group, as one that waits for
  /// another process is. A target that does not answer makes nobody unready: that is its own matter.
  package func ready() -> HealthAnswer {
    let waiting = targets { !$0.isMember }
    return answer(waiting.isEmpty, "ready", waiting.map { ($0, "waiting") })
  }

  package func metrics() -> HealthAnswer {
    var page = MetricsText()
    page.family("sojourn_build_info", .gauge, "Version of the program; always 1.")
    page.sample([("version", version)], 1)
    process().families(&page)
    return HealthAnswer(
      status: 200, contentType: MetricsPage.contentType,
      body: page.bytes + WebhookMetrics.page(monitors.map(\.current)))
  }

  private func targets(_ isMeant: (TargetFacts) -> Bool) -> [String] {
    monitors.map(\.current).filter(isMeant).map(\.target)
  }

  private func answer(
    _ isWell: Bool, _ name: String, _ reasons: [(target: String, code: String)]
  ) -> HealthAnswer {
    var body: [UInt8] = []
    body.append("{")
    JSONText.append(name, to: &body)
    body.append(isWell ? ":true,\"reasons\":[" : ":false,\"reasons\":[")
    for (index, reason) in reasons.enumerated() {
      if index > 0 { body.append(",") }
      body.append("{\"code\":")
      JSONText.append(reason.code, to: &body)
      body.append(",\"target\":")
      JSONText.append(reason.target, to: &body)
      body.append("}")
    }
    body.append("]}\n")
    return HealthAnswer(status: isWell ? 200 : 503, contentType: HealthAnswer.json, body: body)
  }
}
