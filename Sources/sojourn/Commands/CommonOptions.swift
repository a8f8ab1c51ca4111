import ArgumentParser
import EmbeddedLog
import EventLog
import Foundation
import Logging
import Presentation
import Processor
internal import WireFormat

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
    do {
      var settings = try Settings.load(
        file: configurationFile(), environment: ProcessInfo.processInfo.environment, flags: flags)
      if log != nil { settings.logOrigin = "--log" }
      return settings
    } catch var problem as ConfigurationProblem where log != nil && problem.key == "log" {
      // --log is the last word on that key, so it is the one to blame.
      problem.origin = "--log"
      throw problem
    }
  }

  private func configurationFile() throws -> ConfigurationFile? {
    if let config { return try ConfigurationFile(path: config, key: "--config", origin: "command line") }
    let variable = "SOJOURN_CONFIG"
    guard let path = ProcessInfo.processInfo.environment[variable] else { return nil }
    return try ConfigurationFile(path: path, key: variable, origin: "environment")
  }

  /// Opens the configured log.
  func openLog(_ settings: Settings) throws -> any EventLog {
    if case .embedded(let path) = settings.log { try checkPlace(path, settings) }
    let logger = LogLine.logger("sojourn.log", settings.logging, least: .notice)
    // Whatever a topic takes the client must be able to send, or one large event would stop the processor.
    var kafka = settings.kafka
    if kafka["message.max.bytes"] == nil {
      kafka["message.max.bytes"] = String(TopicPlan(settings).largestRecordBytes)
    }
    let topics = settings.processor.lanes.topics
    let inputs = Set(topics.published)
    let embedded = EmbeddedLog.Configuration(
      heldTopics: inputs.union(topics.outputs { $0.cleanup == .deleteUnneeded }), boundedTopics: inputs,
      maxInputBytes: Int64(settings.maxInputBytes))
    return try settings.log.open(kafka: kafka, embedded: embedded, logger: logger)
  }
}

extension CommonOptions {
  /// Whether an embedded log can live at a path: SQLite's own words would not say what is wrong.
  private func checkPlace(_ path: String, _ settings: Settings) throws {
    func refuse(_ reason: String) -> ConfigurationProblem {
      ConfigurationProblem(
        key: "log", value: "\(settings.log)", expected: "the path of a file to write to: \(reason)",
        origin: settings.logOrigin)
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      if isFolder.boolValue { throw refuse("it is a folder") }
      if access(path, R_OK | W_OK) != 0 { throw refuse(SystemReason.text(errno)) }
      return
    }
    if access(path, F_OK) != 0, errno != ENOENT { throw refuse(SystemReason.text(errno)) }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    if access(folder, F_OK) != 0 { throw refuse("the folder '\(folder)' does not exist") }
    if access(folder, W_OK | X_OK) != 0 {
      throw refuse("the folder '\(folder)': \(SystemReason.text(errno))")
    }
  }
}

/// Where a command's failure is written: on standard error as it is, or as a log line once the command logs.
final class FailureLog {
  var logger: Logger?

  func tell(_ text: String, code: String? = nil) {
    if let logger {
      logger.critical("\(text)", metadata: code.map { ["code": "\($0)"] })
    } else {
      StandardError.print("sojourn: \(text)\(code.map { " [\($0)]" } ?? "")")
    }
  }
}

/// Runs a command's body and turns failures into a line on standard error and an exit code: 1 for a failure,
/// 2 for a wrong argument or configuration.
func reporting(to failures: FailureLog = FailureLog(), _ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let problem as ConfigurationProblem {
    failures.tell("\(problem)")
    throw ExitCode(2)
  } catch let error as LogError {
    failures.tell(error.message, code: error.code)
    // A property that librdkafka refuses is a wrong configuration, found late.
    throw ExitCode(error.code == "property" ? 2 : 1)
  } catch let problem as FileProblem {
    failures.tell("\(problem)")
    throw ExitCode(1)
  } catch let code as ExitCode {
    throw code
  } catch let error as ValidationError {
    throw error
  } catch {
    failures.tell(SystemReason.text(error))
    throw ExitCode(1)
  }
}
