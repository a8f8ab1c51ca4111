internal import NIOCore
internal import NIOHTTP1

/// The end of a connection's pipeline: takes one request after the other, holds each to its limits and
/// deadlines, and writes the answers in order.
///
/// It reads only when it waits for input, so that a client which sends much and reads nothing fills its own
/// buffers. An answer that comes before its body was read is flushed before the connection is half closed.
final class RequestGuard: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  let limits: ServerLimits
  let handler: any RequestHandler
  private let check: HeadCheck
  private let ids: RequestIDs
  let clock: @Sendable () -> NIODeadline = { NIODeadline.now() }
  /// Answered first of all, to a connection that is one too many.
  private let refusal: Problem?
  /// Whether this is a stream of HTTP/2: one request, whose answer says itself where it ends.
  let isStream: Bool

  var context: ChannelHandlerContext?
  var phase = ConnectionPhase.idle
  var parts = CircularBuffer<HTTPServerRequestPart>()
  /// What is wrong with the bytes behind `parts`.
  var failure: Problem?
  var deadline = NIODeadline.distantFuture
  private var number: UInt64 = 0
  private var headBytes = 0
  private var hasFirstLine = false
  private var isAdvancing = false
  private var isInputClosed = false
  private(set) var isQuiescing = false
  private var ticks: RepeatedTask?

  init(
    limits: ServerLimits, handler: any RequestHandler, ids: RequestIDs, refusal: Problem?,
    isStream: Bool = false
  ) {
    self.limits = limits
    self.handler = handler
    self.ids = ids
    self.refusal = refusal
    self.isStream = isStream
    check = HeadCheck(limits: limits)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let tick = TimeAmount(limits.tick)
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    ticks = context.eventLoop.scheduleRepeatedTask(initialDelay: tick, delay: tick) { _ in
      bound.value.look()
    }
    if context.channel.isActive { start() }
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  func channelActive(context: ChannelHandlerContext) {
    context.fireChannelActive()
    start()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  private func start() {
    become(.idle)
    if let refusal { return fail(refusal) }
    read()
  }

  private func end() {
    if case .streaming(_, let plan, _) = phase { plan.closed() }
    phase = .closed
    parts.removeAll()
    ticks?.cancel()
    ticks = nil
    context = nil
  }

  // MARK: What comes in

  /// Hears of bytes before they are parsed.
  func arriving(_ bytes: ByteBuffer) {
    if case .idle = phase, parts.isEmpty { become(.head) }
    guard case .head = phase else { return }
    headBytes += bytes.readableBytes
    if !hasFirstLine { hasFirstLine = bytes.readableBytesView.contains(0x0a) }
  }

  /// Hears that they were parsed: a head that goes on and on is cut here, since the parser would take it.
  func arrived() {
    guard case .head = phase, parts.isEmpty, failure == nil else { return }
    guard headBytes > limits.maxTargetBytes + limits.maxHeaderBytes + 4 * limits.maxHeaderFields + 1_024
    else { return }
    failure = hasFirstLine ? HeadCheck.largeHeaders(limits) : HeadCheck.longTarget(limits)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch phase {
    case .lingering, .closed: return
    default: break
    }
    let part = unwrapInboundIn(data)
    if case .head = part {
      headBytes = 0
      hasFirstLine = false
    }
    parts.append(part)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    advance()
    read()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Who is answered already may go on with what is no request. To close over that would take the answer
    // away from a client that has not read it yet.
    if case .lingering = phase, error is HTTPParserError || error is ByteToMessageDecoderError { return }
    switch error {
    case HTTPParserError.headerOverflow: failure = HeadCheck.largeHeaders(limits)
    case is HTTPParserError: failure = failure ?? .badRequest("the request is not HTTP/1.1: \(error)")
    default:
      context.close(promise: nil)
      return
    }
    advance()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      isInputClosed = true
      advance()
      switch phase {
      // Half a request is nobody's, and a client that sends no more has read what there was.
      case .idle, .head, .body, .dropping, .streaming, .lingering: context.close(promise: nil)
      default: break
      }
    case is ChannelShouldQuiesceEvent:
      isQuiescing = true
      if case .idle = phase, parts.isEmpty { context.close(promise: nil) }
      endStream()
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  private func read() {
    guard !isInputClosed, parts.isEmpty, failure == nil else { return }
    switch phase {
    case .idle, .head, .body, .dropping, .streaming, .lingering: context?.read()
    case .judging, .working, .writing, .closed: break
    }
  }

  // MARK: Requests

  /// Goes on with what has come, until somebody has to be waited for.
  private func advance() {
    guard !isAdvancing else { return }
    isAdvancing = true
    defer { isAdvancing = false }
    while step() {}
  }

  private func step() -> Bool {
    switch phase {
    case .idle, .head:
      guard let part = parts.popFirst() else { return failNow() }
      guard case .head(let head) = part else { return true }
      begin(head)
    case .body(var exchange):
      guard let part = parts.popFirst() else { return failNow() }
      // Moved out of the phase, so that the body grows in place.
      phase = .idle
      take(part, &exchange)
    case .dropping(var exchange, let answer):
      guard let part = parts.popFirst() else { return failNow() }
      switch part {
      case .end: write(answer, exchange, closes: false)
      case .body(let bytes):
        exchange.readBytes += bytes.readableBytes
        if exchange.readBytes > limits.maxDroppedBytes {
          write(answer, exchange, closes: true)
        } else {
          phase = .dropping(exchange, answer)
        }
      case .head: break
      }
    case .streaming: return dropWhileStreaming()
    case .judging, .working, .writing, .lingering, .closed: return false
    }
    return true
  }

  private func failNow() -> Bool {
    guard let problem = failure else { return false }
    failure = nil
    fail(problem)
    return false
  }

  /// Answers what cannot be read, and closes.
  func fail(_ problem: Problem) {
    var exchange = newExchange(nil)
    if case .body(let known) = phase { exchange = known }
    write(handler.answer(problem, to: exchange.head), exchange, closes: true)
  }

  private func newExchange(_ head: HTTPRequestHead?) -> Exchange {
    number += 1
    let id = ids.next()
    var exchange = Exchange(number: number, began: clock(), isKeptAlive: head?.isKeepAlive ?? false)
    guard let head else { return exchange }
    let target = head.uri.utf8
    let mark = target.firstIndex(of: UInt8(ascii: "?"))
    exchange.head = RequestHead(
      method: head.method.rawValue, path: String(head.uri[..<(mark ?? target.endIndex)]),
      query: mark.map { String(head.uri[target.index(after: $0)...]) } ?? "", headers: head.headers,
      // Asked of the channel: a stream's context cannot say.
      clientAddress: context?.channel.remoteAddress?.ipAddress, id: id)
    exchange.isHTTP10 = head.version == .http1_0
    if let length = head.headers.first(name: "content-length") {
      exchange.statedBytes = Int(length) ?? .max
    } else if head.headers.contains(name: "transfer-encoding") {
      exchange.statedBytes = nil
    }
    // The parser stops behind a request to change the protocol, which nobody here does.
    if head.headers.contains(name: "upgrade") || head.method == .CONNECT { exchange.isKeptAlive = false }
    return exchange
  }

  private func begin(_ head: HTTPRequestHead) {
    let exchange = newExchange(head)
    guard let request = exchange.head else { return }
    if let problem = check.problem(head) {
      return write(handler.answer(problem, to: request), exchange, closes: true)
    }
    proceed(exchange, handler.admit(request))
  }

  private func proceed(_ known: Exchange, _ admission: Admission) {
    var exchange = known
    switch admission {
    case .answer(let answer): refuse(exchange, answer)
    case .stream(let plan): stream(exchange, plan)
    case .later(let ask):
      become(.judging(exchange))
      guard let loop = context?.eventLoop else { return }
      let bound = NIOLoopBound(self, eventLoop: loop)
      let number = exchange.number
      ask { admission in loop.execute { bound.value.decide(admission, number) } }
    case .read(let plan):
      if let stated = exchange.statedBytes {
        guard stated <= plan.maxBytes else { return refuse(exchange, plan.tooLarge) }
        guard plan.budget.fits(stated) else { return refuse(exchange, plan.overloaded) }
      }
      exchange.plan = plan
      exchange.reservation = plan.budget.reserve()
      if exchange.expectsContinue, exchange.statedBytes != 0, parts.isEmpty { sayContinue() }
      become(.body(exchange))
    }
  }

  private func decide(_ admission: Admission, _ number: UInt64) {
    guard case .judging(let exchange) = phase, exchange.number == number else { return }
    proceed(exchange, admission)
    advance()
    read()
  }

  private func sayContinue() {
    let head = HTTPResponseHead(version: .http1_1, status: .continue)
    context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
  }

  /// Answers without the body: after it, if it is short and comes anyway, or at once.
  private func refuse(_ exchange: Exchange, _ answer: Answer) {
    if let stated = exchange.statedBytes, stated <= limits.maxDroppedBytes,
      stated == 0 || !exchange.expectsContinue
    {
      become(.dropping(exchange, answer))
    } else {
      write(answer, exchange, closes: true)
    }
  }

  private func take(_ part: HTTPServerRequestPart, _ exchange: inout Exchange) {
    guard let plan = exchange.plan, let reservation = exchange.reservation else { return }
    switch part {
    case .body(let bytes):
      exchange.readBytes += bytes.readableBytes
      guard exchange.readBytes <= plan.maxBytes else { return write(plan.tooLarge, exchange, closes: true) }
      guard reservation.grow(by: bytes.readableBytes) else {
        return write(plan.overloaded, exchange, closes: true)
      }
      if exchange.body.isEmpty, let stated = exchange.statedBytes {
        exchange.body.reserveCapacity(min(stated, limits.maxDroppedBytes))
      }
      exchange.body.append(contentsOf: bytes.readableBytesView)
      phase = .body(exchange)
    case .end:
      let body = RequestBody(bytes: exchange.body, reservation: reservation)
      (exchange.body, exchange.reservation, exchange.plan) = ([], nil, nil)
      become(.working(exchange))
      guard let loop = context?.eventLoop else { return }
      let bound = NIOLoopBound(self, eventLoop: loop)
      let number = exchange.number
      plan.work(body) { answer in loop.execute { bound.value.answer(answer, number) } }
    case .head: break
    }
  }

  private func answer(_ answer: Answer, _ number: UInt64) {
    guard case .working(let exchange) = phase, exchange.number == number else { return }
    write(answer, exchange, closes: false)
  }

  // MARK: Answers

  func write(_ answer: Answer, _ exchange: Exchange, closes: Bool) {
    guard let context else { return }
    let closes = closes || !exchange.isKeptAlive || isQuiescing
    become(.writing(closes: closes))
    var headers = HTTPHeaders(answer.fields.map { ($0.name, $0.value) })
    if answer.status != 204, answer.status != 304 {
      headers.add(name: "Content-Length", value: "\(answer.body.count)")
    }
    if let id = exchange.head?.id { headers.add(name: "Sojourn-Request-Id", value: id) }
    if isStream {
      // Nobody asks what becomes of a stream: it has ended.
    } else if closes {
      headers.add(name: "Connection", value: "close")
    } else if exchange.isHTTP10 {
      headers.add(name: "Connection", value: "keep-alive")
    }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !answer.body.isEmpty, exchange.head?.method != "HEAD" {
      context.write(
        wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: answer.body)))),
        promise: nil)
    }
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { result in
      self.written(result, status: answer.status, exchange, closes: closes)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
  }

  private func written(
    _ result: Result<Void, any Error>, status: Int, _ exchange: Exchange, closes: Bool
  ) {
    handler.note(
      status: status, to: exchange.head, after: .nanoseconds((clock() - exchange.began).nanoseconds))
    guard case .writing = phase, let context else { return }
    if case .failure = result {
      context.close(promise: nil)
    } else if closes {
      if isInputClosed { return context.close(promise: nil) }
      parts.removeAll()
      become(.lingering)
      if !isStream { context.close(mode: .output, promise: nil) }
      read()
    } else {
      become(.idle)
      advance()
      if isInputClosed, case .idle = phase { context.close(promise: nil) }
      read()
    }
  }
}
