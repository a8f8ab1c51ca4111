public import Foundation

/// The address of the HTTP server cannot be had.
public struct CannotListen: LocalizedError, Sendable, Hashable {
  /// The configured host.
  public var host: String
  /// The configured port.
  public var port: Int
  /// What the system said.
  public var reason: String
  /// What would be served there.
  public var what = "health and metrics"
  /// What can be done about it.
  public var remedy = "set http.port to another port, to 0 for any that is free, or to off"

  /// `HOST:PORT`, an IPv6 host in brackets.
  public var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// The failure, for a person, with what can be done about it.
  public var errorDescription: String? {
    "\(what) cannot be served on \(address): \(reason); \(remedy)"
  }
}
