import ArgumentParser
import EmbeddedLog
import EventLog
import Foundation
import Logging
import Processor

/// Options that every command on a log takes.
struct CommonOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Configuration file (YAML).", valueName: "FILE"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The log: embedded://PATH or kafka://HOST:PORT[,HOST:PORT…].", valueName: "ADDRESS"))
  var log: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Sets a configuration key; wins over file and environment.", valueName: "KEY=VALUE"))
  var set: [String] = []

  /// The settings, or the process ends with exit code 2 and the reason.
  func settings() throws -> Settings {
    var flags: [(key: String, value: String)] = []
    for text in set {
      guard let separator = text.firstIndex(of: "=") else {
        throw ConfigurationProblem(key: "--set", value: text, expected: "KEY=VALUE", origin: "--set")
      }
      flags.append((String(text[..<separator]), String(text[text.index(after: separator)...])))
    }
    if let log { flags.append(("log", log)) }
    return try Settings.load(
      file: config ?? ProcessInfo.processInfo.environment["SOJOURN_CONFIG"], flags: flags)
  }

  /// Opens the configured log.
  func openLog(_ settings: Settings) throws -> any EventLog {
    var logger = Logger(label: "sojourn") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .notice
    // Whatever a topic takes the client must be able to send, or one large event would stop the processor.
    var kafka = settings.kafka
    if kafka["message.max.bytes"] == nil {
      kafka["message.max.bytes"] = String(TopicPlan(settings).largestRecordBytes)
    }
    let topics = settings.processor.lanes.topics
    let inputs = Set(topics.inputs.values)
    let embedded = EmbeddedLog.Configuration(
      heldTopics: inputs.union([topics.routed, topics.journal, topics.redo]), boundedTopics: inputs,
      maxInputBytes: Int64(settings.maxInputBytes))
    return try settings.log.open(kafka: kafka, embedded: embedded, logger: logger)
  }
}

/// Runs a command's body and turns failures into a line on standard error and an exit code: 1 for a failure, 2 for a wrong
/// argument or configuration.
func reporting(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let problem as ConfigurationProblem {
    StandardError.print("sojourn: \(problem)")
    throw ExitCode(2)
  } catch let error as LogError {
    StandardError.print("sojourn: \(error.message) [\(error.code)]")
    // A property that librdkafka refuses is a wrong configuration, found late.
    throw ExitCode(error.code == "property" ? 2 : 1)
  } catch let code as ExitCode {
    throw code
  } catch let error as ValidationError {
    throw error
  } catch {
    StandardError.print("sojourn: \(error.localizedDescription)")
    throw ExitCode(1)
  }
}
