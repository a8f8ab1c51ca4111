package import JourneyModel
internal import Tokens

/// Gives the console's files and logs browsers in, and leaves every other request to the next handler.
package final class ConsoleHandler: RequestHandler {
  private let next: LiveHandler
  private let queries: QueryHandler
  private let settings: ConsoleSettings
  private let now: @Sendable () -> EventTime
  private var ingest: IngestHandler { queries.ingest }

  /// - Parameter now: the server's clock.
  package init(
    _ next: LiveHandler, _ queries: QueryHandler, _ settings: ConsoleSettings,
    now: @escaping @Sendable () -> EventTime
  ) {
    (self.next, self.queries, self.settings, self.now) = (next, queries, settings, now)
  }

  package func answer(_ problem: Problem, to head: RequestHead?) -> Answer { next.answer(problem, to: head) }

  package func note(status: Int, to head: RequestHead?, after duration: Duration) {
    guard let head, let route = route(head) else {
      return next.note(status: status, to: head, after: duration)
    }
    ingest.monitor.note(route: route.template, status: status, after: duration)
  }

  private func route(_ head: RequestHead) -> ConsoleRoute? {
    settings.isEnabled ? ConsoleRoute(path: head.path) : nil
  }

  package func admit(_ head: RequestHead) -> Admission {
    guard let route = route(head) else { return next.admit(head) }
    let methods = route == .login ? ["POST", "DELETE"] : ["GET", "HEAD"]
    if let problem = queries.refusal(of: head, methods: methods) {
      return .answer(answer(problem, to: head))
    }
    switch route {
    case .page: return .answer(file(ConsoleAssets.page, head))
    case .asset(let name):
      guard let asset = ConsoleAssets.files[name] else {
        return .answer(answer(Problem(404, "not.found", "there is nothing at this path"), to: head))
      }
      return .answer(file(asset, head))
    case .redirect: return .answer(Answer(status: 308, fields: [Answer.Field("Location", "/console/")]))
    case .login: return login(head)
    }
  }

  // MARK: Files

  private func file(_ asset: ConsoleAsset, _ head: RequestHead) -> Answer {
    let (body, packing) = asset.text.body(for: head)
    let tag = asset.text.isPacked(for: head) ? asset.packedTag : asset.tag
    let fields = [Answer.Field("ETag", tag), Answer.Field("Cache-Control", "no-cache")]
    if head.all("if-none-match").contains(where: {
      QueryAnswer.matches($0, asset.tag) || QueryAnswer.matches($0, asset.packedTag)
    }) {
      return Answer(status: 304, fields: fields + policy)
    }
    return Answer(status: 200, type: asset.type, fields: fields + packing + policy, body: body)
  }

  /// What a browser may do with the console's page: nothing but load its own files and ask its own server.
  /// Texts of events can therefore be no script, wherever they end up.
  private var policy: [Answer.Field] {
    let ancestors =
      settings.frameAncestors.isEmpty ? "'none'" : settings.frameAncestors.joined(separator: " ")
    var fields = [
      Answer.Field(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          + "base-uri 'none'; form-action 'self'; frame-ancestors \(ancestors); "
          + "require-trusted-types-for 'script'; trusted-types 'none'"),
      Answer.Field("X-Content-Type-Options", "nosniff"), Answer.Field("Referrer-Policy", "no-referrer"),
      Answer.Field("Cross-Origin-Opener-Policy", "same-origin"),
      Answer.Field("Cross-Origin-Resource-Policy", "same-origin"),
      Answer.Field("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ]
    if settings.frameAncestors.isEmpty { fields.append(Answer.Field("X-Frame-Options", "DENY")) }
    if ingest.access.isEncrypted {
      fields.append(Answer.Field("Strict-Transport-Security", "max-age=31536000"))
    }
    return fields
  }

  // MARK: Logins

  private func login(_ known: RequestHead) -> Admission {
    var head = known
    head.clientAddress = ingest.access.trustedProxies.client(
      connected: known.clientAddress, forwarded: known.all("x-forwarded-for"))
    guard ingest.gatekeeper.logins.isOwn(head) else {
      return .answer(
        answer(
          Problem(
            403, "origin.not.allowed",
            "a login is asked for by a page of this server, with Sojourn-Request: 1"), to: head))
    }
    let isFramed = !settings.frameAncestors.isEmpty
    if head.method == "DELETE" {
      return .answer(
        Answer(status: 204, fields: [ingest.gatekeeper.logins.end(head, isFramed: isFramed)]))
    }
    guard ingest.access.mode != .none else {
      return .answer(
        answer(.badRequest("nobody is asked who he is, so that there is nothing to log in to"), to: head))
    }
    guard !head.all("authorization").isEmpty else {
      return .answer(answer(Gatekeeper.noCredentials, to: head))
    }
    return .later { [self, head] decide in
      Task {
        switch await ingest.gatekeeper.access(head, now: now()) {
        case .failure(let problem):
          ingest.monitor.noteFailedAuthentication(problem.code)
          decide(.answer(answer(problem, to: head)))
        case .success(let granted):
          let (access, cookie) = ingest.gatekeeper.logins.begin(granted, isFramed: isFramed, now: now())
          var answer = QueryAnswer.me(access)
          answer.fields.append(cookie)
          decide(.answer(answer))
        }
      }
    }
  }
}
