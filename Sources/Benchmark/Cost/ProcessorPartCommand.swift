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
/// longer. For instruments that count what a process does.
struct ProcessorPartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "processor-part", abstract: "The processor's process of '--only cost'.",
    shouldDisplay: false)

  @Option(help: "File of web events, one a line.") var input: String

  private static let partitions: Int32 = 4
  /// Records of one send.
  private static let sending = 2_000

  func run() async throws {
    var settings = ProcessorSettings()
    settings.lanes.partitions = ProcessorPartCommand.partitions
    let topics = settings.lanes.topics
    let log = SimulatedLog(seed: 1)
    log.now = Int64(Date().timeIntervalSince1970 * 1_000)
    try log.create(
      Set(topics.all).sorted().map {
        TopicSpecification(name: $0, partitions: ProcessorPartCommand.partitions)
      })
    let events = try publish(to: log, topics.inputs[.web] ?? "")
    let (commits, finish) = AsyncStream.makeStream(of: Int.self)
    let worker = Worker(settings: settings, log: log, clock: SystemClock()) { event in
      if case .committed(let report) = event { finish.yield(report.counts.read) }
    }
    let running = Task { try await worker.run() }
    var left = events
    for await records in commits {
      left -= records
      if left <= 0 { break }
    }
    worker.stop()
    try await running.value
  }

  /// Returns how many there are.
  private func publish(to log: SimulatedLog, _ topic: String) throws -> Int {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    let lines = try Data(contentsOf: URL(filePath: input)).split(separator: ASCII.newline)
    var batch = OutputBatch()
    for (number, line) in lines.enumerated() {
      let value = Array(line)
      let key = ProcessorPartCommand.customer(of: value)
      let lane = Placement.lane(of: key, partitions: ProcessorPartCommand.partitions)
      batch.append(topic, partition: lane, key: key, value: value)
      if (number + 1) % ProcessorPartCommand.sending == 0 || number + 1 == lines.count {
        try publisher.send(batch)
        batch = OutputBatch()
      }
    }
    return lines.count
  }

  /// As the workload writes it: no character of it is escaped.
  private static func customer(of event: [UInt8]) -> [UInt8] {
    guard let member = event.firstRange(of: Array("\"customerId\":\"".utf8)) else { return [] }
    return Array(event[member.upperBound...].prefix { $0 != ASCII.quote })
  }
}
