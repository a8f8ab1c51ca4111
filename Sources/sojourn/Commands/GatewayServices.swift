import EventLog
import Gateway
import Intake
import JourneyModel
import Logging
internal import ProcessRuntime
import Processor
import ServiceLifecycle
import Sessionizer
import Tokens
internal import WireFormat

/// What takes events over HTTP: a handler that publishes them, and the server in front of it.
struct GatewayServices: Sendable {
  let handler: IngestHandler
  let server: GatewayServer
  /// Counts what sources use; `nil` if nobody wants to know.
  let usage: UsageFollower?
  let isRequired: Bool
  /// What questions are answered from; `nil` if none are.
  let views: ViewServices?
  /// Takes back sessions that are too old; `nil` if all stay.
  let retention: SessionRetentionService?
  /// Questions that take long.
  let jobs: JobHandler
  /// Hears of changes in the lanes of other gateways; `nil` if there are none.
  let peers: PeerService?
  /// How the processor is that runs beside it, once somebody says so.
  let readiness = SharedReadiness()
  /// Who follows sessions; `nil` if nobody can.
  private let hub: LiveHub?
  private let host: String
  private let publicURL: PublicURL?
  private let certificate: CertificateFiles?
  private let tables: IntakeTables

  /// Reads the files that taking events needs.
  ///
  /// - Parameters:
  ///   - name: what kind of process it is, for the names of its files.
  ///   - isRequired: whether a port that cannot be had is a failure, or a warning.
  init(_ settings: Settings, _ log: any EventLog, name: String = "gateway", isRequired: Bool) async throws {
    let gateway = settings.gateway
    try gateway.check()
    host = gateway.host
    publicURL = gateway.access.publicURL
    self.isRequired = isRequired
    let clock = SystemClock()
    let notices = LogLine.logger("sojourn.gateway", settings.logging)
    tables = try IntakeTables(gateway)
    tables.tellNotes(notices)
    var intake = IntakeSettings()
    intake.limits = settings.processor.lanes.decoding
    intake.edge = tables
    certificate = try gateway.certificateFiles(notices)
    var access = gateway.access
    access.isEncrypted = certificate != nil
    let peering = try settings.peerSettings()
    views = try ViewServices(settings, log, peers: peering.map { PeerGroup($0) }, name: name)
    peers = (views?.view).flatMap { PeerService($0) }
    handler = IngestHandler(
      access: access, verifier: try await gateway.verifier(notices),
      limits: gateway.ingest, intake: intake,
      topics: settings.processor.lanes.topics.inputs, refusals: settings.refusals, view: views?.view,
      now: { clock.now }, makePublisher: { try log.makePublisher() })
    let decisions = settings.decisions(notices)
    let queries = QueryHandler(handler, view: views?.view, now: { clock.now })
    let hub = views.map { LiveHub($0.view, limits: gateway.live, now: { clock.now }) }
    let live = LiveHandler(queries, hub: hub, now: { clock.now })
    self.hub = hub
    if let decisions, let view = views?.view, settings.sessionRetention.isOn {
      retention = SessionRetentionService(
        retention: settings.sessionRetention, decisions: decisions, view: view, log: log, logger: notices)
    } else {
      retention = nil
    }
    let console = ConsoleHandler(live, queries, gateway.console, now: { clock.now })
    jobs = JobHandler(
      DecisionHandler(console, queries, decisions, now: { clock.now }), queries, view: views?.view,
      inquirer: LogInquiries(log: log, lanes: settings.processor.lanes), readiness: readiness,
      now: { clock.now })
    let lanes = settings.processor.lanes
    // Several gateways of one machine have one configuration, and each is a follower of its own.
    let instance = "\(settings.processor.instance)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
    usage =
      gateway.countsUsage
      ? UsageFollower(
        UsageSettings(
          group: lanes.group, instance: instance, journal: lanes.topics.journal, usage: settings.usageTopic),
        log: log, runtime: ThreadRuntime(),
        logger: LogLine.logger("sojourn.gateway", settings.logging, least: .warning)) : nil
    server = GatewayServer(
      host: gateway.host, port: gateway.port, limits: gateway.server,
      handler: PeerHandler(jobs, handler, view: views?.view, peering),
      certificate: certificate, requiredBy: isRequired ? "gateway.enabled" : nil,
      logger: LogLine.logger("sojourn.gateway", settings.logging, least: .warning))
  }

