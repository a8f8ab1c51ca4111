internal import Bytes
internal import Intake
internal import JourneyModel
internal import NIOCore
internal import Synchronization
internal import Tokens

/// Decides who sends a request, and whether that one may send so much.
final class Gatekeeper: Sendable {
  /// What is known of a request's sender.
  enum Finding: Sendable {
    case source(Source)
    /// A token that has to be verified.
    case token(String)
    /// Nobody yet: the body may have a write key.
    case unknown
    case refused(Problem)
  }

  /// What a rate is counted by.
  enum Counted: Hashable, Sendable {
    case events(source: String)
    case requestsOf(source: String, ConnectionTable.Network)
    case eventsOf(source: String, ConnectionTable.Network)
    case failures(ConnectionTable.Network)
    case pings(source: String, customer: String)
  }

  private let access: AccessSettings
  private let byKey: [[UInt8]: Source]
  private let byDeployment: [String: Source]
  private let verifier: (any TokenVerifier)?
  private let rates: Mutex<RateTable<Counted>>
  private let uptime: @Sendable () -> Duration
  /// Who has logged in with a browser.
  let logins: Logins

  /// The source of whoever sends to this machine without proof.
  static let local = Source(
    IntakeSource(id: "local", kind: .server), limits: SourceLimits(.server))

  init(
    _ access: AccessSettings, verifier: (any TokenVerifier)?, uptime: @escaping @Sendable () -> Duration
  ) {
    self.access = access
    self.verifier = verifier
    self.uptime = uptime
    var byKey: [[UInt8]: Source] = [:]
    var byDeployment: [String: Source] = [:]
    for source in access.sources {
      for hash in source.keyHashes { byKey[hash] = source }
      for deployment in source.deployments { byDeployment[deployment] = source }
    }
    (self.byKey, self.byDeployment) = (byKey, byDeployment)
    rates = Mutex(RateTable(maxKeys: access.maxCounted))
    logins = Logins(access)
  }

  /// Whether nobody has to say who he is.
  var isOpen: Bool { access.mode == .none && access.sources.isEmpty }

  /// Who sends, by deployment, write key or token.
  func find(_ head: RequestHead, _ route: Route) -> Finding {
    if isOpen { return .source(Gatekeeper.local) }
    let network = ConnectionTable.Network(text: head.clientAddress)
    guard !isUsedUp(.failures(network), perMinute: access.failuresPerMinute) else {
      return .refused(.tooMany(retryAfter: 2))
    }
    if let deployment = route.deployment {
      guard let source = byDeployment[deployment] else {
        return failed(network, Problem(404, "not.found", "no source has this deployment"))
      }
      return .source(source)
    }
    let (key, isBearer) = credentials(head, route)
    guard let key else { return route.mayHaveKeyInBody ? .unknown : .refused(Gatekeeper.noCredentials) }
    if let source = byKey[WriteKey.hash(key)] { return .source(source) }
    if isBearer, verifier != nil { return .token(key) }
    return failed(network, Gatekeeper.badCredentials)
  }

  /// Who sends a body that says so itself.
  func find(keyInBody key: String?, _ head: RequestHead) -> Result<Source, Problem> {
    guard let key else { return .failure(Gatekeeper.noCredentials) }
    if let source = byKey[WriteKey.hash(key)] { return .success(source) }
    let network = ConnectionTable.Network(text: head.clientAddress)
    guard case .refused(let problem) = failed(network, Gatekeeper.badCredentials) else {
      return .failure(Gatekeeper.badCredentials)
    }
    return .failure(problem)
  }

  static var noCredentials: Problem {
    Problem(
      401, "authentication.required", "the request has neither a write key nor a token",
      fields: [Answer.Field("WWW-Authenticate", "Bearer")])
  }

  private static var badCredentials: Problem {
    Problem(
      401, "bad.credentials", "the write key or token is not known",
      fields: [Answer.Field("WWW-Authenticate", "Bearer")])
  }

  /// Whom a token speaks for.
  func verify(_ token: String, _ head: RequestHead, _ route: Route, now: EventTime) async -> Finding {
    guard let verifier else { return .refused(Gatekeeper.badCredentials) }
    switch await verifier.verify(token, now: now) {
    case .failure(let flaw):
      var problem = Gatekeeper.badCredentials
      problem.message = "\(flaw)"
      return failed(ConnectionTable.Network(text: head.clientAddress), problem)
    case .success(let granted):
      guard granted.allows(route.permission) else {
        return .refused(
          Problem(403, "missing.permission", "the token does not grant \(route.permission)"))
      }
      return .source(Source(IntakeSource(id: granted.subject, kind: .server)))
    }
  }

