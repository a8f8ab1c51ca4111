internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2

extension TimeAmount {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}

/// What Hummingbird's listener makes of a connection: our own pipeline, in which one handler sees the whole
/// course of a request.
struct GatewayChannel: ServerChildChannel {
  /// A connection with its pipeline.
  struct Value: ServerChildChannelValue {
    let channel: any Channel
  }

  let limits: ServerLimits
  let handler: any RequestHandler
  let table: ConnectionTable
  let ids: RequestIDs

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      try serve(channel, open(channel))
      return Value(channel: channel)
    }
  }

  /// Counts a connection until it is closed.
  ///
  /// - Returns: why it is not served, if it is one too many.
  func open(_ channel: any Channel) -> Problem? {
    let network = ConnectionTable.Network(channel.remoteAddress)
    let refusal = table.open(network)
    channel.closeFuture.whenComplete { [table] _ in table.close(network) }
    return refusal.map(problem)
  }

  /// Serves HTTP/1.1.
  func serve(_ channel: any Channel, _ refusal: Problem?) throws {
    let guarded = RequestGuard(limits: limits, handler: handler, ids: ids, refusal: refusal)
    try channel.syncOptions?.setOption(.autoRead, value: false)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(ByteMeter(guarded))
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
    try pipeline.addHandler(guarded)
  }

  /// Serves the one request of a stream of HTTP/2.
  func serve(stream: any Channel, _ refusal: Problem?) throws {
    try stream.syncOptions?.setOption(.autoRead, value: false)
    try stream.pipeline.syncOperations.addHandlers(
      HTTP2FramePayloadToHTTP1ServerCodec(),
      RequestGuard(limits: limits, handler: handler, ids: ids, refusal: refusal, isStream: true))
  }

  private func problem(_ refusal: ConnectionTable.Refusal) -> Problem {
    switch refusal {
    case .full:
      .unavailable("there are \(limits.maxConnections) connections already (gateway.maxConnections)")
    case .fullForAddress:
      .unavailable(
        "there are \(limits.maxConnectionsPerAddress) connections of this address already "
          + "(gateway.maxConnectionsPerAddress)")
    }
  }

  func handle(value: Value, logger: Logger) async {
    await withTaskCancellationHandler {
      try? await value.channel.closeFuture.get()
    } onCancel: {
      value.channel.close(promise: nil)
    }
  }
}
