internal import CEdge

/// What well-kept tables know of a request: the browser behind a user agent, the domain that a host belongs
/// to, the number that a national one is, the place of an address.
///
/// The gateway writes what they find into the event. Nothing behind the log asks them, so that neither their
/// version nor their absence changes what a stored event means. Any thread may ask; a hostile text finds
/// nothing.
package struct EdgeLibraries: Sendable {
  private let missing: [EdgeGap]
  private let agents: UserAgents?
  private let suffixes: SuffixList?
  private let hasNumbers: Bool
  private let places: [PlaceDatabase]
  private let limits: EdgeLimits

  /// Whether this build has the libraries at all.
  package static var isBuilt: Bool { cedge_is_built() }

  /// Loads what the settings ask for: reads files. Rules of user agents that need not be there go on being
  /// compiled on a thread of their own; the first who asks for one waits for it.
  ///
  /// - Throws: `EdgeIncomplete` if something that is required is missing, or a database of places cannot be
  ///   read.
  package init(_ settings: EdgeSettings = EdgeSettings()) throws(EdgeIncomplete) {
    var loader = Loader()
    agents = loader.load(settings.userAgents, "edge.userAgents") { () throws(EdgeGap) in
      try UserAgents(
        path: settings.userAgentRules, limits: settings.limits, isRequired: settings.userAgents == .required)
    }
    suffixes = loader.load(settings.domains, "edge.domains") { () throws(EdgeGap) in
      try SuffixList(path: settings.suffixList)
    }
    hasNumbers = loader.load(settings.phones, "edge.phones") { true } ?? false
    // Whoever names a database wants it.
    places = settings.placeDatabases.compactMap { path in
      loader.load(.required, "edge.placeDatabases") { () throws(EdgeGap) in
        try PlaceDatabase(path: path, maxBytes: settings.limits.placeDatabaseBytes)
      }
    }
    limits = settings.limits
    missing = loader.gaps
    guard loader.failures.isEmpty else { throw EdgeIncomplete(gaps: loader.failures) }
  }

  /// What is missing of what was asked for if it is installed; waits for what is still being compiled.
  package var gaps: [EdgeGap] { (agents?.gap).map { [$0] + missing } ?? missing }

  /// What is odd about what is there: rules that were left out; waits as `gaps` does.
  package var notes: [String] { agents?.notes ?? [] }

  /// What a user agent says of browser, system and device.
  ///
  /// - Returns: `nil` if nobody is asked, and for an empty text. What the rules do not know is `Other`.
  package func userAgent(_ text: String) -> UserAgentFacts? { agents?.facts(text) }

  /// User agents that a rule was given up for, since the start.
  package var stoppedUserAgents: Int { agents?.stopped ?? 0 }

  /// The part of a host that somebody can register: `shop.example.co.uk` belongs to `example.co.uk`.
  ///
  /// - Parameter host: as in a URL: a name, Unicode or ASCII (`xn--`), with or without a dot at its end.
  /// - Returns: in lower case; `nil` for an address, a public suffix, a single label and what is no name.
  package func registrableDomain(_ host: String) -> String? {
    guard let suffixes, let name = HostName(host, maxBytes: limits.hostBytes) else { return nil }
    return suffixes.registrableDomain(name)
  }

  /// A phone number in E.164.
  ///
  /// - Parameters:
  ///   - number: as it was written. One with `+` needs no region, and may be in a range that is newer than
  ///     the tables.
  ///   - region: whose national numbers it is one of: two letters (ISO 3166); `nil` if that is not known.
  /// - Returns: `nil` for what the region's plan does not have.
  package func e164(_ number: String, region: String? = nil) -> String? {
    guard hasNumbers else { return nil }
    return PhoneNumber(number, region: region, maxBytes: limits.phoneBytes)?.e164
  }

  /// Where an address is.
  ///
  /// - Parameter address: IPv4 or IPv6 in text, without brackets and port.
  /// - Returns: `nil` if no database knows it.
  package func place(_ address: String) -> PlaceFacts? {
    guard !places.isEmpty, address.utf8.count <= PlaceDatabase.addressBytes else { return nil }
    return places.reduce(nil) { known, database in
      guard let found = database.place(address) else { return known }
      return known?.completed(by: found) ?? found
    }
  }
}

/// Collects what is missing, by whether it is needed.
private struct Loader {
  var gaps: [EdgeGap] = []
  var failures: [EdgeGap] = []

  mutating func load<Value>(
    _ use: EdgeSettings.Use, _ setting: String, _ make: () throws(EdgeGap) -> Value
  ) -> Value? {
    guard use != .off else { return nil }
    do throws(EdgeGap) {
      guard EdgeLibraries.isBuilt else { throw EdgeGap.notBuilt(setting) }
      return try make()
    } catch {
      if use == .required { failures.append(error) } else { gaps.append(error) }
      return nil
    }
  }
}
