import ArgumentParser
import EmbeddedLog
import EventLog
import Foundation
import Gateway
import Logging
import Presentation
internal import ProcessRuntime
import ServiceLifecycle
import UnixSignals
import Webhooks

/// `sojourn webhooks`.
struct WebhooksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhooks", abstract: "Sends triggers to the targets of the configuration.",
    discussion: """
      What is offered on the topic actions goes to each target of webhooks.targets that asked for its media type and action \
      map: signed, in order within a session, again and again until the target takes it or it expires, at least once under one id. \
      What was not delivered is in the topic \(FailureRecord.topic) with the reason. docs/webhooks.md has all rules.
      """,
    subcommands: [Run.self, Test.self], defaultSubcommand: Run.self)

  /// `sojourn webhooks run`.
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run", abstract: "Sends until it is asked to stop; the default.",
      discussion: """
        Each target has a consumer group of its own, GROUP-webhooks-TARGET: several processes share its partitions, and a target \
        that does not answer holds up nobody else. On an embedded log 'sojourn run' does this itself (webhooks.enabled).

        Exit codes: 0 stopped as asked; 1 failed, the message says why; 2 wrong argument or configuration.
        """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
      let failures = FailureLog()
      try await reporting(to: failures) {
        let settings = try common.settings()
        let targets = try WebhooksCommand.targets(settings)
        let logger = LogLine.logger("sojourn.webhooks", settings.logging)
        failures.logger = logger
        let log = try common.openLog(settings)
        logger.notice(
          "sojourn \(Sojourn.version) webhooks on \(settings.log): \(targets.map { "\($0.name) at \($0.url.origin)" }.joined(separator: ", "))"
        )
        let sender = WebhookSender(targets, settings, log, logger: logger) { logger.notice("\($0)") }
        try await WebhooksCommand.serve(sender, settings, logger)
      }
    }
  }

  /// `sojourn webhooks test`.
  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test", abstract: "Sends one signed example to a target and shows its answer.",
      discussion: """
        The request is like any other, with the header sojourn-test: true and an action that no session has. No log is opened.

        Exit codes: 0 the target took it (2xx); 1 it did not, the line says why; 2 no such target, or wrong configuration.
        """)

    @Argument(help: ArgumentHelp("Name of a target.", valueName: "TARGET"))
    var target: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        let targets = try WebhooksCommand.targets(try common.settings())
        guard let found = targets.first(where: { $0.name == target }) else {
          throw ConfigurationProblem(
            key: "TARGET", value: target,
            expected: "one of \(targets.map(\.name).joined(separator: ", "))", origin: "webhooks test")
        }
        let clock = SystemClock()
        let began = ContinuousClock.now
        let client = WebhookClient(found, agent: "sojourn/\(Sojourn.version)") {
          Moment(uptime: ContinuousClock.now - began, now: clock.now)
        }
        let attempt = ExampleTrigger.attempt(id: UUID().uuidString.lowercased(), at: clock.now)
        let result = await client.send(attempt)
        await client.close()
        switch result {
        case .answered(let status, _, let body):
          let text = String(decoding: body.prefix(found.rules.maxShownBytes), as: UTF8.self)
          try StandardOutput.print(
            "\(found.name) at \(found.url.origin) answered \(status) to \(attempt.trigger.action)\(text.isEmpty ? "" : ": \(text)")"
          )
          if !(200...299).contains(status) { throw ExitCode(1) }
        case .failed(let failure):
          try StandardOutput.print("\(found.name) at \(found.url.origin) gave no answer: \(failure.rawValue)")
          throw ExitCode(1)
        }
      }
    }
  }

  /// The targets with their secrets; a configuration without any is a mistake here.
  private static func targets(_ settings: Settings) throws -> [WebhookTarget] {
    guard !settings.webhooks.targets.isEmpty else {
      throw ConfigurationProblem(
        key: "webhooks.targets", value: nil, expected: "at least one target in the configuration file",
        origin: "webhooks")
    }
    return try settings.webhooks.ready()
  }

  /// Runs senders, and shows health and metrics where the configuration says.
  private static func serve(_ sender: WebhookSender, _ settings: Settings, _ logger: Logger) async throws {
    typealias Managed = ServiceGroupConfiguration.ServiceConfiguration
    var managed: [Managed] = []
    var server: HealthServer?
    if let port = settings.http.port {
      let started = SystemClock().now
      let pages = WebhookPages(
        sender.service.monitors, limits: settings.health, version: Sojourn.version,
        uptime: sender.service.uptime
      ) { ProcessFacts.current(started: started) }
      let made = HealthServer(
        host: settings.http.host, port: port, pages: pages,
        logger: LogLine.logger("sojourn.http", settings.logging, least: .error))
      server = made
      managed.append(Managed(service: made, successTerminationBehavior: .ignore))
    }
    managed.append(Managed(service: sender, successTerminationBehavior: .gracefullyShutdownGroup))
    let services = ServiceGroup(
      configuration: .init(
        services: managed, gracefulShutdownSignals: Interruption.signals,
        logger: LogLine.logger("sojourn.services", settings.logging, least: .warning)))
    let address = Task {
      if let port = await server?.listening() {
        logger.notice("health and metrics on http://\(HealthServices.address(settings.http.host, port))")
      }
    }
    defer { address.cancel() }
    try await services.run()
  }
}
