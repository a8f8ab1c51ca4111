internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// Listens for requests until the process is to stop.
///
/// It fails only where it cannot listen, and then only if it has to; what goes wrong later is logged.
package final class GatewayServer: Service {
  /// Connections beyond the limit that are accepted, to be told so.
  private static let refusedConnections = 64

  private let host: String
  private let port: Int
  private let limits: ServerLimits
  private let handler: any RequestHandler
  private let table: ConnectionTable
  private let logger: Logger
  private let certificate: CertificateFiles?
  /// What becomes of an address that cannot be had: `nil` if the process goes on without the server.
  private let key: String?
  private let life: ListeningServer

  /// Creates a server for an address; port 0 takes any that is free.
  ///
  /// - Parameters:
  ///   - certificate: with one there is only TLS at the address.
  ///   - requiredBy: the key that wants the server; `nil` if an address that cannot be had is a warning only.
  ///   - patience: how long requests under way have when the process is to stop.
  package init(
    host: String, port: Int, limits: ServerLimits, handler: any RequestHandler,
    certificate: CertificateFiles? = nil, requiredBy key: String?, logger: Logger,
    patience: Duration = .seconds(10)
  ) {
    self.host = host
    self.port = port
    self.limits = limits
    self.handler = handler
    self.certificate = certificate
    self.key = key
    self.logger = logger
    table = ConnectionTable(limits)
    life = ListeningServer(patience: patience, logger: logger)
  }

  /// Connections that are open.
  package var connections: Int { table.count }

  /// Waits until the server listens, and gives the port; `nil` if it never will. One caller may ask, once.
  package func listening() async -> Int? { await life.listening() }

  /// Serves until a graceful shutdown or cancellation. Throws `CannotListen` if it has to serve.
  package func run() async throws {
    try await life.run(service) { end in
      switch end {
      case .neverListened(let reason): try giveUp(reason)
      case .failed(let reason):
        logger.error("the ingest server failed", metadata: ["reason": "\(reason)"])
      case .stopped: break
      }
    }
  }

  /// Says that the address cannot be had.
  private func giveUp(_ reason: String) throws {
    guard let key else {
      logger.warning(
        "events are not taken over HTTP: gateway.port is \(port), expected a port that is free on \(host); gateway.enabled=off says so without this line",
        metadata: ["reason": "\(reason)"])
      return
    }
    throw CannotListen(
      host: host, port: port, reason: reason, what: "events",
      remedy:
        "\(key) wants the server: set gateway.port to a free port, to 0 for any, or gateway.enabled to off")
  }

  private func service(_ onListening: @escaping @Sendable (Int) -> Void) -> any Service {
    let plain = GatewayChannel(
      limits: limits, handler: handler, table: table,
      ids: RequestIDs(seed: UInt64.random(in: .min ... .max)))
    guard let certificate else { return server(plain, onListening) }
    return server(SecureChannel(plain: plain, files: certificate), onListening)
  }

  private func server(
    _ channel: some ServerChildChannel, _ onListening: @escaping @Sendable (Int) -> Void
  ) -> any Service {
    Server(
      childChannelSetup: channel,
      configuration: ServerConfiguration(
        address: .hostname(host, port: port), backlog: 1_024,
        availableConnectionsDelegate: MaximumAvailableConnections(
          limits.maxConnections + GatewayServer.refusedConnections, logger: logger)),
      onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
  }
}
