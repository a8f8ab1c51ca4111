internal import NIOCore
internal import NIOHTTP1

/// Answers that are written bit by bit.
extension RequestGuard {
  /// Nothing ends a stream that its source does not end, as long as its client reads.
  static let streamPatience = Duration.seconds(365 * 86_400)

  /// Writes the head and hands the stream to who goes on with it. The connection ends with it.
  func stream(_ exchange: Exchange, _ plan: StreamPlan) {
    guard let context, !isQuiescing else {
      return write(
        handler.answer(.unavailable("the server stops"), to: exchange.head), exchange, closes: true)
    }
    become(.streaming(exchange, plan, isWriting: false))
    var headers = HTTPHeaders(plan.fields.map { ($0.name, $0.value) })
    if let id = exchange.head?.id { headers.add(name: "Sojourn-Request-Id", value: id) }
    if !isStream { headers.add(name: "Connection", value: "close") }
    // A client of HTTP/1.0 knows no chunks: there the connection's end is the answer's.
    let head = HTTPResponseHead(
      version: exchange.isHTTP10 ? .http1_0 : .http1_1, status: .ok, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    handler.note(
      status: 200, to: exchange.head, after: .nanoseconds((clock() - exchange.began).nanoseconds))
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let (loop, number) = (context.eventLoop, exchange.number)
    let sink = AnswerStream(
      write: { bytes, then in loop.execute { bound.value.writeOn(bytes, number, then) } },
      end: { loop.execute { bound.value.endStream() } })
    writeOn(plan.first, number) { isWritten in if isWritten { plan.opened(sink) } }
  }

  private func writeOn(_ bytes: [UInt8], _ number: UInt64, _ then: @escaping @Sendable (Bool) -> Void) {
    guard let context, case .streaming(let exchange, let plan, _) = phase, exchange.number == number else {
      return then(false)
    }
    become(.streaming(exchange, plan, isWriting: true))
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { result in
      if case .success = result {
        if case .streaming = self.phase { self.become(.streaming(exchange, plan, isWriting: false)) }
        then(true)
      } else {
        self.context?.close(promise: nil)
        then(false)
      }
    }
    let buffer = context.channel.allocator.buffer(bytes: bytes)
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: promise)
  }

  /// Ends a stream, if there is one.
  func endStream() {
    guard let context, case .streaming = phase else { return }
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { _ in self.context?.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
  }

  /// Drops what a client sends that is being answered.
  ///
  /// - Returns: whether there was something.
  func dropWhileStreaming() -> Bool {
    if failure != nil {
      context?.close(promise: nil)
      return false
    }
    return parts.popFirst() != nil
  }
}
