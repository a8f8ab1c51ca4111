import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A receiver of webhooks on the loopback interface that behaves as the test says.
final class ReceivingServer: Sendable {
  /// A request as it came.
  struct Received: Sendable {
    var path: String
    var headers: [String: String]
    var body: [UInt8]
    /// Which connection it came over, from 0.
    var connection: Int

    var id: String { headers["webhook-id"] ?? "" }
    var attempt: Int { Int(headers["sojourn-attempt"] ?? "") ?? 0 }
  }

  /// What it does with a request.
  enum Behaviour: Sendable {
    case answer(Int, headers: [String: String] = [:], body: String = "")
    /// Never answers.
    case hang
    /// Closes without an answer.
    case close
    /// The head at once, then nothing more.
    case headOnly(Int)
    /// The head at once, then so many bytes one by one, with a pause before each.
    case drip(Int, bytes: Int, pause: TimeAmount)
    /// The head at once, then bytes without end.
    case flood(Int)
  }

  private let channel: any Channel
  private let state: State

  fileprivate final class State: Sendable {
    let received = Mutex<[Received]>([])
    let connections = Mutex<(count: Int, open: Int)>((0, 0))
    let written = Atomic<Int>(0)
    let behave: @Sendable (Received) -> Behaviour

    init(_ behave: @escaping @Sendable (Received) -> Behaviour) { self.behave = behave }
  }

  /// Listens on a free port until `stop`.
  static func start(
    _ behave: @escaping @Sendable (Received) -> Behaviour = { _ in .answer(200) }
  ) async throws -> ReceivingServer {
    let state = State(behave)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { child in
        child.pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false).flatMapThrowing {
          try child.pipeline.syncOperations.addHandler(ReceivingHandler(state))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return ReceivingServer(channel, state)
  }

  private init(_ channel: any Channel, _ state: State) {
    self.channel = channel
    self.state = state
  }

  var port: Int { channel.localAddress?.port ?? 0 }
  var url: String { "http://127.0.0.1:\(port)/hook" }
  var received: [Received] { state.received.withLock { $0 } }
  var connections: Int { state.connections.withLock { $0.count } }
  var openConnections: Int { state.connections.withLock { $0.open } }
  /// Bytes of bodies that were handed to the network.
  var written: Int { state.written.load(ordering: .relaxed) }

  func stop() async { try? await channel.close() }
}

private final class ReceivingHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let state: ReceivingServer.State
  private var number = 0
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(_ state: ReceivingServer.State) { self.state = state }

  func channelActive(context: ChannelHandlerContext) {
    number = state.connections.withLock { connections in
      defer { connections.count += 1 }
      connections.open += 1
      return connections.count
    }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    state.connections.withLock { $0.open -= 1 }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let part): body += part.readableBytesView
    case .end:
      guard let head else { return }
      let received = ReceivingServer.Received(
        path: head.uri,
        headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + ", " + $1 },
        body: body, connection: number)
      state.received.withLock { $0.append(received) }
      act(state.behave(received), context)
    }
  }

  private func act(_ behaviour: ReceivingServer.Behaviour, _ context: ChannelHandlerContext) {
    switch behaviour {
    case .answer(let status, let headers, let text):
      var fields = HTTPHeaders(headers.map { ($0.key, $0.value) })
      fields.replaceOrAdd(name: "content-length", value: "\(text.utf8.count)")
      write(status, fields, context)
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    case .hang: break
    case .close: context.close(promise: nil)
    case .headOnly(let status): write(status, [:], context)
    case .drip(let status, let bytes, let pause):
      write(status, [:], context)
      drip(bytes, pause, context)
    case .flood(let status):
      write(status, [:], context)
      flood(context)
    }
  }

  private func write(_ status: Int, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
  }

  private func drip(_ left: Int, _ pause: TimeAmount, _ context: ChannelHandlerContext) {
    guard left > 0 else {
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      return
    }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: pause) {
      let (handler, context) = bound.value
      guard context.channel.isActive else { return }
      context.writeAndFlush(
        handler.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "x")))), promise: nil)
      handler.drip(left - 1, pause, context)
    }
  }

  private func flood(_ context: ChannelHandlerContext) {
    let block = ByteBuffer(repeating: 0x79, count: 65_536)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    state.written.add(block.readableBytes, ordering: .relaxed)
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(block)))).whenSuccess {
      let (handler, context) = bound.value
      if context.channel.isActive { handler.flood(context) }
    }
  }
}
