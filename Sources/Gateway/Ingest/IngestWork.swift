internal import EventLog
internal import Intake

/// What is done with a body of events, from its bytes to the answer.
struct IngestWork: Sendable {
  let call: IngestCall

  private var handler: IngestHandler { call.handler }
  private var source: String { call.source.intake.id }

  /// Unpacks, reads, counts and submits; answers when the log has acknowledged.
  func run(_ body: RequestBody, _ reply: @escaping @Sendable (Answer) -> Void) {
    let bytes: [UInt8]
    switch unpacked(body) {
    case .success(let unpacked): bytes = unpacked
    case .failure(let problem): return reply(call.answer(problem))
    }
    guard call.isAnonymous else { return read(bytes, body, reply) }
    switch handler.admit(bytes, of: call) {
    case .success(let source):
      guard handler.wants(call.head, source) else { return reply(call.finished(Answer(status: 204))) }
      var known = call
      known.source = source
      known.isAnonymous = false
      IngestWork(call: known).read(bytes, body, reply)
    case .failure(let problem): reply(call.answer(problem))
    }
  }

  private func read(_ bytes: [UInt8], _ body: RequestBody, _ reply: @escaping @Sendable (Answer) -> Void) {
    guard call.route.asksView else { return judge(bytes, nil, body, reply) }
    Task {
      do throws(Problem) {
        judge(bytes, try await call.owner(in: bytes), body, reply)
      } catch {
        reply(call.answer(error))
      }
    }
  }

  private func judge(
    _ bytes: [UInt8], _ owner: SessionOwner?, _ body: RequestBody,
    _ reply: @escaping @Sendable (Answer) -> Void
  ) {
    guard let dialect = call.dialect(handler.intake, owner: owner) else {
      return reply(call.finished(Answer(status: 204)))
    }
    let result = IngestResult(dialect.read(bytes, source: call.source.intake, request: call.request))
    let monitor = handler.monitor
    for refusal in result.refusals { monitor.noteRefusal(refusal.code.rawValue, source: source) }
    monitor.note(result.refusals.count, .refused, source: source)
    monitor.note(result.unwanted, .unwanted, source: source)
    monitor.note(result.ignored, .ignored, source: source)
    let count = result.records.count
    let answer = IngestAnswer(call: call, result: result, body: bytes, limits: handler.limits).answer
    if count > 0, let problem = handler.gatekeeper.admit(count, call.head, call.source) {
      monitor.note(count, .limited, source: source)
      return reply(call.answer(problem))
    }
    let refused = handler.refusals?.batch(result.refusals, of: call) ?? OutputBatch()
    guard count > 0 || !refused.isEmpty else { return reply(answer) }
    submit(result, refused, body, answer, reply)
  }

  private func submit(
    _ result: IngestResult, _ refused: OutputBatch, _ body: RequestBody, _ answer: Answer,
    _ reply: @escaping @Sendable (Answer) -> Void
  ) {
    let (monitor, count, dead) = (handler.monitor, result.records.count, refused.entries.count)
    monitor.noteTimes(of: result.records, source: source)
    // A body without a good event has its answer, whatever becomes of the bad ones. The others come again.
    let shed: @Sendable (Problem) -> Void = { problem in
      monitor.note(count, .shed, source: source)
      if count == 0 { monitor.note(dead, dead: .failed, source: source) }
      reply(count == 0 ? answer : call.answer(problem))
    }
    var submission = Submission(batch: result.batch(topics: handler.topics)) { outcome in
      // Held until the log has the records, which are as large as the body.
      withExtendedLifetime(body.reservation) {
        switch outcome {
        case .durable(let areRefusedKept, let token):
          monitor.note(count, .accepted, source: source)
          monitor.note(dead, dead: areRefusedKept ? .kept : .failed, source: source)
          var answer = answer
          if !token.isEmpty { answer.fields.append(Answer.Field("Sojourn-Token", token.text)) }
          reply(answer)
        case .failed(let error): shed(problem(error))
        }
      }
    }
    submission.refused = refused
    guard handler.publishing.submit(submission) else {
      return shed(.unavailable("the log does not take events at the moment"))
    }
  }

  private func unpacked(_ body: RequestBody) -> Result<[UInt8], Problem> {
    guard let form = call.form else { return .success(body.bytes) }
    let limit = handler.maxBodyBytes(of: call.route)
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
