import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import Processor
import WireFormat

/// `sojourn publish`.
struct PublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract: "Publishes JSON lines to an input topic.",
    discussion: """
      Each line that is not empty becomes one record, keyed as the processor places it: by customerId, or by the \
      conversation id for the detail feed. Lines that are no events are published as well, without key: the processor \
      rejects them with a reason. A file that holds one JSON object over several lines is published as one record. \
      On the embedded log missing topics are created; a confirmed record survives a killed process.

      Exit codes: 0 all records are durable; 1 failed, some may be; 2 wrong argument or configuration.
      """)

  @Argument(help: ArgumentHelp("web, app, conversation or custom.", valueName: "STREAM"))
  var stream: String

  @Argument(help: ArgumentHelp("File of JSON lines, or - for standard input.", valueName: "FILE"))
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Key of each record: customer, event (its id) or none. Others than customer are routed.",
      valueName: "KEY"))
  var key = InputBatch.Key.customer

  @Option(name: .long, help: ArgumentHelp("Write to this partition, whatever the key.", valueName: "N"))
  var partition: Int32?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      let settings = try common.settings()
      guard let stream = JourneyModel.Stream(name: stream) else {
        throw ConfigurationProblem(
          key: "STREAM", value: stream, expected: "one of web, app, conversation, custom", origin: "publish")
      }
      if let partition, !(0..<settings.processor.lanes.partitions).contains(partition) {
        throw ConfigurationProblem(
          key: "--partition", value: "\(partition)",
          expected: "0 to \(settings.processor.lanes.partitions - 1)",
          origin: "publish")
      }
      let log = try common.openLog(settings)
      try TopicsCommand.prepare(settings, log)
      let publisher = try log.makePublisher()
      defer { publisher.close() }
      let count = try await publish(stream, settings, publisher)
      StandardError.print(
        "published \(count) records to \(settings.processor.lanes.topics.inputs[stream] ?? "")")
    }
  }

  private func publish(
    _ stream: JourneyModel.Stream, _ settings: Settings, _ publisher: any Publisher
  ) async throws -> Int {
    let lanes = settings.processor.lanes
    let topic = lanes.topics.inputs[stream] ?? stream.name
    var input = try InputBatch(
      stream: stream, topic: topic, limits: lanes.decoding, partitions: lanes.partitions)
    input.key = key
    if let partition { input.partition = partition }
    let reader = LineReader(
      handle: try open(), source: TopicPartition(topic, 0), maxLineBytes: lanes.decoding.maxEventBytes,
      blockBytes: 1 << 20, isInteractive: true)
    var count = 0
    while let chunk = try await reader.next() {
      try publisher.send(input.records(of: chunk))
      count += chunk.entries.count
    }
    return count
  }

  private func open() throws -> FileHandle {
    if file == "-" { return .standardInput }
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw ConfigurationProblem(key: "FILE", value: file, expected: "a readable file", origin: "publish")
    }
    return handle
  }
}

extension InputBatch.Key: ExpressibleByArgument {}
