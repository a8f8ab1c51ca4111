internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP2
internal import NIOSSL
internal import NIOTLS

/// A connection over TLS, on which the client chooses HTTP/2 or HTTP/1.1.
///
/// Over HTTP/1.1 it is the pipeline of a plain connection behind TLS. Over HTTP/2 each stream has a guard of
/// its own with the same limits and deadlines, and the connection has those that no stream has: the first
/// stream has to come like a head, a connection without streams ends like one without requests.
struct SecureChannel: ServerChildChannel {
  typealias Value = GatewayChannel.Value

  let plain: GatewayChannel
  let files: CertificateFiles

  private var limits: ServerLimits { plain.limits }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let refusal = plain.open(channel)
      // Somebody who speaks no TLS, or nothing, or too slowly.
      let patience = channel.eventLoop.scheduleTask(in: TimeAmount(limits.headDeadline)) {
        channel.close(promise: nil)
      }
      channel.closeFuture.whenComplete { _ in patience.cancel() }
      // Whoever says no more during a handshake, or on streams, is gone.
      try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(NIOSSLServerHandler(context: files.current()))
      try pipeline.addHandler(
        ApplicationProtocolNegotiationHandler { result, channel in
          patience.cancel()
          return channel.eventLoop.makeCompletedFuture {
            if result == .negotiated("h2") {
              try serveStreams(channel, refusal)
            } else {
              try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
              try plain.serve(channel, refusal)
            }
          }
        })
      return Value(channel: channel)
    }
  }

  private func serveStreams(_ channel: any Channel, _ refusal: Problem?) throws {
    let first = channel.eventLoop.scheduleTask(in: TimeAmount(limits.headDeadline)) {
      channel.close(promise: nil)
    }
    channel.closeFuture.whenComplete { _ in first.cancel() }
    // A connection that is one too many stays only for as long as it takes to read that.
    let idle = refusal == nil ? limits.keepAlive : limits.linger
    let manager = NIOHTTP2ServerConnectionManagementHandler(
      eventLoop: channel.eventLoop,
      configuration: .init(
        maxIdleTime: TimeAmount(idle), maxAge: nil, maxGraceTime: TimeAmount(limits.responseDeadline),
        keepalive: .init(
          pingInterval: TimeAmount(limits.keepAlive), ackTimeout: TimeAmount(limits.responseDeadline))))
    var connection = NIOHTTP2Handler.ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.maxStreams),
      // More than the limits allow, so that whoever exceeds them is told which.
      HTTP2Setting(
        parameter: .maxHeaderListSize,
        value: limits.maxTargetBytes + 2 * limits.maxHeaderBytes + 64 * limits.maxHeaderFields),
    ]
    let pipeline = channel.pipeline.syncOperations
    _ = try pipeline.configureHTTP2Pipeline(
      mode: .server, connectionConfiguration: connection, streamConfiguration: .init(),
      streamDelegate: manager.http2StreamDelegate
    ) { [plain] stream in
      first.cancel()
      return stream.eventLoop.makeCompletedFuture { try plain.serve(stream: stream, refusal) }
    }
    try pipeline.addHandlers(manager, BrokenConnection())
  }

  func handle(value: Value, logger: Logger) async { await plain.handle(value: value, logger: logger) }
}

/// Ends a connection over HTTP/2 on which something went wrong. What goes wrong on a stream ends that alone.
private final class BrokenConnection: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is NIOHTTP2Errors.StreamError { return }
    context.close(promise: nil)
  }
}
