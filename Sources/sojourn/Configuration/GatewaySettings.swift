import Edge
import Gateway
import Processor

/// Whether and where events are taken over HTTP, from whom, and how much.
struct GatewaySettings: Sendable {
  /// When `run` takes events.
  enum Mode: String, CaseIterable {
    /// On the embedded log; a port that is taken is a warning.
    case auto
    /// Always; a port that is taken stops the start.
    case on
    case off
  }

  var mode = Mode.auto
  /// Host name or address to listen on.
  var host = "127.0.0.1"
  /// Port; 0 takes any that is free.
  var port = 8_320
  /// Paths of a certificate and of its key; empty for none.
  var certificate = ""
  var certificateKey = ""
  var access = AccessSettings()
  var server = ServerLimits()
  var ingest = IngestLimits()
  var jwt = SignedTokenSettings()
  var live = LiveLimits()
  var console = ConsoleSettings()
  /// The path of a file with a token, which is made if it is not there; empty for none.
  var tokenFile = ""
  var edge = EdgeSettings()
  /// Whether what sources use is counted where events are taken.
  var countsUsage = true

  /// Where the values of keys came from, for messages about them.
  var origins: [String: String] = [:]

  /// Refuses what would let strangers write, and half of what signed tokens need.
  func check() throws {
    if access.mode == .none, !AccessSettings.isLoopback(host) {
      throw problem(
        "gateway.host", host,
        "localhost, 127.0.0.1 or ::1 as long as auth.mode is none: anybody who can reach it could write")
    }
    if certificate.isEmpty != certificateKey.isEmpty {
      let key = certificate.isEmpty ? "gateway.tls.certificate" : "gateway.tls.key"
      throw problem(key, "", "the path of a file, as there is the other one of certificate and key")
    }
    if access.mode == .jwt, let key = jwt.missingKey {
      throw problem(key, "", "a value, as auth.mode is jwt")
    }
    if access.mode == .none, !tokenFile.isEmpty {
      throw problem(
        "auth.mode", access.mode.rawValue,
        "tokens or jwt, as there is an auth.tokenFile: nobody would be asked for the token otherwise")
    }
    if access.mode != .jwt, jwt.isConfigured {
      throw problem(
        "auth.mode", access.mode.rawValue,
        "jwt, as there is an auth.jwt: no signed token would be taken otherwise")
    }
  }

  /// What is wrong with the value of a key.
  func problem(_ key: String, _ value: String?, _ expected: String) -> ConfigurationProblem {
    ConfigurationProblem(key: key, value: value, expected: expected, origin: origins[key] ?? "default")
  }
}

extension Settings {
  /// Where refused events of batches are kept.
  var refusals: RefusalRecord {
    RefusalRecord(topic: topicPrefix + RefusalRecord.topic, group: processor.lanes.group)
  }

  /// Where what sources use is written.
  var usageTopic: String { topicPrefix + UsageRecord.topic }

  /// Whether `run` takes events over HTTP: by default on an embedded log, which has one process anyway.
  var takesEvents: Bool {
    switch (gateway.mode, log) {
    case (.on, _), (.auto, .embedded): true
    case (.off, _), (.auto, .kafka): false
    }
  }
}

extension ConfigurationKey {
  /// What the ingest server takes.
  static let gateway: [ConfigurationKey] =
    [
      ConfigurationKey("gateway.enabled", "auto, on or off") { settings, text in
        guard let mode = GatewaySettings.Mode(rawValue: text) else { return false }
        settings.gateway.mode = mode
        return true
      },
      ConfigurationKey("gateway.host", "a host name or an address, 1 to 253 characters") { settings, text in
        guard HTTPSettings.isHost(text) else { return false }
        settings.gateway.host = text
        return true
      },
      ConfigurationKey("gateway.port", "a port from 0 (any that is free) to 65535") { settings, text in
        guard let port = HTTPSettings.port(text), let port else { return false }
        settings.gateway.port = port
        return true
      },
      ConfigurationKey(
        "gateway.hosts", "names that Host fields may have, without ports, with commas between them"
      ) { settings, text in
        let names = items(text).map { $0.lowercased() }
        guard !names.isEmpty, names.allSatisfy(isHostName) else { return false }
        settings.gateway.access.hosts = names
        return true
      },
      .path("gateway.tls.certificate", \.gateway.certificate),
      .path("gateway.tls.key", \.gateway.certificateKey),
      ConfigurationKey("gateway.publicUrl", "http:// or https:// and a host, without a path, or nothing") {
        settings, text in
        if text.isEmpty {
          settings.gateway.access.publicURL = nil
          return true
        }
        guard let scheme = ["http", "https"].first(where: { text.hasPrefix($0 + "://") }) else {
          return false
        }
        let authority = String(text.dropFirst(scheme.count + 3))
        guard isAuthority(authority) else { return false }
        settings.gateway.access.publicURL = PublicURL(scheme: scheme, authority: authority)
        return true
      },
      ConfigurationKey(
        "gateway.trustedProxies",
        "addresses or networks such as 10.0.0.0/8, with commas between them, or nothing"
      ) { settings, text in
        guard let proxies = TrustedProxies(items(text)) else { return false }
        settings.gateway.access.trustedProxies = proxies
        return true
      },
      ConfigurationKey("usage.enabled", "on or off") { settings, text in
        guard ["on", "off"].contains(text) else { return false }
        settings.gateway.countsUsage = text == "on"
        return true
      },
      ConfigurationKey("auth.mode", "none, tokens or jwt") { settings, text in
        guard let mode = AccessSettings.Mode(rawValue: text) else { return false }
        settings.gateway.access.mode = mode
        return true
      },
      .path("auth.tokenFile", \.gateway.tokenFile),
    ] + serverLimits + ingestLimits

