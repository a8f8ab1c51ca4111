internal import NIOCore

/// What a connection may take for each part of a request.
extension RequestGuard {
  func become(_ next: ConnectionPhase) {
    phase = next
    let patience: Duration =
      switch next {
      case .idle: limits.keepAlive
      case .head: limits.headDeadline
      case .body, .dropping: limits.bodyDeadline
      case .judging, .working: limits.answerDeadline
      case .writing: limits.responseDeadline
      // Between two writes a stream waits for what its source has to say.
      case .streaming(_, _, let isWriting): isWriting ? limits.responseDeadline : RequestGuard.streamPatience
      case .lingering: limits.linger
      case .closed: .seconds(0)
      }
    deadline = clock() + TimeAmount(patience)
  }

  /// Ends what has taken too long.
  func look() {
    let now = clock()
    if case .body(let exchange) = phase, isTooSlow(exchange, now) { return expire() }
    if now >= deadline { expire() }
  }

  private func isTooSlow(_ exchange: Exchange, _ now: NIODeadline) -> Bool {
    let elapsed = (now - exchange.began).nanoseconds
    guard elapsed > TimeAmount(limits.bodyGrace).nanoseconds else { return false }
    return Double(exchange.readBytes) < Double(limits.minBodyRate) * Double(elapsed) / 1e9
  }

  private func expire() {
    switch phase {
    case .idle, .writing, .streaming, .lingering, .closed: context?.close(promise: nil)
    case .head: fail(RequestGuard.slow("head", limits.headDeadline, "gateway.headDeadline"))
    case .body(let exchange):
      let problem = RequestGuard.slow(
        "body", limits.bodyDeadline, "gateway.bodyDeadline, gateway.minBodyRate")
      write(handler.answer(problem, to: exchange.head), exchange, closes: true)
    case .dropping(let exchange, let answer): write(answer, exchange, closes: true)
    case .judging(let exchange):
      let problem = Problem.unavailable("who sends could not be found out in time")
      write(handler.answer(problem, to: exchange.head), exchange, closes: true)
    case .working(let exchange):
      let problem = Problem.unavailable(
        "the log has not acknowledged in time, so that it is not known whether the events are in it; "
          + "the same request again does no harm if they have ids")
      write(handler.answer(problem, to: exchange.head), exchange, closes: false)
    }
  }

  private static func slow(_ what: String, _ limit: Duration, _ keys: String) -> Problem {
    Problem(
      408, "client.failed.request",
      "the request's \(what) did not come within \(limit.components.seconds) s, or too slowly (\(keys))")
  }
}
