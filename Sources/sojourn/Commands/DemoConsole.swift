import EventLog
import Logging
import Presentation
import Processor
import ServiceLifecycle

/// The console beside the demo: a gateway and a view on the demo's log.
struct DemoConsole {
  let port: Int

  /// Serves the console, and says where, until the task is cancelled.
  func show(_ log: any EventLog, _ processor: ProcessorSettings, folder: String) async throws {
    var settings = Settings()
    settings.processor = processor
    settings.gateway.mode = .on
    settings.gateway.port = port
    settings.storageDirectory = folder
    settings.logging.level = .critical
    let gateway = try await GatewayServices(settings, log, isRequired: true)
    typealias Managed = ServiceGroupConfiguration.ServiceConfiguration
    var managed = [Managed(service: GatewayService(services: gateway))]
    if let views = gateway.views { managed.insert(Managed(service: ViewService(services: views)), at: 0) }
    let services = ServiceGroup(
      configuration: .init(
        services: managed,
        logger: LogLine.logger("sojourn.services", settings.logging, least: .critical)))
    let notice = Task {
      guard let address = await gateway.listening() else { return }
      try StandardOutput.print("The console is at \(address)/console/live; Ctrl-C ends the demo.")
    }
    defer { notice.cancel() }
    do {
      try await services.run()
    } catch is CancellationError {
      // The demo is over.
    } catch  where Task.isCancelled {
      // The same, in the words of whoever was stopped first.
    }
  }
}
