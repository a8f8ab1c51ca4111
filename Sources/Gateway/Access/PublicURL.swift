/// Where clients reach a server, which may be a proxy's address.
package struct PublicURL: Sendable, Hashable {
  /// `http` or `https`.
  package var scheme: String
  /// The host, and a port if it is not the scheme's own.
  package var authority: String

  /// Creates a URL.
  package init(scheme: String, authority: String) {
    self.scheme = scheme
    self.authority = authority
  }
}
