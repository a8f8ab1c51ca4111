internal import Bytes
internal import Crypto
internal import JourneyModel
internal import Synchronization
internal import Tokens

/// Logins of browsers: a cookie instead of a token that a page's script could read.
final class Logins: Sendable {
  private let settings: AccessSettings
  private let table: Mutex<LoginTable>

  init(_ settings: AccessSettings) {
    self.settings = settings
    table = Mutex(LoginTable(settings.logins))
  }

  /// Whether clients reach the server over TLS.
  private var isEncrypted: Bool { settings.isEncrypted || settings.publicURL?.scheme == "https" }

  /// With the prefix a browser takes the cookie from this host alone; it wants TLS.
  private var name: String { isEncrypted ? "__Host-sojourn" : "sojourn" }

  /// What the cookie of a request grants. A request that changes something has to come from our own page:
  /// a cookie goes along with what other pages send.
  func access(_ head: RequestHead, now: EventTime) -> Access? {
    guard head.all("authorization").isEmpty, let hash = hash(head) else { return nil }
    guard head.method == "GET" || head.method == "HEAD" || isOwn(head) else { return nil }
    return table.withLock { $0.access(hash, now: now) }
  }

  /// Whether a request has a cookie that counts, or none at all.
  func stillGrants(_ head: RequestHead, now: EventTime) -> Bool {
    guard head.all("authorization").isEmpty, let hash = hash(head) else { return true }
    return table.withLock { $0.access(hash, now: now) } != nil
  }

  /// Whether a request comes from our own page: other origins cannot add the field, and cannot choose theirs.
  func isOwn(_ head: RequestHead) -> Bool {
    guard head.only("sojourn-request") == "1" else { return false }
    let origins = head.all("origin")
    guard !origins.isEmpty else { return true }
    let address = settings.address(host: head.only("host"))
    return origins == ["\(address.scheme)://\(address.authority)"]
  }

  /// Makes a login.
  ///
  /// - Returns: what it grants, and the field that has the browser remember it.
  func begin(_ granted: Access, isFramed: Bool, now: EventTime) -> (Access, Answer.Field) {
    var text: [UInt8] = []
    for _ in 0..<4 {
      var word = UInt64.random(in: .min ... .max)
      for _ in 0..<8 {
        Hex.append(UInt8(truncatingIfNeeded: word), to: &text)
        word >>= 8
      }
    }
    let value = String(decoding: text, as: UTF8.self)
    let access = table.withLock { $0.add(Array(SHA256.hash(data: text)), granted, now: now) }
    let seconds = ((access.expiresAt ?? now).milliseconds - now.milliseconds) / 1_000
    return (access, cookie(value, maxAge: max(1, seconds), isFramed))
  }

  /// Ends the login of a request.
  ///
  /// - Returns: the field that has the browser forget it.
  func end(_ head: RequestHead, isFramed: Bool) -> Answer.Field {
    if let hash = hash(head) { table.withLock { $0.remove(hash) } }
    return cookie("", maxAge: 0, isFramed)
  }

  /// - Parameter isFramed: whether pages of others may show ours: only then it goes along within them.
  private func cookie(_ value: String, maxAge: Int64, _ isFramed: Bool) -> Answer.Field {
    let site = isFramed && isEncrypted ? "SameSite=None; Partitioned" : "SameSite=Strict"
    return Answer.Field(
      "Set-Cookie",
      "\(name)=\(value); Path=/; Max-Age=\(maxAge); HttpOnly; \(site)" + (isEncrypted ? "; Secure" : ""))
  }

  private func hash(_ head: RequestHead) -> [UInt8]? {
    for field in head.all("cookie") {
      for pair in field.split(separator: ";") {
        let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0] == name, parts[1].utf8.count == 64 else { continue }
        return Array(SHA256.hash(data: Array(parts[1].utf8)))
      }
    }
    return nil
  }
}
