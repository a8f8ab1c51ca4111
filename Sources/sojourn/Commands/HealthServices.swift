import EventLog
import Foundation
import Gateway
import Logging
internal import ProcessRuntime
import Processor
import Sessionizer

/// What `run` shows of itself: a monitor of the worker, a server with its pages, and a probe of the topics'
/// ends.
struct HealthServices: Sendable {
  let monitor: ProcessorMonitor
  let server: HealthServer
  let probe: EndProbe
  private let host: String

  /// Nothing if `http.port` is off.
  ///
  /// - Parameter gateway: what takes events beside the processor; its metrics are on the same page.
  init?(_ settings: Settings, _ log: any EventLog, _ gateway: GatewayServices?) {
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
      further: { gateway?.metrics ?? [] }
    ) { ProcessFacts.current(started: started) }
    let logger = LogLine.logger("sojourn.http", settings.logging, least: .error)
    server = HealthServer(host: host, port: port, pages: pages, logger: logger)
    probe = EndProbe(monitor: monitor, log: log)
  }

  /// Waits until the server listens and gives its address; `nil` if it never will.
  func listening() async -> String? {
    guard let port = await server.listening() else { return nil }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
