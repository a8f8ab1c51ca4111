package import Tokens

/// Who may send, and under which names the server answers.
package struct AccessSettings: Sendable {
  /// How senders prove who they are.
  package enum Mode: String, Sendable, CaseIterable {
    /// Not at all, unless sources are configured: only on loopback, where only this machine can send.
    case none
    /// By a source's write key, or by a listed token.
    case tokens
    /// So too, or by a token that an identity provider signed.
    case jwt
  }

  package var mode = Mode.none
  /// `Host` values that are answered, without ports, in small letters: a page that a browser shows could
  /// otherwise send to this machine under a name of its own.
  package var hosts = ["localhost", "127.0.0.1", "[::1]"]
  /// Where clients reach the server, if they do so through somebody else.
  package var publicURL: PublicURL?
  /// Whether the server itself speaks TLS.
  package var isEncrypted = false
  /// Proxies whose `X-Forwarded-For` says who the client is.
  package var trustedProxies = TrustedProxies()
  /// Who may send. With none and without proof there is one, `local`, that takes any key.
  package var sources: [Source] = []
  /// Tokens that may write for anybody.
  package var tokens: [ListedToken] = []
  /// Requests a minute of one address whose key or token is no good.
  package var failuresPerMinute = 30
  /// What becomes of logins with a browser.
  package var logins = LoginLimits()
  /// Most addresses and sources whose rates are counted apart.
  package var maxCounted = 65_536

  package init() {}

  /// Whether an address can be reached from this machine only.
  package static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Whether pages of these `Origin` fields may send without proof: only this server's own, since a browser
  /// lets any page send text to this machine. Programs send none.
  package func allows(origin fields: [String]) -> Bool {
    fields.allSatisfy { origin in
      guard let scheme = ["http://", "https://"].first(where: { origin.hasPrefix($0) }) else { return false }
      return answers(to: String(origin.dropFirst(scheme.count)))
    }
  }

  /// Where a client that sent a `Host` field reaches the server.
  func address(host field: String?) -> PublicURL {
    publicURL ?? PublicURL(scheme: isEncrypted ? "https" : "http", authority: field ?? "")
  }

  /// Whether a `Host` field names this server.
  package func answers(to field: String?) -> Bool {
    guard let field else { return false }
    let name = HostName.withoutPort(field)
    return hosts.contains { $0 == name }
  }
}

/// The name in a `Host` field.
enum HostName {
  /// In small letters, without port; an IPv6 address keeps its brackets.
  static func withoutPort(_ field: String) -> String {
    var bytes = Array(field.utf8.map { (0x41...0x5a).contains($0) ? $0 + 32 : $0 })
    let end = bytes.lastIndex(of: UInt8(ascii: "]")) ?? 0
    if let colon = bytes[end...].lastIndex(of: UInt8(ascii: ":")),
      bytes[(colon + 1)...].allSatisfy({ (0x30...0x39).contains($0) })
    {
      bytes.removeSubrange(colon...)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
