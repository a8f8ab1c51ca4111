package import EventLog
package import Intake
package import JourneyModel
internal import NIOPosix
package import Tokens

/// Takes events over HTTP and answers once the log has them: what is at which path, for whom, and what
/// becomes of a body.
package final class IngestHandler: RequestHandler {
  package let monitor: GatewayMonitor
  let access: AccessSettings
  let gatekeeper: Gatekeeper
  let limits: IngestLimits
  let intake: IntakeSettings
  let topics: [JourneyModel.Stream: String]
  let publishing: PublishingThread
  let refusals: RefusalKeeper?
  /// What is known of sessions and their actions; `nil` if there is no view.
  let view: QueryView?
  let now: @Sendable () -> EventTime

  /// Creates a handler in front of a log.
  ///
  /// - Parameters:
  ///   - intake: how bodies are read; `limits.maxEvents` goes for theirs.
  ///   - verifier: says what the bearer of a token may do; `nil` if there are no tokens.
  ///   - topics: the topic of each stream.
  ///   - refusals: where refused events of batches are kept; `nil` if they are not.
  ///   - view: says whose a session is, and what is offered in it; `nil` if nobody does.
  ///   - now: the server's clock.
  package init(
    access: AccessSettings, verifier: (any TokenVerifier)?, limits: IngestLimits, intake: IntakeSettings,
    topics: [JourneyModel.Stream: String], refusals: RefusalRecord? = nil, view: QueryView? = nil,
    now: @escaping @Sendable () -> EventTime,
    makePublisher: @escaping @Sendable () throws -> any Publisher
  ) {
    self.access = access
    self.limits = limits
    self.topics = topics
    self.view = view
    self.now = now
    var intake = intake
    intake.maxBatchEvents = limits.maxEvents
    self.intake = intake
    let began = ContinuousClock.now
    gatekeeper = Gatekeeper(access, verifier: verifier) { ContinuousClock.now - began }
    monitor = GatewayMonitor(
      budget: ByteBudget(limit: limits.maxInFlightBytes), sources: access.sources.map(\.intake.id))
    self.refusals = refusals.map { [monitor] in
      RefusalKeeper($0, limits, maxSources: access.maxCounted, monitor) { ContinuousClock.now - began }
    }
    publishing = PublishingThread(limits: limits.publishing, facts: monitor, makePublisher: makePublisher)
  }

  /// Takes no more events; what was submitted is still sent.
  package func stop() {
    monitor.noteStopping()
    publishing.stop()
  }

  /// The answer to a request that is refused, also by the server before anybody has looked at it. A page that
  /// may send is told why: without the fields its browser gives it nothing but a failed request.
  package func answer(_ problem: Problem, to head: RequestHead?) -> Answer {
    let answer = problem.answer(contextID: head?.id ?? "")
    guard let head, let origin = head.only("origin"), let route = Route(path: head.path),
      gatekeeper.allowsPreflight(origin, route)
    else { return answer }
    return with(CORS.fields(for: head), answer)
  }

  package func note(status: Int, to head: RequestHead?, after duration: Duration) {
    let route = head.flatMap { Route(path: $0.path) }
    monitor.note(route: route?.template ?? "other", status: status, after: duration)
  }

  // MARK: By the head

  package func admit(_ known: RequestHead) -> Admission {
    var head = known
    head.clientAddress = access.trustedProxies.client(
      connected: known.clientAddress, forwarded: known.all("x-forwarded-for"))
    return decide(head)
  }

  private func decide(_ head: RequestHead) -> Admission {
    if !access.answers(to: head.only("host")), !head.all("host").isEmpty {
      return refuse(
        head,
        Problem(421, "misdirected.request", "this server does not answer to that Host (gateway.hosts)"))
    }
    guard let route = Route(path: head.path) else {
      return refuse(head, Problem(404, "not.found", "there is nothing at this path"))
    }
    if head.method == "OPTIONS", let origin = head.only("origin") {
      guard gatekeeper.allowsPreflight(origin, route) else { return refuse(head, IngestHandler.foreign) }
      return .answer(CORS.preflight(head, methods: route.methods))
    }
    guard route.methods.contains(head.method) else {
      let allowed = route.methods.joined(separator: ", ")
      return refuse(
        head,
        Problem(
          405, "method.not.allowed", "the path takes \(allowed)", fields: [Answer.Field("Allow", allowed)]))
    }
    switch route {
    case .description: return .answer(.json(200, PackageResources.openapi_json))
    case .snippet(let hash): return .answer(Snippet.served.answer(to: head, hash: hash))
    default: break
    }
    switch gatekeeper.find(head, route) {
    case .refused(let problem): return refuse(head, problem, isAuthentication: true)
    case .source(let source): return admit(head, route, source)
    case .unknown: return events(head, route, nil)
    case .token(let token):
      return .later { [self] decide in
        Task {
          switch await gatekeeper.verify(token, head, route, now: now()) {
          case .source(let source): decide(admit(head, route, source))
          case .refused(let problem): decide(refuse(head, problem, isAuthentication: true))
          case .token, .unknown: decide(refuse(head, .unavailable("the token cannot be verified")))
          }
        }
      }
    }
  }

  private static let foreign = Problem(
    403, "origin.not.allowed", "pages of this Origin may not send events here")

  private func refuse(_ head: RequestHead, _ problem: Problem, isAuthentication: Bool = false) -> Admission {
    if isAuthentication { monitor.noteFailedAuthentication(problem.code) }
    return .answer(answer(problem, to: head))
  }

  private func admit(_ head: RequestHead, _ route: Route, _ source: Source) -> Admission {
    guard gatekeeper.allowsOrigin(head, source) else { return refuse(head, IngestHandler.foreign) }
    if let problem = gatekeeper.admit(head, source) { return refuse(head, problem) }
    switch route {
    case .projectSettings(let key):
      let address = access.address(host: head.only("host"))
      let settings = ClientSettings.analyticsJS(
        writeKey: key, apiHost: address.authority + "/v1", scheme: address.scheme)
      return .answer(with(CORS.fields(for: head), .json(200, settings)))
    case .sourceConfig:
      let settings = ClientSettings.sourceConfig(
        source: source.intake, writeKey: head.parameter("writeKey") ?? "", dataPlaneURL: nil)
      return .answer(with(CORS.fields(for: head), .json(200, settings)))
    case .ping(_, let customer):
      let ping = OfferPing(head: head, customer: customer, source: source, handler: self)
      return .later { decide in
        Task { decide(.answer(self.with(CORS.fields(for: head), await ping.answer()))) }
      }
    default:
      guard wants(head, source) else { return .answer(with(CORS.fields(for: head), Answer(status: 204))) }
      return events(head, route, source)
    }
  }

  /// Whether a source wants what comes from a request's address. Counts the request if not.
  func wants(_ head: RequestHead, _ source: Source) -> Bool {
    guard let address = head.clientAddress, source.ipFilters.contains(address) else { return true }
    monitor.noteFiltered(source: source.intake.id)
    return false
  }

  /// Decides about a sender who is named in the body.
  func admit(_ body: [UInt8], of call: IngestCall) -> Result<Source, Problem> {
    let found = gatekeeper.find(keyInBody: SegmentDialect.writeKey(in: body), call.head)
    switch found {
    case .failure(let problem): monitor.noteFailedAuthentication(problem.code)
    case .success(let source):
      guard gatekeeper.allowsOrigin(call.head, source) else { return .failure(IngestHandler.foreign) }
      if let problem = gatekeeper.admit(call.head, source) { return .failure(problem) }
    }
    return found
  }

  private func with(_ fields: [Answer.Field], _ answer: Answer) -> Answer {
    var answer = answer
    answer.fields += fields
    return answer
  }

  private func events(_ head: RequestHead, _ route: Route, _ known: Source?) -> Admission {
    let form: Inflation.Form?
    switch head.all("content-encoding").joined(separator: ",").lowercased() {
    case "", "identity": form = nil
    case "gzip", "x-gzip": form = .gzip
    case "deflate": form = .deflate
    default:
      return refuse(
        head,
        Problem(
          415, "unsupported.media.type", "Content-Encoding is not one of gzip, deflate, identity, once"))
    }
    var source = known ?? Gatekeeper.local
    if case .externalEvents(let configuration) = route, source.intake.sessionType == nil {
      source.intake.sessionType = configuration
    }
    let call = IngestCall(
      head: head, route: route, source: source, isAnonymous: known == nil, request: request(head), form: form,
      handler: self)
    let limit = maxBodyBytes(of: route)
    let work = IngestWork(call: call)
    return .read(
      BodyPlan(
        maxBytes: limit, budget: monitor.budget,
        tooLarge: call.answer(.tooLarge("the body", limit: limit, key: "ingest.maxBodyBytes")),
        overloaded: call.answer(.tooMany(retryAfter: Int.random(in: 1...3)))
      ) { [limits] body, reply in
        if body.bytes.count < limits.largeBodyBytes, form == nil, !route.asksView {
          work.run(body, reply)
        } else {
          NIOThreadPool.singleton.submit { _ in work.run(body, reply) }
        }
      })
  }

  /// Largest body of a path in bytes.
  func maxBodyBytes(of route: Route) -> Int { min(route.maxBodyBytes ?? .max, limits.maxBodyBytes) }

  /// What the body's reader has to know.
  private func request(_ head: RequestHead) -> IntakeRequest {
    var request = IntakeRequest(receivedAt: now().milliseconds)
    request.clientAddress = head.clientAddress
    request.userAgent = head.only("user-agent")
    request.acceptLanguage = head.only("accept-language")
    request.sentAt = head.only("sentat")
    request.idempotencyKey = head.only("idempotency-key")
    request.contentType = head.only("content-type")
    request.stream = head.parameter("stream")
    request.hasPrivacySignal = head.only("sec-gpc") == "1" || head.only("dnt") == "1"
    request.requestID = head.id
    for (name, value) in head.fields {
      let name = name.lowercased()
      if name.hasPrefix("ce-") { request.cloudEventFields[name] = value }
      if name.hasPrefix("sec-ch-ua") { request.clientHints[name] = value }
    }
    return request
  }
}
