package import JourneyModel
internal import NIOPosix
internal import Tokens

/// Takes decisions about persons, and leaves every other request to the next handler. It answers once the log
/// has the decision; lanes carry it out.
package final class DecisionHandler: RequestHandler {
  private let next: any RequestHandler
  private let queries: QueryHandler
  private let settings: DecisionSettings?
  private let now: @Sendable () -> EventTime
  private var ingest: IngestHandler { queries.ingest }

  /// - Parameters:
  ///   - settings: `nil` if nobody looks for persons: then there are no such paths.
  ///   - now: the server's clock.
  package init(
    _ next: any RequestHandler, _ queries: QueryHandler, _ settings: DecisionSettings?,
    now: @escaping @Sendable () -> EventTime
  ) {
    (self.next, self.queries, self.settings, self.now) = (next, queries, settings, now)
  }

  package func answer(_ problem: Problem, to head: RequestHead?) -> Answer { next.answer(problem, to: head) }

  package func note(status: Int, to head: RequestHead?, after duration: Duration) {
    guard let head, DecisionOperation(path: head.path) != nil else {
      return next.note(status: status, to: head, after: duration)
    }
    ingest.monitor.note(route: DecisionOperation.template, status: status, after: duration)
  }

  package func admit(_ known: RequestHead) -> Admission {
    guard let operation = DecisionOperation(path: known.path) else { return next.admit(known) }
    var head = known
    head.clientAddress = ingest.access.trustedProxies.client(
      connected: known.clientAddress, forwarded: known.all("x-forwarded-for"))
    if let problem = queries.refusal(of: head, methods: ["POST"]) {
      return .answer(answer(problem, to: head))
    }
    guard let settings else {
      return .answer(
        answer(
          Problem(404, "not.found", "nobody takes decisions about persons here (identity.enabled is off)"),
          to: head))
    }
    guard ingest.access.mode != .none else { return read(head, operation, nil, settings) }
    return .later { [self, head] decide in
      Task {
        switch await ingest.gatekeeper.access(head, now: now()) {
        case .failure(let problem):
          ingest.monitor.noteFailedAuthentication(problem.code)
          decide(.answer(answer(problem, to: head)))
        case .success(let access):
          guard access.allows(operation.permission) else {
            let problem = Problem(
              403, "missing.permission", "the token does not grant \(operation.permission)")
            ingest.monitor.noteFailedAuthentication(problem.code)
            return decide(.answer(answer(problem, to: head)))
          }
          decide(read(head, operation, access, settings))
        }
      }
    }
  }

  private func read(
    _ head: RequestHead, _ operation: DecisionOperation, _ access: Access?, _ settings: DecisionSettings
  ) -> Admission {
    let work = DecisionWork(
      head: head, operation: operation, subject: access?.subject ?? "", settings: settings, handler: ingest,
      now: now)
    let limit = DecisionSettings.maxBodyBytes
    return .read(
      BodyPlan(
        maxBytes: limit, budget: ingest.monitor.budget,
        tooLarge: answer(
          Problem(413, "request.entity.too.large", "a decision has at most \(limit) bytes"), to: head),
        overloaded: answer(.tooMany(retryAfter: Int.random(in: 1...3)), to: head)
      ) { body, reply in
        // An erasure reads the view's file, which blocks.
        NIOThreadPool.singleton.submit { _ in
          let read = work.read(body)
          Task { await work.run(read, body, reply) }
        }
      })
  }
}
