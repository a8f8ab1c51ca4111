internal import Synchronization

/// Facts of user agents by the rules. The same ones come again and again, so the last ones are remembered.
final class UserAgents: Sendable {
  private let deferred: DeferredRules
  private let limits: EdgeLimits
  private let recent: Mutex<RecentValues<[UInt8], UserAgentFacts>>
  private let stoppedCount = Atomic(0)

  /// - Parameter isRequired: whether rules that cannot be used are an error; else `gap` says so later.
  init(path: String, limits: EdgeLimits, isRequired: Bool) throws(EdgeGap) {
    let text = try UserAgentRules.text(path: path, limits: limits)
    deferred = DeferredRules { () throws(EdgeGap) in
      try UserAgentRules(yaml: text, path: path, limits: limits)
    }
    if isRequired { _ = try deferred.outcome.get() }
    self.limits = limits
    recent = Mutex(RecentValues(capacity: limits.userAgentCacheEntries))
  }

  /// Why there are no rules; waits until that is known.
  var gap: EdgeGap? {
    switch deferred.settled {
    case .success: nil
    case .failure(let gap): gap
    }
  }

  /// Rules that were left out, and why; waits until that is known.
  var notes: [String] { (try? deferred.settled.get())?.notes ?? [] }

  /// User agents on which a rule was given up.
  var stopped: Int { stoppedCount.load(ordering: .relaxed) }

  func facts(_ text: String) -> UserAgentFacts? {
    let bytes = Array(text.utf8.prefix(limits.userAgentBytes))
    guard !bytes.isEmpty else { return nil }
    if let known = recent.withLock({ $0.value(bytes) }) { return known }
    // Not under the lock: two threads may find the same at once, which harms nobody.
    guard let rules = try? deferred.outcome.get() else { return nil }
    let subject = MatchSubject(bytes, limits: limits)
    let facts = UserAgentFacts(subject, by: rules)
    if subject.stopped > 0 { stoppedCount.add(1, ordering: .relaxed) }
    recent.withLock { $0.remember(bytes, facts) }
    return facts
  }
}

extension UserAgentFacts {
  init(_ subject: MatchSubject, by rules: UserAgentRules) {
    self.init()
    if let browser = UserAgentRules.parts(subject, by: rules.browsers) {
      browserFamily = browser[0] ?? UserAgentFacts.unknown
      browserVersion = UserAgentFacts.version(browser)
    }
    if let system = UserAgentRules.parts(subject, by: rules.systems) {
      osFamily = system[0] ?? UserAgentFacts.unknown
      osVersion = UserAgentFacts.version(system)
    }
    if let device = UserAgentRules.parts(subject, by: rules.devices) {
      deviceType = device[0] ?? UserAgentFacts.unknown
      manufacturer = device[1]
      model = device[2]
    }
    category = DeviceCategory(
      text: String(decoding: subject.bytes, as: UTF8.self), os: osFamily, device: deviceType)
  }

  /// The parts behind the family, up to the first that is not known.
  private static func version(_ parts: [String?]) -> String? {
    let known = parts.dropFirst().prefix { $0 != nil }.compactMap(\.self)
    return known.isEmpty ? nil : known.joined(separator: ".")
  }
}
