internal import Foundation
internal import Threads

/// Asks the system's name service for all addresses of a host. Injected, so that tests answer as they like.
package struct HostLookup: Sendable {
  private let lookup: @Sendable (String) async -> [IPAddress]

  /// Creates a look-up; an empty answer means that the host is not known.
  package init(_ lookup: @escaping @Sendable (String) async -> [IPAddress]) { self.lookup = lookup }

  /// The addresses of a host, in the order in which to try them.
  package func addresses(of host: String) async -> [IPAddress] { await lookup(host) }

  /// The system's.
  package static let system = HostLookup { host in
    // The call blocks for as long as the name service takes.
    (try? await onOwnThread { HostLookup.ask(host) }) ?? []
  }

  private static func ask(_ host: String) -> [IPAddress] {
    var hints = addrinfo()
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    // The C library's list; it is walked here and freed before anybody else sees it.
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = list
    while let entry = next {
      next = entry.pointee.ai_next
      guard let place = entry.pointee.ai_addr, let address = address(place) else { continue }
      if !addresses.contains(address) { addresses.append(address) }
    }
    return addresses
  }

  private static func address(_ place: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
    // What a socket address holds depends on its family.
    switch Int32(place.pointee.sa_family) {
    case AF_INET:
      place.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
        IPAddress(withUnsafeBytes(of: four.pointee.sin_addr) { Array($0) })
      }
    case AF_INET6:
      place.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { sixteen in
        IPAddress(withUnsafeBytes(of: sixteen.pointee.sin6_addr) { Array($0) })
      }
    default: nil
    }
  }
}
