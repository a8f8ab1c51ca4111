internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1

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
      let network = ConnectionTable.Network(channel.remoteAddress)
      let refusal = table.open(network)
      channel.closeFuture.whenComplete { [table] _ in table.close(network) }
      let guarded = RequestGuard(
        limits: limits, handler: handler, ids: ids, refusal: refusal.map(problem))
      try channel.syncOptions?.setOption(.autoRead, value: false)
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(ByteMeter(guarded))
      try pipeline.addHandler(HTTPResponseEncoder())
      try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
      try pipeline.addHandler(guarded)
      return Value(channel: channel)
    }
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
