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
      rejects them with a reason. A file that holds one JSON object over several lines is published as one record.
      """)

  @Argument(help: ArgumentHelp("web, app, conversation or custom.", valueName: "STREAM"))
  var stream: String

  @Argument(help: ArgumentHelp("File of JSON lines, or - for standard input.", valueName: "FILE"))
  var file: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      let settings = try common.settings()
      guard let stream = JourneyModel.Stream(name: stream) else {
        throw ConfigurationProblem(
          key: "STREAM", value: stream, expected: "one of web, app, conversation, custom", origin: "publish")
      }
      let log = try common.openLog(settings)
      try TopicsCommand.prepare(settings, log)
      let publisher = try log.makePublisher()
      defer { publisher.close() }
      let count = try await publish(stream, settings, publisher)
      StandardError.print("published \(count) records to \(settings.processor.lanes.topics.inputs[stream] ?? "")")
    }
  }

  private func publish(
    _ stream: JourneyModel.Stream, _ settings: Settings, _ publisher: any Publisher
  ) async throws -> Int {
    let lanes = settings.processor.lanes
    let topic = lanes.topics.inputs[stream] ?? stream.name
    guard let decoder = EventDecoder(limits: lanes.decoding, partitions: lanes.partitions) else {
      throw LogError(.fatal, code: "outOfMemory", "no memory for the JSON parser")
    }
    let handle: FileHandle
    if file == "-" {
      handle = .standardInput
    } else {
      guard let opened = FileHandle(forReadingAtPath: file) else {
        throw ConfigurationProblem(key: "FILE", value: file, expected: "a readable file", origin: "publish")
      }
      handle = opened
    }
    let reader = LineReader(
      handle: handle, source: TopicPartition(topic, 0), maxLineBytes: lanes.decoding.maxEventBytes,
      blockBytes: 1 << 20, isInteractive: true)
    var count = 0
    while let chunk = try await reader.next() {
      let decoded = decoder.decode(chunk, stream: stream)
      var keys: [Int: [UInt8]] = [:]
      for event in decoded.batch.events {
        keys[Int(event.record)] = Array(decoded.batch.bytes[event.placementKey.indices])
      }
      var batch = OutputBatch()
      for (index, entry) in chunk.entries.enumerated() {
        batch.append(topic, partition: -1, key: keys[index], value: chunk.copy(entry.value))
      }
      try publisher.send(batch)
      count += chunk.entries.count
    }
    return count
  }
}
