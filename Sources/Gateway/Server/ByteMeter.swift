internal import NIOCore

/// Tells the guard of bytes before and after they are parsed.
final class ByteMeter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let guarded: RequestGuard

  init(_ guarded: RequestGuard) { self.guarded = guarded }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guarded.arriving(unwrapInboundIn(data))
    context.fireChannelRead(data)
    guarded.arrived()
  }
}