  private static func isHostName(_ name: String) -> Bool {
    HTTPSettings.isHost(
      name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name)
  }

  /// Whether a text is a host, or a host and a port.
  static func isAuthority(_ text: String) -> Bool {
    let end = text.lastIndex(of: "]").map { text.index(after: $0) } ?? text.startIndex
    guard let colon = text[end...].lastIndex(of: ":") else { return isHostName(text) }
    return isHostName(String(text[..<colon])) && UInt16(text[text.index(after: colon)...]) != nil
  }

  /// The path of a file, or nothing.
  static func path(_ name: String, _ path: any WritableKeyPath<Settings, String> & Sendable) -> Self {
    ConfigurationKey(name, "the path of a file, or nothing") { settings, text in
      guard !text.utf8.contains(0) else { return false }
      settings[keyPath: path] = text
      return true
    }
  }

  private static let serverLimits: [ConfigurationKey] = [
    .number("gateway.maxConnections", 1...100_000, \.gateway.server.maxConnections),
    .number("gateway.maxConnectionsPerAddress", 1...100_000, \.gateway.server.maxConnectionsPerAddress),
    .number("gateway.maxStreams", 1...1_000, \.gateway.server.maxStreams),
    .size("gateway.maxTargetBytes", 256...65_536, \.gateway.server.maxTargetBytes),
    .size("gateway.maxHeaderBytes", 1_024...65_536, \.gateway.server.maxHeaderBytes),
    .number("gateway.maxHeaderFields", 16...250, \.gateway.server.maxHeaderFields),
    .duration("gateway.keepAlive", \.gateway.server.keepAlive),
    .duration("gateway.headDeadline", \.gateway.server.headDeadline),
    .duration("gateway.bodyDeadline", \.gateway.server.bodyDeadline),
    .duration("gateway.bodyGrace", \.gateway.server.bodyGrace),
    .size("gateway.minBodyRate", 1...1_048_576, \.gateway.server.minBodyRate),
    .duration("gateway.responseDeadline", \.gateway.server.responseDeadline),
    .number("auth.failuresPerMinute", 1...1_000_000, \.gateway.access.failuresPerMinute),
    .number("ingest.maxCounted", 16...16_777_216, \.gateway.access.maxCounted),
  ]

  private static let ingestLimits: [ConfigurationKey] = [
    .size("ingest.maxBodyBytes", 1_024...268_435_456, \.gateway.ingest.maxBodyBytes),
    .size("ingest.maxInFlightBytes", 1_048_576...17_179_869_184, \.gateway.ingest.maxInFlightBytes),
    .number("ingest.maxEvents", 1...1_000_000, \.gateway.ingest.maxEvents),
    .number("ingest.maxBatchEvents", 1...100_000, \.gateway.ingest.publishing.maxRecords),
    .size("ingest.maxBatchBytes", 65_536...67_108_864, \.gateway.ingest.publishing.maxBytes),
    .number("ingest.maxRefusedPerMinute", 0...1_000_000, \.gateway.ingest.maxRefusedPerMinute),
    .size("ingest.maxRefusedBytes", 1_024...67_108_864, \.gateway.ingest.maxRefusedBytes),
    .duration("ingest.ackTimeout", \.gateway.server.answerDeadline),
  ]
}
