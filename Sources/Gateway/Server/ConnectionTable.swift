internal import NIOCore
internal import Synchronization

/// Who is connected, so that neither all clients together nor one of them takes every connection.
final class ConnectionTable: Sendable {
  /// Why a connection is not served.
  enum Refusal: Sendable { case full, fullForAddress }

  /// What connections are counted by: an IPv4 address, or the /64 of an IPv6 address.
  struct Network: Hashable, Sendable {
    private var bytes: [UInt8]

    /// The network of an address as text.
    init(text: String?) { self.init(text.flatMap { try? SocketAddress(ipAddress: $0, port: 0) }) }

    init(_ address: SocketAddress?) {
      let whole = AddressBytes.of(address) ?? []
      bytes = whole.count == 16 ? Array(whole.prefix(8)) : whole
    }
  }

  private struct State {
    var count = 0
    var byNetwork: [Network: Int] = [:]
  }

  private let maxConnections: Int
  private let maxPerAddress: Int
  private let state = Mutex(State())

  init(_ limits: ServerLimits) {
    maxConnections = limits.maxConnections
    maxPerAddress = limits.maxConnectionsPerAddress
  }

  /// Connections that are open.
  var count: Int { state.withLock { $0.count } }

  /// Counts a connection, served or not, until `close`.
  func open(_ network: Network) -> Refusal? {
    state.withLock { state in
      state.count += 1
      state.byNetwork[network, default: 0] += 1
      if state.count > maxConnections { return .full }
      return state.byNetwork[network, default: 0] > maxPerAddress ? .fullForAddress : nil
    }
  }

  func close(_ network: Network) {
    state.withLock { state in
      state.count -= 1
      let left = (state.byNetwork[network] ?? 1) - 1
      state.byNetwork[network] = left > 0 ? left : nil
    }
  }
}
