internal import JourneyModel
internal import Tokens

/// How long a login lasts, and how many there are.
package struct LoginLimits: Sendable, Hashable {
  /// How long one lasts at most; no longer than the token that it was made with.
  package var lifetime: Duration = .seconds(12 * 3_600)
  /// How long one lasts that nobody uses.
  package var idle: Duration = .seconds(3_600)
  /// Most logins at a time; the one that was used longest ago goes.
  package var maxLogins = 10_000

  package init() {}
}

/// Who has logged in, by the hash of what his browser sends. Pure and bounded.
struct LoginTable: Sendable {
  private struct Login: Sendable {
    var access: Access
    var until: EventTime
    var usedAt: EventTime
  }

  private let limits: LoginLimits
  private var logins: [[UInt8]: Login] = [:]

  init(_ limits: LoginLimits) { self.limits = limits }

  var count: Int { logins.count }

  /// Adds a login.
  ///
  /// - Returns: what it grants, and until when.
  mutating func add(_ hash: [UInt8], _ granted: Access, now: EventTime) -> Access {
    if logins.count >= limits.maxLogins {
      logins = logins.filter { !isOver($0.value, now) }
      if logins.count >= limits.maxLogins,
        let oldest = logins.min(by: { $0.value.usedAt < $1.value.usedAt })
      {
        logins[oldest.key] = nil
      }
    }
    let end = now + LoginTable.span(limits.lifetime)
    var access = granted
    access.expiresAt = min(end, granted.expiresAt ?? end)
    logins[hash] = Login(access: access, until: access.expiresAt ?? end, usedAt: now)
    return access
  }

  /// What a login grants, which it is used for with that; `nil` if there is none any more.
  mutating func access(_ hash: [UInt8], now: EventTime) -> Access? {
    guard let login = logins[hash] else { return nil }
    guard !isOver(login, now) else {
      logins[hash] = nil
      return nil
    }
    logins[hash]?.usedAt = max(login.usedAt, now)
    return login.access
  }

  mutating func remove(_ hash: [UInt8]) { logins[hash] = nil }

  private func isOver(_ login: Login, _ now: EventTime) -> Bool {
    now >= login.until || now >= login.usedAt + LoginTable.span(limits.idle)
  }

  private static func span(_ duration: Duration) -> EventTime.Span {
    EventTime.Span(
      milliseconds: duration.components.seconds * 1_000
        + duration.components.attoseconds / 1_000_000_000_000_000)
  }
}
