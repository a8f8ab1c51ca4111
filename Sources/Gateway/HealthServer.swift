internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
public import ServiceLifecycle

/// Serves the pages over HTTP. A window and nothing more: it keeps the process neither from working nor from
/// stopping.
///
/// It fails only where it cannot listen, before anything else has begun. What goes wrong later is logged, and
/// the processor goes on without it.
public final class HealthServer: Service {
  /// Most connections at a time; further ones wait to be accepted.
  static let maxConnections = 64
  /// How long a connection may be idle.
  static let idleTimeout: TimeAmount = .seconds(30)
  /// Largest header block of a request, in bytes. Bodies are never kept, whatever their size.
  static let maxHeaderBytes = 16_384

  private let host: String
  private let port: Int
  private let pages: any HealthAnswering
  private let logger: Logger
  private let patience: Duration
  private let ports: AsyncStream<Int>
  private let tellPort: AsyncStream<Int>.Continuation

  /// Creates a server for an address; port 0 takes any that is free. `patience` is how long connections may
  /// stay open when the process is to stop.
  public init(
    host: String, port: Int, pages: any HealthAnswering, logger: Logger, patience: Duration = .seconds(2)
  ) {
    self.host = host
    self.port = port
    self.pages = pages
    self.logger = logger
    self.patience = patience
    (ports, tellPort) = AsyncStream.makeStream()
  }

  /// Waits until the server listens, and gives the port; `nil` if it never will. One caller may ask, once.
  public func listening() async -> Int? {
    for await port in ports { return port }
    return nil
  }

  private enum Event: Sendable {
    case listening(port: Int)
    case ended((any Error)?)
    case shutdown
    case patienceOver
  }

  /// Serves until a graceful shutdown or cancellation. Throws `CannotListen`.
  public func run() async throws {
    let (events, tell) = AsyncStream<Event>.makeStream()
    let group = ServiceGroup(
      configuration: .init(services: [application { tell.yield(.listening(port: $0)) }], logger: logger))
    // A task of its own, because a connection that somebody holds open may not hold this one.
    let serving = Task.detached {
      do {
        try await group.run()
        tell.yield(.ended(nil))
      } catch {
        tell.yield(.ended(error))
      }
    }
    defer {
      tellPort.finish()
      serving.cancel()
    }
    try await withGracefulShutdownHandler {
      try await follow(events, group, tell)
    } onGracefulShutdown: {
      tell.yield(.shutdown)
    }
  }

  /// Goes through what happens; a cancelled task sees the end of the stream.
  private func follow(
    _ events: AsyncStream<Event>, _ group: ServiceGroup, _ tell: AsyncStream<Event>.Continuation
  ) async throws {
    var isListening = false
    for await event in events {
      switch event {
      case .listening(let port):
        isListening = true
        tellPort.yield(port)
      case .ended(let error):
        guard isListening else {
          throw CannotListen(host: host, port: port, reason: error.map { "\($0)" } ?? "it ended at once")
        }
        if let error {
          logger.error(
            "the HTTP server failed; processing goes on without it", metadata: ["reason": "\(error)"])
        }
        return
      case .shutdown:
        let patience = patience
        Task.detached {
          await group.triggerGracefulShutdown()
          try? await Task.sleep(for: patience)
          tell.yield(.patienceOver)
        }
      case .patienceOver: return
      }
    }
  }

  private func application(
    _ onListening: @escaping @Sendable (Int) -> Void
  ) -> some Service {
    var http = HTTP1Channel.Configuration(idleTimeout: HealthServer.idleTimeout)
    http.httpDecoder.maxHeaderListSize = HealthServer.maxHeaderBytes
    http.httpDecoder.maxHeaderFieldSize = HealthServer.maxHeaderBytes
    let connections = MaximumAvailableConnections(HealthServer.maxConnections, logger: logger)
    return Application(
      responder: HealthResponder(pages: pages), server: .http1(configuration: http),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), availableConnectionsDelegate: connections),
      onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
      logger: logger)
  }
}

/// Turns requests into pages.
private struct HealthResponder: HTTPResponder {
  typealias Context = BasicRequestContext
  let pages: any HealthAnswering

  func respond(to request: Request, context: Context) async throws -> Response {
    let answer = pages.answer(method: request.method.rawValue, path: request.uri.path)
    var headers = HTTPFields()
    headers[.contentType] = answer.contentType
    headers[.cacheControl] = "no-store"
    if let allow = answer.allow { headers[.allow] = allow }
    let response = Response(
      status: .init(code: answer.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    return request.method == .head ? response.createHeadResponse() : response
  }
}
