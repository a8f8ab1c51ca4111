import ArgumentParser
import EmbeddedLog
import EventLog
import Foundation
import Gateway
import JourneyModel
internal import LaneStorage
import LocalStore
import Logging
import Presentation
internal import ProcessRuntime
import Processor
import ServiceLifecycle
import UnixSignals
import Webhooks

/// `sojourn run`.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs the processor until it is asked to stop.",
    discussion: """
      Reads the input topics, writes sessions, rejected and the internal topics. On the embedded log missing topics \
      are created; on Kafka they are refused with the command that creates them. SIGTERM, SIGINT and SIGHUP finish the batch under \
      way, commit it and leave; under nohup, SIGHUP stays ignored. Killing it at any moment loses nothing: the next start goes on from the last commit.

      On the embedded log one process runs at a time; a second one says who runs and waits to take over. What happens is \
      logged on standard error; logging.format and logging.level say how.

      Health and metrics are served on http.host:http.port (127.0.0.1:8321): /livez, /readyz, and /metrics for Prometheus. \
      http.port=0 takes any free port, http.port=off serves nothing. A second run on the same machine needs a port of its own.

      On the embedded log events are taken over HTTP as well, on gateway.host:gateway.port (127.0.0.1:8320): POST /v1/events?stream=web. \
      gateway.enabled=on does so on Kafka too, gateway.enabled=off nowhere; 'sojourn gateway' is the same without a processor.

      However long nobody ran, a start goes on where the last one ended. If a broker removed input meanwhile that was not read, it \
      says how much, where and from when, and stops; with lostInput=earliest it goes on from the earliest record that is left. A log \
      that does not answer is waited for (startTimeout).

      Exit codes: 0 stopped as asked; 1 failed, the message says why; 2 wrong argument or configuration.
      """)

  @OptionGroup var common: CommonOptions

  @Flag(name: .long, help: "No line per second about progress.")
  var quiet = false

  func run() async throws {
    let failures = FailureLog()
    try await reporting(to: failures) {
      let settings = try common.settings()
      let logger = LogLine.logger("sojourn", settings.logging)
      failures.logger = logger
      let isNewLog = settings.log.isMissing
      let log = try common.openLog(settings)
      let (group, instance) = (settings.processor.lanes.group, settings.processor.instance)
      logger.notice("sojourn \(Sojourn.version) on \(settings.log), group \(group), instance \(instance)")
      if !settings.ignoredVariables.isEmpty {
        logger.debug("not settings: \(settings.ignoredVariables.joined(separator: ", "))")
      }
      let reporter = RunReporter(isQuiet: quiet, logger: logger)
      let gateway = try await GatewayServices(run: settings, log)
      let webhooks = try webhookSender(settings, log) { reporter.note(.waiting($0)) }
      let health = HealthServices(settings, log, gateway, webhooks: webhooks?.service.monitors ?? [])
      let local = try localStorage(settings)
      if isNewLog, local.laneFiles.map(holdsLaneFiles) ?? false {
        logger.warning(
          "\(settings.log) is new, but \(settings.localDirectory) has files of an earlier log: if that is missing, see docs/recovery.md"
        )
      }
      let lanes = RunningLanes()
      let note: @Sendable (ProcessorEvent) -> Void = { event in
        reporter.note(event)
        lanes.note(event)
        health?.monitor.note(event)
      }
      let began = ContinuousClock.now
      let clock = SteadyClock(SystemClock(), uptime: { ContinuousClock.now - began }) {
        note(.clockJumped($0))
      }
      let worker = Worker(
        settings: settings.processor, log: log, clock: clock, local: local, report: note)
      typealias Managed = ServiceGroupConfiguration.ServiceConfiguration
      // In the order of starting; they stop in the opposite one, so health can be asked for until the end.
      var managed: [Managed] = []
      if let health {
        managed.append(Managed(service: health.server, successTerminationBehavior: .ignore))
      }
      if let views = gateway?.views {
        managed.append(
          Managed(
            service: ViewService(services: views, headStart: .milliseconds(500)),
            successTerminationBehavior: .ignore))
      }
      if let peers = gateway?.peers {
        managed.append(Managed(service: peers, successTerminationBehavior: .ignore))
      }
      if let retention = gateway?.retention {
        managed.append(Managed(service: retention, successTerminationBehavior: .ignore))
      }
      if let gateway {
        managed.append(
          Managed(service: GatewayService(services: gateway), successTerminationBehavior: .ignore))
      }
      // It stops after the worker, so that the last batches are counted.
      if let follower = gateway?.usage {
        let usage = UsageService(follower, settings, log, logger: logger)
        managed.append(Managed(service: usage, successTerminationBehavior: .ignore))
      }
      managed.append(
        Managed(
          service: WorkerService(
            worker: worker, health: health, gateway: gateway, log: log, plan: TopicPlan(settings),
            logger: logger,
            start: LogStart(timeout: settings.startTimeout) { note(.waiting($0)) },
            prepare: { try TopicsCommand.prepare(settings, log) }),
          successTerminationBehavior: .gracefullyShutdownGroup))
      if let webhooks { managed.append(Managed(service: webhooks, successTerminationBehavior: .ignore)) }
      if let health { managed.append(Managed(service: health.probe, successTerminationBehavior: .ignore)) }
      let retention = RetentionService(
        log: log, settings: settings.processor, history: settings.history, lanes: lanes, report: note)
      managed.append(Managed(service: retention, successTerminationBehavior: .ignore))
      if let embedded = log as? EmbeddedLog {
        let maintenance = MaintenanceService(log: embedded) { size in
          health?.monitor.note(DiskFacts(size, path: embedded.path))
        }
        managed.append(Managed(service: maintenance, successTerminationBehavior: .ignore))
      }
      let services = ServiceGroup(
        configuration: .init(
          services: managed, gracefulShutdownSignals: Interruption.signals,
          logger: LogLine.logger("sojourn.services", settings.logging, least: .warning)))
      let watch = Task {
        if let embedded = log as? EmbeddedLog {
          await LeaseWatch(log: embedded, settings: settings.processor).report { event in
            reporter.note(event)
            health?.monitor.note(event)
          }
        }
      }
      defer { watch.cancel() }
      try await services.run()
      reporter.finish()
    }
  }

  /// Whoever sends webhooks in this process, if the configuration wants it.
  private func webhookSender(
    _ settings: Settings, _ log: any EventLog, note: @escaping @Sendable (String) -> Void
  ) throws -> WebhookSender? {
    guard settings.webhooks.isPart(ofRunOn: settings.log) else { return nil }
    return WebhookSender(
      try settings.webhooks.ready(), settings, log,
      logger: LogLine.logger("sojourn.webhooks", settings.logging), note: note)
  }

  /// Whether there is a file of any of the first lanes; one that cannot be read is there.
  private func holdsLaneFiles(_ files: any LaneFiles) -> Bool {
    LaneNumber.all(of: 4).contains { lane in
      do { return try files.open(lane) != nil } catch { return true }
    }
  }

  func localStorage(_ settings: Settings) throws -> LocalStorage {
    let (group, instance) = (settings.processor.lanes.group, settings.processor.instance)
    var local = LocalStorage()
    do {
      local.coldStores = try SQLiteColdStores(directory: settings.localDirectory, instance: instance)
      local.laneFiles = try LaneDirectory(settings.localDirectory + "/lanes-" + instance, group: group)
    } catch {
      throw ConfigurationProblem(
        key: "storage.directory", value: settings.localDirectory,
        expected: "a folder to write to: \(error.message)",
        origin: settings.storageDirectory.isEmpty ? "default" : "configuration")
    }
    return local
  }
}

extension DiskFacts {
  /// The log's size, and what is left on the disk of its file.
  init(_ size: LogSize, path: String) {
    let disk = try? FileManager.default.attributesOfFileSystem(forPath: path)
    self.init(
      fileBytes: size.fileBytes, walBytes: size.walBytes, freeBytes: size.freeBytes,
      inputBytes: size.inputBytes, maxInputBytes: size.maxInputBytes ?? 0,
      availableBytes: (disk?[.systemFreeSize] as? NSNumber)?.int64Value)
  }
}
