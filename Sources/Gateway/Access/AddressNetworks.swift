internal import Bytes
internal import NIOCore

/// A list of addresses and networks.
package struct AddressNetworks: Sendable, Hashable {
  private struct Network: Sendable, Hashable {
    var bytes: [UInt8]
    var bits: Int

    func contains(_ address: [UInt8]) -> Bool {
      guard address.count == bytes.count else { return false }
      let whole = bits / 8
      guard address[..<whole] == bytes[..<whole] else { return false }
      let rest = bits % 8
      return rest == 0 || (address[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
    }
  }

  private var networks: [Network] = []

  /// An empty list.
  package init() {}

  /// Addresses and networks, as `10.0.0.0/8` or `::1`; `nil` if one is neither.
  package init?(_ texts: [String]) {
    for text in texts {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2, let bytes = AddressBytes.of(String(parts[0])) else { return nil }
      let bits = parts.count == 2 ? Int(parts[1]) ?? -1 : bytes.count * 8
      guard (0...bytes.count * 8).contains(bits) else { return nil }
      networks.append(Network(bytes: bytes, bits: bits))
    }
  }

  /// Whether an address is in one of them; a text that is no address is in none.
  package func contains(_ address: String) -> Bool {
    guard !networks.isEmpty, let bytes = AddressBytes.of(address) else { return false }
    return networks.contains { $0.contains(bytes) }
  }
}

/// An address in network order.
enum AddressBytes {
  /// 4 or 16 bytes; `nil` if the text is no address. An IPv4 address within IPv6 is that address.
  static func of(_ text: String) -> [UInt8]? {
    (try? SocketAddress(ipAddress: text, port: 0)).flatMap { of($0) }
  }

  static func of(_ address: SocketAddress?) -> [UInt8]? {
    // The system's form behind family and port, read as bytes: its types are NIO's own affair.
    let raw = address?.withSockAddr { Array(UnsafeRawBufferPointer(start: $0, count: $1)) } ?? []
    switch address {
    case .v4: return Array(raw.dropFirst(4).prefix(4))
    case .v6:
      let bytes = Array(raw.dropFirst(8).prefix(16))
      let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11] == [0xff, 0xff]
      return isMapped ? Array(bytes.suffix(4)) : bytes
    default: return nil
    }
  }
}