  /// What a request's token grants who asks questions. A write key grants nothing to read: browsers show it
  /// to everybody.
  func access(_ head: RequestHead, now: EventTime) async -> Result<Access, Problem> {
    if let granted = logins.access(head, now: now) { return .success(granted) }
    let network = ConnectionTable.Network(text: head.clientAddress)
    guard !isUsedUp(.failures(network), perMinute: access.failuresPerMinute) else {
      return .failure(.tooMany(retryAfter: 2))
    }
    let parts = (head.only("authorization") ?? "").split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      return .failure(Gatekeeper.noCredentials)
    }
    var problem = Gatekeeper.badCredentials
    switch await verifier?.verify(String(parts[1]), now: now) {
    case .success(let granted)?: return .success(granted)
    case .failure(let flaw)?: problem.message = "\(flaw)"
    case nil: break
    }
    guard case .refused(let refusal) = failed(network, problem) else { return .failure(problem) }
    return .failure(refusal)
  }

  private func failed(_ network: ConnectionTable.Network, _ problem: Problem) -> Finding {
    guard take(1, .failures(network), perMinute: access.failuresPerMinute) == nil else {
      return .refused(.tooMany(retryAfter: 2))
    }
    return .refused(problem)
  }

  /// The key that a request has, and whether it may be a token: in the path, as Basic user, as Bearer, or as
  /// a parameter.
  private func credentials(_ head: RequestHead, _ route: Route) -> (key: String?, isBearer: Bool) {
    if case .projectSettings(let key) = route { return (key, false) }
    if let field = head.only("authorization") {
      let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard parts.count == 2 else { return ("", false) }
      switch parts[0].lowercased() {
      case "bearer": return (String(parts[1]), true)
      case "basic": return (BasicUser.name(in: parts[1]) ?? "", false)
      default: return ("", false)
      }
    }
    return (head.parameter("writeKey") ?? head.parameter("key"), false)
  }

  /// Whether pages of the request's `Origin` may send for a source; a request without one comes from no page.
  func allowsOrigin(_ head: RequestHead, _ source: Source) -> Bool {
    let origins = head.all("origin")
    if origins.isEmpty { return true }
    return isOpen ? access.allows(origin: origins) : origins.count == 1 && source.allows(origin: origins[0])
  }

  /// Whether a preflight's origin may send for anybody: it has no key, unless in the path.
  func allowsPreflight(_ origin: String, _ route: Route) -> Bool {
    if isOpen { return access.allows(origin: [origin]) }
    if let deployment = route.deployment {
      return byDeployment[deployment]?.allows(origin: origin) ?? false
    }
    return access.sources.contains { $0.allows(origin: origin) }
  }

  /// Counts a request. Returns what is answered if it is one too many.
  func admit(_ head: RequestHead, _ source: Source) -> Problem? {
    guard let rate = source.limits.requestsPerMinutePerAddress else { return nil }
    let network = ConnectionTable.Network(text: head.clientAddress)
    return take(1, .requestsOf(source: source.intake.id, network), perMinute: rate).map(Gatekeeper.wait)
  }

  /// Counts events. Returns what is answered if they are too many.
  func admit(_ events: Int, _ head: RequestHead, _ source: Source) -> Problem? {
    let network = ConnectionTable.Network(text: head.clientAddress)
    if let rate = source.limits.eventsPerMinutePerAddress,
      let wait = take(events, .eventsOf(source: source.intake.id, network), perMinute: rate)
    {
      return Gatekeeper.wait(wait)
    }
    return take(events, .events(source: source.intake.id), perMinute: source.limits.eventsPerMinute)
      .map(Gatekeeper.wait)
  }

  /// Counts a question whether there are offers. Returns what is answered if it is one too many.
  func admit(ping customer: String, _ source: Source) -> Problem? {
    take(
      1, .pings(source: source.intake.id, customer: customer),
      perMinute: source.limits.pingsPerMinutePerCustomer
    ).map(Gatekeeper.wait)
  }

  private static func wait(_ duration: Duration) -> Problem {
    .tooMany(retryAfter: Int(max(1, duration.components.seconds + 1)))
  }

  private func take(_ number: Int, _ key: Counted, perMinute: Int) -> Duration? {
    let now = uptime()
    return rates.withLock { $0.take(number, for: key, perMinute: perMinute, now: now) }
  }

  private func isUsedUp(_ key: Counted, perMinute: Int) -> Bool {
    let now = uptime()
    return rates.withLock { $0.isUsedUp(key, perMinute: perMinute, now: now) }
  }
}

/// The user of HTTP's Basic authentication.
enum BasicUser {
  /// What is before the colon; `nil` if the text is no base64 of UTF-8.
  static func name(in text: some StringProtocol) -> String? {
    var digits = Array(text.utf8)
    while digits.last == UInt8(ascii: "=") { digits.removeLast() }
    guard digits.count % 4 != 1, digits.count <= 4_096 else { return nil }
    var bytes: [UInt8] = []
    var (word, bits): (UInt32, Int) = (0, 0)
    for digit in digits {
      guard let value = value(of: digit) else { return nil }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return String(validating: bytes.prefix { $0 != ASCII.colon }, as: UTF8.self)
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case ASCII.capitals: digit - 0x41
    case ASCII.smallLetters: digit - 0x61 + 26
    case ASCII.digits: digit - 0x30 + 52
    case ASCII.plus: 62
    case ASCII.slash: 63
    default: nil
    }
  }
}