  /// What `run` takes events with; `nil` if it takes none.
  init?(run settings: Settings, _ log: any EventLog) async throws {
    guard settings.takesEvents else { return nil }
    try await self.init(settings, log, name: "run", isRequired: settings.gateway.mode == .on)
  }

  /// The server's families for the page of metrics, those of the tables, of the view and of usage.
  var metrics: [UInt8] {
    GatewayMetrics(handler.monitor, connections: server.connections, certificateEnd: certificate?.end).text
      + tables.metrics + (views?.metrics ?? []) + (hub.map { LiveMetrics($0).text } ?? [])
      + (usage?.monitor.text ?? [])
  }

  /// Waits until the server listens and gives the URL that clients use, without a path; `nil` if it never
  /// will.
  func listening() async -> String? {
    guard let port = await server.listening() else { return nil }
    if let publicURL { return "\(publicURL.scheme)://\(publicURL.authority)" }
    return (certificate == nil ? "http://" : "https://")
      + (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
  }
}

/// The server under the service group; when it has ended, nothing more is published.
struct GatewayService: Service {
  let services: GatewayServices

  func run() async throws {
    defer {
      services.jobs.stop()
      services.handler.stop()
    }
    try await withGracefulShutdownHandler {
      try await services.server.run()
    } onGracefulShutdown: {
      services.handler.monitor.noteStopping()
    }
  }
}

extension Settings {
  /// What decisions about persons need; `nil` if nobody looks for persons.
  fileprivate func decisions(_ logger: Logger) -> DecisionSettings? {
    guard findsPersons else { return nil }
    let lanes = processor.lanes
    return DecisionSettings(
      topic: lanes.topics.commands, partitions: lanes.partitions, decoder: persons.commands,
      maxFutureSkew: lanes.sessions.maxFutureSkew
    ) { decision in
      logger.notice(
        "a decision about a person was taken",
        metadata: [
          "subject": "\(decision.subject)", "operation": "\(decision.operation)", "id": "\(decision.id)",
          "contact": "\(decision.contactID ?? "by an identifier")",
        ])
    }
  }
}

extension GatewaySettings {
  /// The server's certificate; `nil` if there is none.
  fileprivate func certificateFiles(_ logger: Logger) throws -> CertificateFiles? {
    guard !certificate.isEmpty else { return nil }
    do throws(CertificateFlaw) {
      return try CertificateFiles(certificate: certificate, key: certificateKey) { report in
        switch report {
        case .loaded(let end): logger.notice("gateway.tls: a certificate until \(end.iso8601) is in use")
        case .kept(let flaw): logger.error("gateway.tls: \(flaw); the certificate from before stays in use")
        }
      }
    } catch {
      throw problem(
        error.file == .key ? "gateway.tls.key" : "gateway.tls.certificate", error.path,
        "PEM that can be used: the file \(error.reason)")
    }
  }

  /// Says what the bearer of a token may do; `nil` if there are no tokens. Reads the keys of signed ones.
  fileprivate func verifier(_ logger: Logger) async throws -> (any TokenVerifier)? {
    let tokens = try access.tokens + ownToken(logger)
    let listed = tokens.isEmpty ? nil : try ListedTokens(tokens)
    guard access.mode == .jwt else { return listed }
    do throws(KeySetFlaw) {
      let keys = try await KeySetFile(path: jwt.keySetFile, allowed: jwt.algorithms) { report in
        switch report {
        case .loaded(let count, let notes):
          logger.notice("auth.jwt.jwksFile: \(count) keys are in use")
          for note in notes { logger.warning("auth.jwt.jwksFile: \(note)") }
        case .kept(let flaw):
          logger.error("auth.jwt.jwksFile \(flaw); the keys from before stay in use")
        }
      }
      return TokenVerifiers(
        listed: listed, signed: SignedTokens(keys: keys, claims: jwt.claims, algorithms: jwt.algorithms))
    } catch {
      throw problem(
        "auth.jwt.jwksFile", jwt.keySetFile, "a JSON Web Key Set with public keys: the file \(error)")
    }
  }

  /// The token of `auth.tokenFile`.
  private func ownToken(_ logger: Logger) throws -> [ListedToken] {
    guard !tokenFile.isEmpty else { return [] }
    do {
      let (token, isNew) = try TokenFile(path: tokenFile).token()
      logger.notice("auth.tokenFile: \(isNew ? "a random token was made" : "the token is") in \(tokenFile)")
      return [token]
    } catch let flaw as FileProblem {
      throw problem("auth.tokenFile", tokenFile, "a file with a token, or a place for one: \(flaw.reason)")
    }
  }
}
