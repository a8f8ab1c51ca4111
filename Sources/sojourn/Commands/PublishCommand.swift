import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import Presentation
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
      rejects them with a reason. Objects over several lines, and the elements of an array, are a record each. A file that is \
      packed with gzip or zstd is unpacked. On the embedded log missing topics are created; a confirmed record survives a \
      killed process.

      Exit codes: 0 all records are durable; 1 failed, the message says how many are; 2 wrong argument or configuration.
      """)

  @Argument(help: ArgumentHelp("web, app, conversation or custom.", valueName: "STREAM"))
  var stream: String

  @Argument(help: ArgumentHelp("File of events, or - for standard input.", valueName: "FILE"))
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
          key: "STREAM", value: stream, expected: "one of \(JourneyModel.Stream.names)", origin: "publish")
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
        "published \(CheckCommand.count(count, "record")) to \(settings.processor.lanes.topics.inputs[stream] ?? "")"
          + (count == 0 ? ": \(InputFile.name(file)) is empty" : ""))
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
      handle: try InputFile.open(file, key: "FILE", origin: "publish"), path: file,
      source: TopicPartition(topic, 0), maxLineBytes: lanes.decoding.maxEventBytes,
      blockBytes: 1 << 20, isInteractive: true)
    var progress = PublishProgress()
    do {
      while let chunk = try await reader.next() {
        progress.sending = chunk.entries.count
        try publisher.send(input.records(of: chunk))
        progress.confirm()
      }
    } catch {
      throw progress.explained(error)
    }
    return progress.durable
  }
}

extension InputBatch.Key: ExpressibleByArgument {}
