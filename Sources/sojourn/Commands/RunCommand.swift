import ArgumentParser
import EventLog
import Foundation
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
      StandardError.print("sojourn: \(settings.log), group \(settings.processor.lanes.group), instance \(settings.processor.instance)")
      let reporter = RunReporter(isQuiet: quiet)
      let worker = Worker(settings: settings.processor, log: log, clock: SystemClock()) { reporter.note($0) }
      let service = WorkerService(worker: worker)
      var logger = Logger(label: "sojourn") { StreamLogHandler.standardError(label: $0) }
      logger.logLevel = .warning
      let group = ServiceGroup(
        configuration: .init(
          services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
          gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
      try await group.run()
      reporter.finish()
    }
  }
}

/// The worker under the service group, which turns signals into a graceful stop.
struct WorkerService: Service {
  let worker: Worker

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await worker.run()
    } onGracefulShutdown: {
      worker.stop()
    }
  }
}
