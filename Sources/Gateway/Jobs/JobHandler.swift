internal import Bytes
package import JourneyModel
internal import NIOPosix
internal import Tokens
internal import Views

/// Takes questions to the log and to this process, and leaves every other request to the next handler.
package final class JobHandler: RequestHandler {
  private let next: any RequestHandler
  private let queries: QueryHandler
  private let view: QueryView?
  private let inquirer: (any LogInquirer)?
  private let board: JobBoard
  private let process: ProcessAnswer
  private let now: @Sendable () -> EventTime
  private var ingest: IngestHandler { queries.ingest }

  /// - Parameters:
  ///   - view: says whose a session is and who may see it; `nil` if there is none.
  ///   - inquirer: reads the log; without one questions are answered with 503.
  ///   - readiness: says how the processor is that runs in this process.
  ///   - now: the server's clock.
  package init(
    _ next: any RequestHandler, _ queries: QueryHandler, view: QueryView?, inquirer: (any LogInquirer)?,
    limits: JobLimits = JobLimits(), readiness: SharedReadiness? = nil,
    now: @escaping @Sendable () -> EventTime
  ) {
    (self.next, self.queries, self.view, self.inquirer, self.now) = (next, queries, view, inquirer, now)
    board = JobBoard(limits)
    process = ProcessAnswer(monitor: queries.ingest.monitor, readiness: readiness)
  }

  /// Ends what is under way.
  package func stop() { board.stop() }

  package func answer(_ problem: Problem, to head: RequestHead?) -> Answer { next.answer(problem, to: head) }

  package func note(status: Int, to head: RequestHead?, after duration: Duration) {
    guard let head, let route = JobRoute(path: head.path) else {
      return next.note(status: status, to: head, after: duration)
    }
    ingest.monitor.note(route: route.template, status: status, after: duration)
  }

  package func admit(_ known: RequestHead) -> Admission {
    guard let route = JobRoute(path: known.path) else { return next.admit(known) }
    var head = known
    head.clientAddress = ingest.access.trustedProxies.client(
      connected: known.clientAddress, forwarded: known.all("x-forwarded-for"))
    if let problem = queries.refusal(of: head, methods: route.methods) {
      return .answer(answer(problem, to: head))
    }
    guard ingest.access.mode != .none else { return decided(head, route, nil) }
    return .later { [self, head] decide in
      Task {
        switch await ingest.gatekeeper.access(head, now: now()) {
        case .failure(let problem):
          ingest.monitor.noteFailedAuthentication(problem.code)
          decide(.answer(answer(problem, to: head)))
        case .success(let access): decide(decided(head, route, access))
        }
      }
    }
  }

  private func decided(_ head: RequestHead, _ route: JobRoute, _ access: Access?) -> Admission {
    if let access, let missing = route.permissions.first(where: { !access.allows($0) }) {
      return .answer(answer(JobQuestion.missing(missing), to: head))
    }
    switch route {
    case .process: return .answer(.json(200, process.body))
    case .letter(let lane, let offset):
      return .later { [self] decide in
        NIOThreadPool.singleton.submit { [self] _ in decide(.answer(letter(lane, offset, head))) }
      }
    case .job(let kind, let id):
      return .later { [self] decide in
        Task { decide(.answer(await known(head, kind, id, access))) }
      }
    case .ask(let kind):
      guard ["", "identity"].contains(head.all("content-encoding").joined(separator: ",").lowercased()) else {
        let problem = Problem(415, "unsupported.media.type", "the body may not be packed")
        return .answer(answer(problem, to: head))
      }
      let limit = route.maxBodyBytes
      let tooLarge = Problem(413, "request.entity.too.large", "the body is larger than \(limit) bytes")
      return .read(
        BodyPlan(
          maxBytes: limit, budget: ingest.monitor.budget, tooLarge: answer(tooLarge, to: head),
          overloaded: answer(.tooMany(retryAfter: 2), to: head)
        ) { [self] body, reply in
          Task { reply(await asked(body.bytes, head, kind, access)) }
        })
    }
  }

  /// Reading the log blocks.
  private func letter(_ lane: LaneNumber, _ offset: Int64, _ head: RequestHead) -> Answer {
    guard let inquirer else { return answer(.unavailable("this server reads no log"), to: head) }
    do {
      guard let value = try inquirer.deadLetter(lane: lane, offset: offset) else {
        return answer(Problem(404, "not.found", "there is no such dead letter any more"), to: head)
      }
      var letter = JSONObject()
      letter.add("lane", lane.value)
      letter.add("offset", offset)
      letter.add("bytes", value.count)
      letter.add("value", String(decoding: value, as: UTF8.self))
      return .json(200, letter.closed + [ASCII.newline])
    } catch {
      return answer(.unavailable("the log cannot be read"), to: head)
    }
  }

  // MARK: Asking

  private func asked(
    _ body: [UInt8], _ head: RequestHead, _ kind: JobRoute.Kind, _ access: Access?
  ) async -> Answer {
    do {
      guard let view, let inquirer else {
        throw Problem.unavailable("this server has no view to answer from (views.enabled)")
      }
      let question = try await JobQuestion(
        body, kind, LaneInquiry(view), inquirer: inquirer, access: access, now: now())
      guard let job = board.submit(question.subject, key: question.key, at: now(), work: question.work) else {
        throw Problem.tooMany(retryAfter: 5)
      }
      let before = board.job(job.id)?.before ?? 0
      let path = "/v1/\(kind.rawValue)/\(job.id)"
      return .json(
        202, JobHandler.describe(job, before: before, path: path), fields: [Answer.Field("Location", path)])
    } catch {
      return answer(Problem(query: error), to: head)
    }
  }

  // MARK: Answers

  private func known(
    _ head: RequestHead, _ kind: JobRoute.Kind, _ id: String, _ access: Access?
  ) async -> Answer {
    do {
      guard let view, let (job, before) = board.job(id), job.subject.isOf(kind) else {
        throw Problem(404, "not.found", "there is no such question, or none any more")
      }
      try await job.subject.check(access, LaneInquiry(view))
      if head.method == "DELETE" {
        board.leave(id)
        return Answer(status: 204)
      }
      return .json(200, JobHandler.describe(job, before: before, path: head.path))
    } catch {
      return answer(Problem(query: error), to: head)
    }
  }

  private static func describe(_ job: Job, before: Int, path: String) -> [UInt8] {
    var answer = JSONObject()
    answer.add("id", job.id)
    answer.add("selfUri", path)
    answer.add("state", job.state.name)
    answer.add("createdDate", job.created.iso8601)
    if case .queued = job.state { answer.add("before", before) }
    var definition = JSONObject()
    switch job.subject {
    case .explanation(let session, let kind, let id, _):
      answer.add("sessionId", session)
      definition.add("kind", kind)
      definition.add("id", id)
    case .comparison(let kind, let id):
      definition.add("kind", kind)
      definition.add("id", id)
    }
    answer.add("definition", json: definition.closed)
    switch job.state {
    case .done(let result): answer.add("result", json: result)
    case .failed(let failure):
      var error = JSONObject()
      error.add("code", failure.code)
      error.add("message", failure.message)
      answer.add("error", json: error.closed)
    case .queued, .running, .cancelled: break
    }
    return answer.closed + [ASCII.newline]
  }
}
