import EventLog
import Gateway
import Logging
import ProcessRuntime
import ServiceLifecycle
import Threads
import Views

/// Asks lanes again and again to take back sessions that are older than `retention.sessions`. Any process
/// with a view may do it, and several may: a session that is taken back twice is gone once.
struct SessionRetentionService: Service {
  let retention: SessionRetention
  let decisions: DecisionSettings
  let view: QueryView
  let log: any EventLog
  let logger: Logger
  var interval: Duration = .seconds(60)
  /// How long a session is not asked for again: meanwhile its removal comes back through the view.
  var patience = 60

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      var asked: [Set<String>] = []
      while !Task.isCancelled {
        try await Task.sleep(for: interval)
        // A view that is behind knows no newer snapshot.
        guard view.progress.now.asOf != nil else { continue }
        let known = asked.reduce(into: Set()) { $0.formUnion($1) }
        do {
          asked.append(try await onOwnThread { try round(but: known) })
          if asked.count > patience { asked.removeFirst() }
        } catch {
          logger.warning("old sessions are not taken back, and tried again: \(error)")
        }
      }
    }
  }

  private func round(but known: Set<String>) throws -> Set<String> {
    let (records, sessions) = try retention.commands(
      from: view.queries, at: SystemClock().now, but: known, decisions.decoder)
    guard !records.isEmpty else { return [] }
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(decisions.batch(records))
    logger.info("\(sessions.count) sessions are older than retention.sessions and are taken back")
    return sessions
  }
}
