import Edge
import Foundation
import Gateway
import Intake
import JourneyModel
import SimulatedLog
import Testing
import Tokens

@testable import sojourn

@Suite struct GatewaySettingsTests {
  private func load(_ yaml: String) throws -> GatewaySettings {
    try Settings.load(file: ConfigurationFile(path: "test.yaml", text: yaml), environment: [:], flags: [])
      .gateway
  }

  static let now = EventTime(milliseconds: 1_767_600_000_000)

  @Test func eventsAreTakenOnLoopbackUnlessToldOtherwise() throws {
    let standard = try load("")
    #expect(standard.server == ServerLimits())
    #expect(standard.ingest == IngestLimits())
    #expect(standard.access.mode == .none && standard.access.sources.isEmpty)
    #expect((standard.mode, standard.host, standard.port) == (.auto, "127.0.0.1", 8_320))
    #expect(standard.access.hosts == ["localhost", "127.0.0.1", "[::1]"])
    let settings = try load(
      """
      gateway:
        enabled: on
        host: "::1"
        port: 0
        hosts: "A.example, [::1]"
        headDeadline: 2s
        maxHeaderBytes: 4KiB
      ingest:
        maxBodyBytes: 1MiB
        ackTimeout: 3s
        maxRefusedPerMinute: 0
        maxRefusedBytes: 1KiB
      """)
    #expect((settings.mode, settings.host, settings.port) == (.on, "::1", 0))
    #expect(settings.access.hosts == ["a.example", "[::1]"])
    #expect(settings.server.headDeadline == .seconds(2))
    #expect(settings.server.maxHeaderBytes == 4_096)
    #expect(settings.ingest.maxBodyBytes == 1 << 20)
    #expect(settings.server.answerDeadline == .seconds(3))
    #expect((settings.ingest.maxRefusedPerMinute, settings.ingest.maxRefusedBytes) == (0, 1_024))
  }

