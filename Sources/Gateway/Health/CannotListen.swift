internal import Foundation

/// The address of the HTTP server cannot be had.
package struct CannotListen: LocalizedError, Sendable, Hashable {
  /// The configured host.
  package var host: String
  /// The configured port.
  package var port: Int
  /// What the system said.
  package var reason: String
  /// What would be served there.
  package var what = "health and metrics"
  /// What can be done about it.
  package var remedy = "set http.port to another port, to 0 for any that is free, or to off"

  /// `HOST:PORT`, an IPv6 host in brackets.
  package var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// The failure, for a person, with what can be done about it.
  package var errorDescription: String? {
    "\(what) cannot be served on \(address): \(reason); \(remedy)"
  }
}
