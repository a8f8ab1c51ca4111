package import EventLog
package import JourneyModel
internal import NIOPosix
package import WireFormat

/// Takes events over HTTP and answers once the log has them: what is at which path, for whom, and what
/// becomes of a body.
package final class IngestHandler: RequestHandler {
  package let monitor: GatewayMonitor
  let access: AccessSettings
  let limits: IngestLimits
  let judge: DoorJudge
  let publishing: PublishingThread
  private let now: @Sendable () -> EventTime

  /// Creates a gateway to a log.
  ///
  /// - Parameters:
  ///   - topics: the topic of each stream.
  ///   - now: the server's clock.
  package init(
    access: AccessSettings, limits: IngestLimits, decoding: DecodingLimits,
    topics: [JourneyModel.Stream: String], now: @escaping @Sendable () -> EventTime,
    makePublisher: @escaping @Sendable () throws -> any Publisher
  ) {
    self.access = access
    self.limits = limits
    self.now = now
    monitor = GatewayMonitor(budget: ByteBudget(limit: limits.maxInFlightBytes))
    judge = DoorJudge(topics: topics, limits: decoding)
    publishing = PublishingThread(limits: limits.publishing, facts: monitor, makePublisher: makePublisher)
  }

  /// Takes no more events; what was submitted is still sent.
  package func stop() {
    monitor.noteStopping()
    publishing.stop()
  }

  // MARK: By the head

  package func admit(_ head: RequestHead) -> Admission {
    guard access.answers(to: head.only("host")) || head.all("host").isEmpty else {
      return .answer(
        answer(
          Problem(
            421, "misdirected.request",
            "this server does not answer to that Host (gateway.hosts)"), to: head))
    }
    guard access.allows(origin: head.all("origin")) else {
      return .answer(
        answer(
          Problem(403, "origin.not.allowed", "pages of this Origin may not send events here"), to: head))
    }
    guard let route = Route(path: head.path) else {
      return .answer(answer(Problem(404, "not.found", "there is nothing at this path"), to: head))
    }
    guard route.methods.contains(head.method) else {
      let allowed = route.methods.joined(separator: ", ")
      return .answer(
        answer(
          Problem(
            405, "method.not.allowed", "the path takes \(allowed)", fields: [Answer.Field("Allow", allowed)]),
          to: head))
    }
    switch route {
    case .events: return events(head)
    }
  }

  package func answer(_ problem: Problem, to head: RequestHead?) -> Answer {
    problem.answer(contextID: head?.id ?? "")
  }

  package func note(status: Int, to head: RequestHead?, after duration: Duration) {
    let route = head.flatMap { Route(path: $0.path) }
    monitor.note(route: route?.rawValue ?? "other", status: status, after: duration)
  }

  /// Types of bodies. The last one is what curl says of any body, and is read as JSON.
  private static let types: Set<String?> = [
    nil, "application/json", "text/plain", "application/x-ndjson", "application/jsonl",
    "application/x-www-form-urlencoded",
  ]

  private func events(_ head: RequestHead) -> Admission {
    let type = head.mediaType
    guard IngestHandler.types.contains(type) else {
      return .answer(
        answer(
          Problem(
            415, "unsupported.media.type",
            "Content-Type is not one of application/json, application/x-ndjson, application/jsonl, text/plain"
          ),
          to: head))
    }
    let form: Inflation.Form?
    switch head.all("content-encoding").joined(separator: ",").lowercased() {
    case "", "identity": form = nil
    case "gzip", "x-gzip": form = .gzip
    case "deflate": form = .deflate
    default:
      return .answer(
        answer(
          Problem(
            415, "unsupported.media.type", "Content-Encoding is not one of gzip, deflate, identity, once"),
          to: head))
    }
    var request = IntakeRequest(receivedAt: now().milliseconds)
    request.clientAddress = head.clientAddress
    request.contentType = type
    request.stream = head.parameter("stream")
    request.requestID = head.id
    let source = IntakeSource(id: "local", kind: .server, streams: Set(JourneyModel.Stream.allCases))
    return .read(plan(head, request, source, form))
  }

  private func plan(
    _ head: RequestHead, _ request: IntakeRequest, _ source: IntakeSource, _ form: Inflation.Form?
  ) -> BodyPlan {
    let large = Problem.tooLarge("the body", limit: limits.maxBodyBytes, key: "ingest.maxBodyBytes")
    return BodyPlan(
      maxBytes: limits.maxBodyBytes, budget: monitor.budget, tooLarge: answer(large, to: head),
      overloaded: answer(.tooMany(retryAfter: Int.random(in: 1...3)), to: head)
    ) { [self] body, reply in
      let work = IngestWork(gateway: self, head: head, request: request, source: source, form: form)
      if body.bytes.count < limits.largeBodyBytes, form == nil {
        work.run(body, reply)
      } else {
        NIOThreadPool.singleton.submit { _ in work.run(body, reply) }
      }
    }
  }
}

/// What is at which path.
enum Route: String, CaseIterable {
  case events = "/v1/events"

  init?(path: String) { self.init(rawValue: path) }

  /// The methods that it takes.
  var methods: [String] { ["POST"] }
}
