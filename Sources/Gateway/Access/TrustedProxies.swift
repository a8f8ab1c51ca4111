/// Proxies whose word about a client's address counts.
package struct TrustedProxies: Sendable, Hashable {
  private var networks = AddressNetworks()

  /// Trusts nobody.
  package init() {}

  /// Trusts addresses and networks, as `10.0.0.0/8` or `::1`; `nil` if one is neither.
  package init?(_ texts: [String]) {
    guard let networks = AddressNetworks(texts) else { return nil }
    self.networks = networks
  }

  /// The client behind a connection: what the last proxy that is trusted says, or who is connected.
  func client(connected: String?, forwarded: [String]) -> String? {
    guard let connected, trusts(connected) else { return connected }
    var client = connected
    for hop in forwarded.joined(separator: ",").split(separator: ",").reversed() {
      let address = String(hop.drop { $0 == " " }.prefix { $0 != " " })
      // What is no address was not written by a proxy that we know.
      guard AddressBytes.of(address) != nil else { break }
      client = address
      if !trusts(address) { break }
    }
    return client
  }

  private func trusts(_ address: String) -> Bool { networks.contains(address) }
}
