internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle

/// Serves the pages over HTTP. A window and nothing more: it keeps the process neither from working nor from
/// stopping.
///
/// It fails only where it cannot listen, before anything else has begun. What goes wrong later is logged, and
/// the processor goes on without it.
package final class HealthServer: Service {
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
  private let server: ListeningServer

  /// Creates a server for an address; port 0 takes any that is free. `patience` is how long connections may
  /// stay open when the process is to stop.
  package init(
    host: String, port: Int, pages: any HealthAnswering, logger: Logger, patience: Duration = .seconds(2)
  ) {
    self.host = host
    self.port = port
    self.pages = pages
    self.logger = logger
    server = ListeningServer(patience: patience, logger: logger)
  }

  /// Waits until the server listens, and gives the port; `nil` if it never will. One caller may ask, once.
  package func listening() async -> Int? { await server.listening() }

  /// Serves until a graceful shutdown or cancellation. Throws `CannotListen`.
  package func run() async throws {
    try await server.run(application) { end in
      switch end {
      case .neverListened(let reason): throw CannotListen(host: host, port: port, reason: reason)
      case .failed(let reason):
        logger.error(
          "the HTTP server failed; processing goes on without it", metadata: ["reason": "\(reason)"])
      case .stopped: break
      }
    }
  }

  private func application(_ onListening: @escaping @Sendable (Int) -> Void) -> any Service {
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
