import EventLog
import Gateway
import Logging
internal import ProcessRuntime
import Processor
import ServiceLifecycle
import Threads
import Views
internal import WireFormat

/// The view that queries are answered from, and what keeps it.
struct ViewServices: Sendable {
  let view: QueryView
  private let store: ViewStore
  private let feed: ViewFeed

  /// - Parameters:
  ///   - peers: who has the lanes that this view has not; `nil` if it has all.
  ///   - name: tells the files of two processes apart that one machine runs.
  /// - Returns: `nil` if there is to be none, or if its file cannot be had and need not be.
  init?(_ settings: Settings, _ log: any EventLog, peers: PeerGroup?, name: String) throws {
    guard settings.views.mode != .off else { return nil }
    let logger = LogLine.logger("sojourn.views", settings.logging)
    let path = "\(settings.localDirectory)/views-\(name)-\(settings.processor.instance).db"
    let report: @Sendable (ViewEvent) -> Void = { ViewServices.log($0, to: logger) }
    do {
      store = try ViewStore(path: path, report: report)
    } catch {
      guard settings.views.mode == .on else {
        logger.warning("queries are not answered: \(error)")
        return nil
      }
      throw ConfigurationProblem(
        key: "views.enabled", value: "on", expected: "a file that this process can keep: \(error)",
        origin: "configuration")
    }
    if let untold = settings.untoldToViews { logger.warning("\(untold)") }
    let clock = SystemClock()
    feed = ViewFeed(
      log: log, store: store,
      settings: ViewSettings(
        topics: settings.processor.lanes.topics, limits: settings.views.limits, events: settings.views.events,
        decoding: settings.processor.lanes.decoding, lanes: settings.views.peering.lanes),
      now: { clock.now }, report: report)
    view = QueryView(
      store, feed, inputs: settings.processor.lanes.topics.inputs.values.sorted(), peers: peers)
  }

  /// The view's families for the page of metrics.
  var metrics: [UInt8] {
    ViewMetrics(feed.progress, now: SystemClock().now).text + (view.peers.map { PeerMetrics($0).text } ?? [])
  }

  /// Follows the topics until the process is to stop.
  func run() async throws {
    defer { store.close() }
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await onOwnThread { feed.run() }
    } onCancelOrGracefulShutdown: {
      feed.stop()
    }
  }

  private static func log(_ event: ViewEvent, to logger: Logger) {
    switch event {
    case .madeAnew(let reason): logger.notice("the view is made anew: \(reason)")
    case .waiting(let reason): logger.info("the view waits: \(reason)")
    case .caughtUp(let sessions): logger.info("the view has all that is in the topics, \(sessions) sessions")
    case .unreadable(let place): logger.warning("the view leaves out a record that it cannot read: \(place)")
    }
  }
}

/// The view's feed under the service group.
struct ViewService: Service {
  let services: ViewServices
  /// How long the rest of a start has the cores and the log for itself: a view begins with a poll of every
  /// topic.
  var headStart: Duration = .zero

  func run() async throws {
    try? await cancelWhenGracefulShutdown { try await Task.sleep(for: headStart) }
    try await services.run()
  }
}
