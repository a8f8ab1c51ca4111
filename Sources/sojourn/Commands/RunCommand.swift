import ArgumentParser
import EmbeddedLog
import EventLog
import Foundation
import LocalStore
import Logging
import Processor
import ServiceLifecycle
import UnixSignals

/// `sojourn run`.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs the processor until it is told to stop.",
    discussion: """
      Reads the four input topics, writes sessions, rejected and the internal topics. On the embedded log missing topics \
      are created; on Kafka they are refused with the command that creates them. SIGTERM and SIGINT finish the batch under \
      way, commit it and leave. Killing it at any moment loses nothing: the next start goes on from the last commit.

      On the embedded log one process runs at a time; a second one says who runs and waits to take over. What happens is \
      told on standard error.

      Exit codes: 0 stopped as asked; 1 failed, the message says why; 2 wrong argument or configuration.
      """)

  @OptionGroup var common: CommonOptions

  @Flag(name: .long, help: "No line per second about progress.")
  var quiet = false

  func run() async throws {
    try await reporting {
      ProcessMemory.keepBetweenBatches()
      let settings = try common.settings()
      let log = try common.openLog(settings)
      try TopicsCommand.prepare(settings, log)
      let (group, instance) = (settings.processor.lanes.group, settings.processor.instance)
      StandardError.print("sojourn: \(settings.log), group \(group), instance \(instance)")
      let reporter = RunReporter(isQuiet: quiet)
      var local = LocalStorage()
      do {
        local.coldStores = try SQLiteColdStores(directory: settings.localDirectory, instance: instance)
      } catch let error as LogError {
        throw ConfigurationProblem(
          key: "storage.directory", value: settings.localDirectory,
          expected: "a folder to write to: \(error.message)",
          origin: settings.storageDirectory.isEmpty ? "default" : "configuration")
      }
      let worker = Worker(settings: settings.processor, log: log, clock: SystemClock(), local: local) {
        reporter.note($0)
      }
      let service = WorkerService(worker: worker, log: log, plan: TopicPlan(settings))
      var logger = Logger(label: "sojourn") { StreamLogHandler.standardError(label: $0) }
      logger.logLevel = .warning
      typealias Managed = ServiceGroupConfiguration.ServiceConfiguration
      var managed = [Managed(service: service, successTerminationBehavior: .gracefullyShutdownGroup)]
      if let embedded = log as? EmbeddedLog {
        managed.append(
          Managed(service: MaintenanceService(log: embedded), successTerminationBehavior: .ignore))
      }
      let services = ServiceGroup(
        configuration: .init(
          services: managed, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
      let watch = Task {
        if let embedded = log as? EmbeddedLog {
          await LeaseWatch(log: embedded, settings: settings.processor).report(to: reporter)
        }
      }
      defer { watch.cancel() }
      try await services.run()
      reporter.finish()
    }
  }
}

/// The worker under the service group, which turns signals into a graceful stop.
struct WorkerService: Service {
  let worker: Worker
  let log: any EventLog
  let plan: TopicPlan

  func run() async throws {
    do {
      try await withGracefulShutdownHandler {
        try await worker.run()
      } onGracefulShutdown: {
        worker.stop()
      }
    } catch let error as LogError where error.code == LogError.recordTooLarge {
      throw plan.explained(error, on: log)
    }
  }
}
