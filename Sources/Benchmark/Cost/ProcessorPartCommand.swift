import ArgumentParser
import Bytes
import EventLog
import Foundation
import JourneyModel
internal import ProcessRuntime
import Processor
import SimulatedLog
import Synchronization
import WireFormat

/// `sojourn-benchmark processor-part`: the processor on the simulated log, over the events of a file and no
/// longer. For instruments that count what a process does: nothing of it depends on the clock.
struct ProcessorPartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "processor-part", abstract: "The processor's process of '--only cost'.",
    shouldDisplay: false)

  @Option(help: "File of web events, one a line.") var input: String
  @Option(help: "Events of a commit; those of the file that do not fill one are left out.") var batch: Int

  private static let partitions: Int32 = 4
  /// Time enough to gather a batch, however slow the instrument; as long as the end takes.
  private static let patience = Duration.seconds(10)

  /// The same for ever: what is written after a time is not written.
  private struct StoppedClock: WallClock {
    var now: EventTime { EventTime(milliseconds: 1_800_000_000_000) }
  }

  func run() async throws {
    var settings = ProcessorSettings()
    settings.lanes.partitions = ProcessorPartCommand.partitions
    settings.maxBatchEvents = batch
    settings.commitInterval = ProcessorPartCommand.patience
    settings.definitionsInterval = .seconds(3_600)
    settings.topicIdle = .seconds(3_600)
    let topics = settings.lanes.topics
    let log = SimulatedLog(seed: 1)
    log.now = StoppedClock().now.milliseconds
    try log.create(
      Set(topics.all).sorted().map {
        TopicSpecification(name: $0, partitions: ProcessorPartCommand.partitions)
      })
    let events = try publish(to: log, topics.inputs[.web] ?? "")
    let (commits, finish) = AsyncStream.makeStream(of: Int.self)
    let worker = Worker(settings: settings, log: EndingLog(log, after: events), clock: StoppedClock()) {
      event in
      if case .committed(let report) = event { finish.yield(report.counts.read) }
    }
    let running = Task { try await worker.run() }
    var left = events
    for await records in commits where left > 0 {
      left -= records
      if left <= 0 { break }
    }
    // What comes now is the end, and no event's.
    running.cancel()
    _exit(0)
  }

  /// Returns how many there are.
  private func publish(to log: SimulatedLog, _ topic: String) throws -> Int {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    let lines = try Data(contentsOf: URL(filePath: input)).split(separator: ASCII.newline)
    let whole = lines.count / batch * batch
    var records = OutputBatch()
    for (number, line) in lines.prefix(whole).enumerated() {
      let value = Array(line)
      let key = ProcessorPartCommand.customer(of: value)
      let lane = Placement.lane(of: key, partitions: ProcessorPartCommand.partitions)
      records.append(topic, partition: lane.partition, key: key, value: value)
      if (number + 1).isMultiple(of: batch) {
        try publisher.send(records)
        records = OutputBatch()
      }
    }
    return whole
  }

  /// As the workload writes it: no character of it is escaped.
  private static func customer(of event: [UInt8]) -> [UInt8] {
    guard let member = event.firstRange(of: Array("\"customerId\":\"".utf8)) else { return [] }
    return Array(event[member.upperBound...].prefix { $0 != ASCII.quote })
  }
}
