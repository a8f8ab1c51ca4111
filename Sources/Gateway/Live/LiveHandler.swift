package import JourneyModel
internal import Tokens
internal import Views

/// Lets browsers follow sessions, at `GET /v1/live`, and leaves every other request to the next handler.
package final class LiveHandler: RequestHandler {
  static let path = "/v1/live"

  private let next: QueryHandler
  private let hub: LiveHub?
  private let now: @Sendable () -> EventTime
  private var ingest: IngestHandler { next.ingest }

  /// - Parameters:
  ///   - hub: `nil` if there is no view: then nobody can follow.
  ///   - now: the server's clock.
  package init(_ next: QueryHandler, hub: LiveHub?, now: @escaping @Sendable () -> EventTime) {
    (self.next, self.hub, self.now) = (next, hub, now)
  }

  package func answer(_ problem: Problem, to head: RequestHead?) -> Answer { next.answer(problem, to: head) }

  package func note(status: Int, to head: RequestHead?, after duration: Duration) {
    guard let head, head.path == LiveHandler.path else {
      return next.note(status: status, to: head, after: duration)
    }
    ingest.monitor.note(route: LiveHandler.path, status: status, after: duration)
  }

  package func admit(_ known: RequestHead) -> Admission {
    guard known.path == LiveHandler.path else { return next.admit(known) }
    var head = known
    head.clientAddress = ingest.access.trustedProxies.client(
      connected: known.clientAddress, forwarded: known.all("x-forwarded-for"))
    if let problem = next.refusal(of: head, methods: ["GET"]) { return .answer(answer(problem, to: head)) }
    guard ingest.access.mode != .none else { return follow(head, nil) { true } }
    return .later { [self, head] decide in
      Task {
        switch await ingest.gatekeeper.access(head, now: now()) {
        case .failure(let problem):
          ingest.monitor.noteFailedAuthentication(problem.code)
          decide(.answer(answer(problem, to: head)))
        case .success(let access):
          decide(follow(head, access) { [self] in ingest.gatekeeper.logins.stillGrants(head, now: now()) })
        }
      }
    }
  }

  private func follow(
    _ head: RequestHead, _ access: Access?, isGranted: @escaping @Sendable () -> Bool
  ) -> Admission {
    do throws(Problem) {
      return .stream(try plan(head, access, isGranted))
    } catch {
      return .answer(answer(error, to: head))
    }
  }

  private func plan(
    _ head: RequestHead, _ access: Access?, _ isGranted: @escaping @Sendable () -> Bool
  ) throws(Problem) -> StreamPlan {
    guard let hub else {
      throw .unavailable("this server has no view to answer from (views.enabled)")
    }
    let texts = head.parameters("scope")
    guard (1...LiveLimits.maxScopes).contains(texts.count) else {
      throw .badParameter(
        "scope", "is there \(texts.count) times, expected 1 to \(LiveLimits.maxScopes)")
    }
    let scopes = texts.compactMap { LiveScope($0) }
    guard scopes.count == texts.count else {
      throw .badParameter("scope", "is none of all, customer:TYPE:ID, contact:ID and session:ID")
    }
    let needed = scopes.flatMap(\.permissions)
    if let access, let missing = needed.first(where: { !$0.contains(where: access.allows) }) {
      throw Problem(
        403, "missing.permission", "the token does not grant \(missing.joined(separator: " or "))")
    }
    guard hub.view.progress.now.asOf != nil else {
      throw Problem(
        503, "not.caught.up", "the view of the topics is being made, and not complete yet", retryAfter: 1)
    }
    // A browser says so by itself when it comes back; who takes over from another reader, in the query.
    let heard = head.only("last-event-id") ?? head.parameter("lastEventId")
    let position: ViewChanges.Position?
    if let heard, !heard.isEmpty {
      // Whatever it is, it is not of here: the reader has to ask anew.
      position = ViewChanges.Position(heard) ?? ViewChanges.Position(epoch: 0, number: 0)
    } else {
      position = nil
    }
    let seat = try hub.seat(of: access?.subject ?? "").get()
    return hub.answer(Set(scopes), access, from: position, seat, isGranted: isGranted)
  }
}