  @Test(arguments: ["0.0.0.0", "::", "10.0.0.1", "shop.example", "localhost.example"])
  func withoutProofOnlyThisMachineMayWrite(host: String) throws {
    let problem = #expect(throws: ConfigurationProblem.self) {
      try load("gateway: {host: \"\(host)\"}").check()
    }
    #expect(problem?.key == "gateway.host")
    #expect(problem?.value == host)
    #expect(problem?.origin == "test.yaml:1")
    #expect(problem?.expected.contains("auth.mode") == true)
  }

  @Test(arguments: ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
  func thisMachineMayWrite(host: String) throws {
    try load("gateway: {host: \"\(host)\"}").check()
  }

  @Test(arguments: [
    "gateway: {port: off}", "gateway: {port: 65536}", "gateway: {enabled: yes}", "gateway: {hosts: \"\"}",
    "gateway: {hosts: \"a/b\"}", "gateway: {maxConnections: 0}", "gateway: {maxHeaderFields: 251}",
    "gateway: {headDeadline: 0s}", "ingest: {maxRefusedPerMinute: -1}", "ingest: {maxRefusedBytes: 1023}",
    "ingest: {maxBodyBytes: 1023}", "auth: {mode: open}",
    "auth: {jwt: {algorithms: \"\"}}", "auth: {jwt: {algorithms: none}}", "auth: {jwt: {algorithms: HS256}}",
    "auth: {jwt: {subjectClaim: \"\"}}", "auth: {jwt: {leeway: 601s}}", "auth: {jwt: {secret: abc}}",
    "gateway: {publicUrl: shop.example}", "gateway: {publicUrl: \"ftp://shop.example\"}",
    "gateway: {publicUrl: \"https://shop.example/path\"}", "gateway: {publicUrl: \"https://\"}",
    "gateway: {publicUrl: \"https://shop.example:port\"}", "gateway: {maxStreams: 0}",
    "gateway: {maxStreams: 1001}", "edge: {userAgents: on}", "edge: {userAgentRules: \"\"}",
    "edge: {phones: \"\"}",
  ])
  func whatIsNoValueIsRefused(yaml: String) {
    #expect(throws: ConfigurationProblem.self) { try load(yaml) }
  }

  private static let hash = String(repeating: "ab", count: 32)

  @Test func sourcesAndTokens() throws {
    let access = try load(
      """
      auth:
        mode: tokens
        tokens:
          - {subject: desk, sha256: "\(GatewaySettingsTests.hash)", permissions: ["sojourn:events:add"]}
      sources:
        - id: shop-web
          kind: browser
          writeKeys: ["browser-key-1", "sha256:\(GatewaySettingsTests.hash)"]
          deployments: [5a1c]
          origins: ["https://Shop.example.com"]
          limits: {eventsPerMinute: 10, requestsPerMinutePerAddress: 5}
          tracking: {searchQueryParameters: [q, s], anonymizeIp: true, honorPrivacySignal: true, ipFilters: [10.0.0.0/8]}
        - id: backend
          kind: server
          writeKeys: server-key-1
          streams: [custom, conversation]
          sessionType: delivery
          identity: {userIdType: account}
      """
    ).access
    #expect(access.mode == .tokens)
    #expect(access.tokens.map(\.access.subject) == ["desk"])
    #expect(access.tokens.map(\.access.permissions) == [["sojourn:events:add"]])
    #expect(access.sources.map(\.intake.id) == ["shop-web", "backend"])
    let (web, backend) = (access.sources[0], access.sources[1])
    #expect(web.keyHashes.contains(WriteKey.hash("browser-key-1")) && web.keyHashes.count == 2)
    #expect(web.origins == ["https://shop.example.com"])
    #expect(web.limits.eventsPerMinute == 10 && web.limits.requestsPerMinutePerAddress == 5)
    #expect(web.limits.eventsPerMinutePerAddress == 6_000)
    #expect(web.intake.tracking.searchQueryParameters == ["q", "s"])
    #expect(web.intake.tracking.anonymizeIp && web.intake.tracking.honorPrivacySignal)
    #expect(web.ipFilters.contains("10.1.1.1") && !web.ipFilters.contains("11.1.1.1"))
    #expect(web.intake.streams == [.web])
    #expect(backend.intake.streams == [.custom, .conversation])
    #expect((backend.intake.sessionType, backend.intake.userIdType) == ("delivery", "account"))
    #expect(backend.limits.requestsPerMinutePerAddress == nil)
  }

  @Test(arguments: [
    ("- {kind: server, writeKeys: secret-key-1}", "sources"),
    ("- {id: a, writeKeys: secret-key-1}", "sources.id"),
    ("- {id: a, kind: robot, writeKeys: secret-key-1}", "sources.kind"),
    ("- {id: a, kind: server}", "sources.writeKeys"),
    ("- {id: a, kind: server, writeKeys: secret}", "sources.writeKeys"),
    ("- {id: a, kind: server, writeKeys: \"sha256:secret\"}", "sources.writeKeys"),
    ("- {id: a, kind: browser, writeKeys: secret-key-1}", "sources.origins"),
    ("- {id: a, kind: browser, writeKeys: secret-key-1, origins: \"shop.example\"}", "sources.origins"),
    ("- {id: a, kind: server, writeKeys: secret-key-1, streams: [mail]}", "sources.streams"),
    (
      "- {id: a, kind: server, writeKeys: secret-key-1, limits: {eventsPerMinute: 0}}",
      "sources.limits.eventsPerMinute"
    ),
    (
      "- {id: a, kind: server, writeKeys: secret-key-1, tracking: {anonymizeIp: yes}}",
      "sources.tracking.anonymizeIp"
    ),
    (
      "- {id: a, kind: server, writeKeys: secret-key-1, tracking: {ipFilters: [\"10.0.0.0/33\"]}}",
      "sources.tracking.ipFilters"
    ),
    ("- {id: a, kind: server, writeKeys: secret-key-1, colour: red}", "sources.colour"),
    (
      "- {id: a, kind: server, writeKeys: secret-key-1}\n  - {id: a, kind: server, writeKeys: secret-key-2}",
      "sources.id"
    ),
    (
      "- {id: a, kind: server, writeKeys: secret-key-1}\n  - {id: b, kind: server, writeKeys: secret-key-1}",
      "sources.id"
    ),
  ])
  func aWrongSourceIsNamedWithoutItsKeys(text: String, key: String) throws {
    let problem = #expect(throws: ConfigurationProblem.self) { try load("sources:\n  " + text) }
    #expect(problem?.key == key)
    #expect(problem.map { !"\($0)".contains("secret") } == true)
  }

  @Test(arguments: [
    "{subject: a, sha256: \"00\"}", "{subject: \"\", sha256: \"HASH\"}",
    "{subject: a, sha256: \"HASH\", key: x}",
    "{subject: a, sha256: \"HASH\"}\n    - {subject: b, sha256: \"HASH\"}",
  ])
  func aWrongTokenIsNamed(text: String) throws {
    let yaml = text.replacingOccurrences(of: "HASH", with: GatewaySettingsTests.hash)
    let problem = #expect(throws: ConfigurationProblem.self) { try load("auth:\n  tokens:\n    - " + yaml) }
    #expect(problem?.key.hasPrefix("auth.tokens") == true)
  }

  @Test func signedTokens() throws {
    #expect(try load("").jwt.algorithms == SignedTokens.usualAlgorithms)
    let settings = try load(
      """
      auth:
        mode: jwt
        jwt:
          jwksFile: /run/keys.json
          issuer: https://login.example.com/
          audience: sojourn
          algorithms: "RS256, ES384"
          permissionsClaim: realm_access.roles
          leeway: 0s
      """)
    #expect(settings.jwt.keySetFile == "/run/keys.json")
    var claims = ClaimSettings(issuer: "https://login.example.com/", audience: "sojourn")
    claims.permissionsClaim = "realm_access.roles"
    claims.leeway = .seconds(0)
    #expect(settings.jwt.claims == claims)
    #expect(settings.jwt.algorithms == [.rs256, .es384])
    try settings.check()
  }

  @Test(arguments: [
    ("mode: jwt", "auth.jwt.jwksFile"),
    ("mode: jwt\n  jwt: {jwksFile: a, audience: b}", "auth.jwt.issuer"),
    ("mode: jwt\n  jwt: {jwksFile: a, issuer: b}", "auth.jwt.audience"),
    ("mode: tokens\n  jwt: {jwksFile: a, issuer: b, audience: c}", "auth.mode"),
    ("jwt: {issuer: b}", "auth.mode"),
    ("tokenFile: a", "auth.mode"),
  ])
  func signedTokensNeedAllOfTheirSettings(text: String, key: String) throws {
    let problem = #expect(throws: ConfigurationProblem.self) { try load("auth:\n  " + text).check() }
    #expect(problem?.key == key)
  }

  @Test(arguments: [(-1, true), (0, true), (1, false)])
  func clocksDifferByTenMinutesAtMost(offset: Int, isTaken: Bool) throws {
    let found = try? load("auth: {jwt: {leeway: \(600_000 + offset)ms}}")
    #expect((found != nil) == isTaken)
  }

  @Test func tablesOfOthers() throws {
    #expect(try load("").edge == EdgeSettings())
    let edge = try load(
      """
      edge:
        userAgents: off
        domains: required
        phones: ifInstalled
        userAgentRules: rules.yaml
        suffixList: list.dat
        placeDatabases: "a.mmdb, b.mmdb"
      """
    ).edge
    #expect((edge.userAgents, edge.domains, edge.phones) == (.off, .required, .ifInstalled))
    #expect((edge.userAgentRules, edge.suffixList) == ("rules.yaml", "list.dat"))
    #expect(edge.placeDatabases == ["a.mmdb", "b.mmdb"])
  }

  /// What has to be there and is not stops the start, with the key that wants it.
  @Test(arguments: [
    ("edge: {userAgents: required, userAgentRules: /nonexistent.yaml}", "edge.userAgents", "required"),
    ("edge: {placeDatabases: /nonexistent.mmdb}", "edge.placeDatabases", "/nonexistent.mmdb"),
  ])
  func missingTablesStopTheStart(yaml: String, key: String, value: String) throws {
    let settings = try load(yaml)
    let problem = #expect(throws: ConfigurationProblem.self) { try IntakeTables(settings) }
    #expect((problem?.key, problem?.value, problem?.origin) == (key, value, "test.yaml:1"))
  }

  @Test func missingTablesAreNamed() throws {
    let tables = try IntakeTables(load("edge: {userAgentRules: /nonexistent.yaml}"))
    #expect(tables.notes.contains { $0.hasPrefix("edge.userAgents: ") && $0.contains("/nonexistent.yaml") })
    let page = String(decoding: tables.metrics, as: UTF8.self)
    #expect(page.contains("sojourn_edge_missing{setting=\"edge.userAgents\"} 1\n"))
    #expect(page.contains("sojourn_edge_stopped_user_agents_total 0\n"))
  }

  @Test func keysThatCannotBeReadStopTheStart() async throws {
    let settings = try Settings.load(
      file: ConfigurationFile(
        path: "test.yaml",
        text: "auth:\n  mode: jwt\n  jwt: {jwksFile: /nonexistent.json, issuer: a, audience: b}"),
      environment: [:], flags: [])
    let problem = await #expect(throws: ConfigurationProblem.self) {
      try await GatewayServices(settings, SimulatedLog(seed: 1), isRequired: true)
    }
    #expect((problem?.key, problem?.value) == ("auth.jwt.jwksFile", "/nonexistent.json"))
    #expect(problem?.origin == "test.yaml:3")
  }

  @Test(arguments: [
    ("https://shop.example", "https", "shop.example"), ("http://[::1]:8320", "http", "[::1]:8320"),
    ("https://shop.example:8443", "https", "shop.example:8443"), ("https://[::1]", "https", "[::1]"),
  ])
  func addressesForClients(url: String, scheme: String, authority: String) throws {
    let access = try load("gateway: {publicUrl: \"\(url)\"}").access
    #expect(access.publicURL == PublicURL(scheme: scheme, authority: authority))
    #expect(try load("gateway: {publicUrl: \"\"}").access.publicURL == nil)
  }

  @Test(arguments: [("certificate", "gateway.tls.key"), ("key", "gateway.tls.certificate")])
  func aCertificateNeedsItsKey(given: String, missing: String) throws {
    let problem = #expect(throws: ConfigurationProblem.self) {
      try load("gateway: {tls: {\(given): a.pem}}").check()
    }
    #expect(problem?.key == missing)
  }

  @Test func aCertificateThatCannotBeReadStopsTheStart() async throws {
    let settings = try Settings.load(
      file: ConfigurationFile(
        path: "test.yaml",
        text: "gateway:\n  tls:\n    certificate: /nonexistent.pem\n    key: /nonexistent.key"),
      environment: [:], flags: [])
    let problem = await #expect(throws: ConfigurationProblem.self) {
      try await GatewayServices(settings, SimulatedLog(seed: 1), isRequired: true)
    }
    #expect((problem?.key, problem?.value) == ("gateway.tls.certificate", "/nonexistent.pem"))
    #expect(problem?.origin == "test.yaml:3")
    #expect(problem?.expected.contains("No such file") == true)
  }
}
