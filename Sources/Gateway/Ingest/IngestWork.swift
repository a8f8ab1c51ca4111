internal import EventLog

/// What is done with a body of events, from its bytes to the answer.
struct IngestWork: Sendable {
  let gateway: IngestHandler
  let head: RequestHead
  let request: IntakeRequest
  let source: IntakeSource
  let form: Inflation.Form?

  /// Unpacks, tells apart, judges and submits; answers when the log has acknowledged.
  func run(_ body: RequestBody, _ reply: @escaping @Sendable (Answer) -> Void) {
    let bytes: [UInt8]
    switch unpacked(body) {
    case .success(let unpacked): bytes = unpacked
    case .failure(let problem): return reply(gateway.answer(problem, to: head))
    }
    let items = PlainEvents(maxEvents: gateway.limits.maxEvents).read(bytes, source: source, request: request)
    guard let verdict = gateway.judge.judge(items) else {
      return reply(gateway.answer(.unavailable("no memory for a decoder"), to: head))
    }
    for refusal in verdict.refusals { gateway.monitor.noteRefusal(refusal.code, source: source.id) }
    gateway.monitor.note(verdict.refusals.count, .refused, source: source.id)
    let accepted = verdict.batch.entries.count
    let answer = IngestAnswer(accepted: accepted, refusals: verdict.refusals, limits: gateway.limits)
    guard accepted > 0 else { return reply(answer.answer(contextID: head.id)) }
    let submission = Submission(batch: verdict.batch) { outcome in
      // Held until the log has the records, which are as large as the body.
      withExtendedLifetime(body.reservation) {
        switch outcome {
        case .durable:
          gateway.monitor.note(accepted, .accepted, source: source.id)
          reply(answer.answer(contextID: head.id))
        case .failed(let error):
          gateway.monitor.note(accepted, .shed, source: source.id)
          reply(gateway.answer(problem(error), to: head))
        }
      }
    }
    guard gateway.publishing.submit(submission) else {
      gateway.monitor.note(accepted, .shed, source: source.id)
      return reply(gateway.answer(.unavailable("the log does not take events at the moment"), to: head))
    }
  }

  private func unpacked(_ body: RequestBody) -> Result<[UInt8], Problem> {
    guard let form else { return .success(body.bytes) }
    let limit = gateway.limits.maxBodyBytes
    do throws(Inflation.Failure) {
      return .success(
        try Inflation.inflate(body.bytes, form, maxBytes: limit, reservation: body.reservation))
    } catch {
      switch error {
      case .damaged(let reason):
        return .failure(.badRequest("the body is not in the form that Content-Encoding says: \(reason)"))
      case .tooLarge:
        return .failure(.tooLarge("the unpacked body", limit: limit, key: "ingest.maxBodyBytes"))
      case .tooDense:
        return .failure(
          Problem(
            413, "request.entity.too.large",
            "the body unpacks to more than \(Inflation.maxRatio) times its size"))
      case .noMemory: return .failure(.tooMany(retryAfter: Int.random(in: 1...3)))
      }
    }
  }

  private func problem(_ error: LogError) -> Problem {
    switch error.code {
    case LogError.recordTooLarge:
      Problem(413, "request.entity.too.large", "an event is larger than the log takes")
    case LogError.logFull:
      Problem(
        429, "too.many.requests.retry.after",
        "the log is full of events that nobody has read yet (embedded.maxInputBytes). "
          + "Retry the request in [5] seconds", retryAfter: 5)
    default:
      .unavailable(
        "the log did not acknowledge the events; the same request again does no harm if they have ids")
    }
  }
}
