import ArgumentParser
import EventLog
import Foundation
import KafkaLog
import Logging
import Processor
internal import WireFormat

/// `sojourn-benchmark bare-part`: the process of the bare client, with nothing in it that is set for the
/// processor.
struct BarePartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bare-part", abstract: "The bare client's process of the Kafka benchmark.",
    shouldDisplay: false)

  @Option var brokers: String
  @Option(help: "Topic of the events.") var input: String
  @Option(help: "Prefix of the processor's topics; the bare client's are called the same behind 'bare-'.")
  var prefix: String
  @Option var partitions: Int32
  @Option var events: Int
  @Option var eventsPerCommit: Double
  @Option(help: "Events between two writes.") var portion = BareClient.fastestPortion

  /// What the process reports.
  struct Result: Codable {
    var seconds: Double
    var cpuSeconds: Double
  }

  /// Runs a process of this command and waits for it.
  static func measure(_ arguments: [String], events: Int, bytes: Int) throws -> Measurement {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["bare-part"] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError("the bare client ended with exit code \(process.terminationStatus)")
    }
    let result = try JSONDecoder().decode(Result.self, from: said)
    return Measurement(
      events: events, bytes: bytes, seconds: result.seconds, cpuSeconds: result.cpuSeconds, peakBytes: nil)
  }

  func run() throws {
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    let log = try KafkaLog(brokers: brokers, properties: [:], logger: logger)
    let traffic = try RecordedTraffic(
      reading: TopicNames(prefix: prefix).produced, without: prefix, partitions: partitions, from: log)
    try KafkaBenchmark.create(TopicNames(prefix: "bare-" + prefix).produced, log)
    let result = try BareClient(
      brokers: brokers, input: input, partitions: partitions, prefix: "bare-" + prefix,
      group: "bare-" + prefix, events: events, traffic: traffic, eventsPerCommit: eventsPerCommit,
      portion: portion
    ).run()
    FileHandle.standardOutput.write(try JSONEncoder().encode(result))
  }
}
