package import JourneyModel
internal import Tokens
internal import Views

/// Answers questions from a view, and leaves every other request to who takes events.
package final class QueryHandler: RequestHandler {
  let ingest: IngestHandler
  private let view: QueryView?
  private let now: @Sendable () -> EventTime

  /// - Parameters:
  ///   - view: `nil` if there is none: then questions are answered with 503.
  ///   - now: the server's clock.
  package init(
    _ ingest: IngestHandler, view: QueryView?, now: @escaping @Sendable () -> EventTime
  ) {
    self.ingest = ingest
    self.view = view
    self.now = now
  }

  package func answer(_ problem: Problem, to head: RequestHead?) -> Answer {
    ingest.answer(problem, to: head)
  }

  package func note(status: Int, to head: RequestHead?, after duration: Duration) {
    guard let head, let route = QueryRoute(path: head.path) else {
      return ingest.note(status: status, to: head, after: duration)
    }
    ingest.monitor.note(route: route.template, status: status, after: duration)
  }

  package func admit(_ known: RequestHead) -> Admission {
    guard let route = QueryRoute(path: known.path) else { return ingest.admit(known) }
    var head = known
    head.clientAddress = ingest.access.trustedProxies.client(
      connected: known.clientAddress, forwarded: known.all("x-forwarded-for"))
    if let problem = refusal(of: head) { return .answer(answer(problem, to: head)) }
    return .later { [self, head] decide in
      guard ingest.access.mode != .none else { return work(head, route, nil, decide) }
      Task {
        switch await ingest.gatekeeper.access(head, now: now()) {
        case .failure(let problem): decide(.answer(refused(problem, head)))
        case .success(let access): work(head, route, access, decide)
        }
      }
    }
  }

  /// What is wrong with a request by its head, whoever sends it.
  func refusal(of head: RequestHead, methods: [String] = ["GET", "HEAD"]) -> Problem? {
    guard ingest.access.answers(to: head.only("host")) else {
      return Problem(421, "misdirected.request", "this server does not answer to that Host (gateway.hosts)")
    }
    // Pages of others have nothing to ask here, whoever's browser they are in.
    guard ingest.access.allows(origin: head.all("origin")) else {
      return Problem(403, "origin.not.allowed", "pages of this Origin may not ask here")
    }
    guard methods.contains(head.method) else {
      let allowed = methods.joined(separator: ", ")
      return Problem(
        405, "method.not.allowed", "the path takes \(allowed)", fields: [Answer.Field("Allow", allowed)])
    }
    if let name = head.unreadableParameter {
      return Problem(
        400, "invalid.query.param.value", "\(name): expected UTF-8 with complete %xx escapes",
        details: [.init(errorCode: "invalid.query.param.value", fieldName: name)])
    }
    return nil
  }

  private func refused(_ problem: Problem, _ head: RequestHead) -> Answer {
    ingest.monitor.noteFailedAuthentication(problem.code)
    return answer(problem, to: head)
  }

  private func work(
    _ head: RequestHead, _ route: QueryRoute, _ access: Access?,
    _ decide: @escaping @Sendable (Admission) -> Void
  ) {
    if let access, let missing = route.permissions.first(where: { !$0.contains(where: access.allows) }) {
      let problem = Problem(
        403, "missing.permission", "the token does not grant \(missing.joined(separator: " or "))")
      return decide(.answer(refused(problem, head)))
    }
    let wanted: ReadAfterWrite?
    do throws(Problem) { wanted = try ReadAfterWrite(head) } catch {
      return decide(.answer(answer(error, to: head)))
    }
    if route == .me { return decide(.answer(QueryAnswer.me(access))) }
    guard let view else {
      let problem = Problem.unavailable("this server has no view to answer from (views.enabled)")
      return decide(.answer(answer(problem, to: head)))
    }
    Task {
      do {
        decide(.answer(try await asked(head, route, access, view, wanted)))
      } catch {
        decide(.answer(answer(Problem(query: error), to: head)))
      }
    }
  }

  private static let late = "the view does not have the events of Sojourn-Token yet"

  private func asked(
    _ head: RequestHead, _ route: QueryRoute, _ access: Access?, _ view: QueryView, _ wanted: ReadAfterWrite?
  ) async throws -> Answer {
    // What is waited for here and at peers ends at the same time.
    let inquiry = LaneInquiry(view, wanted)
    if let wanted, !(await wanted.wait(for: view)) {
      throw Staleness.notCaughtUp(QueryHandler.late)
    }
    _ = try Staleness.of(asOf: view.progress.now.asOf, now: now(), head).get()
    var answer = try await QueryAnswer(
      head: head, route: route, view: view, inquiry: inquiry, access: access, now: now()
    ).answer()
    // The oldest of all views that were asked. What they have may be newer, and never older than they say.
    answer.fields += try Staleness.of(asOf: inquiry.asOf ?? view.progress.now.asOf, now: now(), head).get()
      .fields
    return answer
  }
}

extension Problem {
  /// What is answered to a question that failed.
  init(query error: any Error) {
    self =
      switch error {
      case let problem as Problem: problem
      case Cursor.Flaw.unreadable: .badParameter("after", "is no cursor of this list")
      case Cursor.Flaw.otherFilter: .badParameter("after", "is a cursor of a list with other parameters")
      case is ViewError:
        .unavailable("the view cannot be read, and is made anew if need be", retryAfter: 1)
      default: .unavailable("the view cannot be read")
      }
  }
}
