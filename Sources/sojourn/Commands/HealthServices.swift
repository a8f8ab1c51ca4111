import EventLog
import Foundation
import Gateway
import Logging
internal import ProcessRuntime
import Processor
import Sessionizer
import Webhooks

/// What `run` shows of itself: a monitor of the worker, a server with its pages, and a probe of the topics'
/// ends.
struct HealthServices: Sendable {
  let monitor: ProcessorMonitor
  let server: HealthServer
  let probe: EndProbe
  private let host: String

  /// Nothing if `http.port` is off.
  ///
  /// - Parameters:
  ///   - gateway: what takes events beside the processor; its metrics are on the same page.
  ///   - webhooks: what is known of the senders that run in the same process.
  init?(
    _ settings: Settings, _ log: any EventLog, _ gateway: GatewayServices?, webhooks: [TargetMonitor] = []
  ) {
    guard let port = settings.http.port else { return nil }
    host = settings.http.host
    let clock = SystemClock()
    let began = ContinuousClock.now
    let started = clock.now
    monitor = ProcessorMonitor { Moment(uptime: ContinuousClock.now - began, now: clock.now) }
    let identity = ProcessorIdentity(
      version: Sojourn.version, log: settings.log.kind, group: settings.processor.lanes.group,
      instance: settings.processor.instance)
    let pages = HealthPages(
      monitor: monitor, limits: settings.health,
      maxOutOfOrder: settings.processor.lanes.sessions.maxOutOfOrder, identity: identity,
      further: {
        (gateway?.metrics ?? []) + (webhooks.isEmpty ? [] : WebhookMetrics.page(webhooks.map(\.current)))
      }
    ) { ProcessFacts.current(started: started) }
    gateway?.readiness.follow(pages)
    let logger = LogLine.logger("sojourn.http", settings.logging, least: .error)
    server = HealthServer(host: host, port: port, pages: pages, logger: logger)
    probe = EndProbe(monitor: monitor, log: log)
  }

  /// Waits until the server listens and gives its address; `nil` if it never will.
  func listening() async -> String? {
    guard let port = await server.listening() else { return nil }
    return HealthServices.address(host, port)
  }

  /// `host:port`, with brackets around an IPv6 address.
  static func address(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
