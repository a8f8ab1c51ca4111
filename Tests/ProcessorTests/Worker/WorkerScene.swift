import EventLog
import Foundation
import JourneyModel
import Processor
import Synchronization
import Testing

/// Steps that tests of the worker share.
enum WorkerScene {
  static let start: Int64 = 1_767_600_000_000

  struct FixedClock: WallClock {
    var now: EventTime
  }

  static let clock = FixedClock(now: EventTime(milliseconds: start + 86_400_000))

  static func createTopics(_ log: any EventLog, _ settings: ProcessorSettings) throws {
    let topics = settings.lanes.topics
    try log.create(
      Set(topics.all).sorted().map {
        TopicSpecification(name: $0, partitions: settings.lanes.partitions)
      })
  }

  /// Publishes records that only take up room to one partition.
  static func publishRaw(_ count: Int, to partition: TopicPartition, _ log: any EventLog) throws {
    var batch = OutputBatch()
    for number in 0..<count {
      batch.append(partition.topic, partition: partition.partition, key: nil, value: Array("\(number)".utf8))
    }
    try log.makePublisher().send(batch)
  }

  /// Publishes events of as many customers, or broken records, keyed as they should be.
  static func publish(
    _ count: Int, to topic: String, _ log: any EventLog, prefix: String = "a", isBroken: Bool = false
  ) throws {
    var batch = OutputBatch()
    for number in 0..<count {
      let customer = "\(prefix)-\(number)"
      var value =
        "{\"id\":\"\(topic)\(customer)\",\"eventName\":\"moved\",\"customerId\":\"\(customer)\",\"createdDate\":\(start + Int64(number))"
      if topic == "custom" { value += ",\"sessionType\":\"delivery\",\"externalId\":\"x\"" }
      if !isBroken { value += "}" }
      batch.append(topic, partition: -1, key: Array(customer.utf8), value: Array(value.utf8))
    }
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(batch)
  }
}

/// What a worker has reported, from any of its threads.
final class WorkerNotes: Sendable {
  private let notes = Mutex(Notes())

  private struct Notes {
    var events: [ProcessorEvent] = []
    var sum = BatchCounts()
    var rejections = RejectionCounts()
    var paused: [String] = []
  }

  func note(_ event: ProcessorEvent) {
    notes.withLock { notes in
      switch event {
      case .committed(let report):
        notes.sum = notes.sum + report.counts
        notes.rejections.add(report.rejections)
      case .turned(let report):
        notes.paused = Set(report.inputs.filter { $0.pause != nil }.map(\.topic)).sorted()
      default: notes.events.append(event)
      }
    }
  }

  /// What became of all committed records.
  var counts: BatchCounts { notes.withLock { $0.sum } }
  /// Committed rejections.
  var committedRejections: RejectionCounts { notes.withLock { $0.rejections } }
  /// Topics of which the newest turn says that they are paused.
  var pausedTopics: [String] { notes.withLock { $0.paused } }
  /// Everything but commits and turns.
  var events: [ProcessorEvent] { notes.withLock { $0.events } }
  /// What the breaker did, in a word and the topic.
  var breaker: [String] {
    events.compactMap { event in
      switch event {
      case .breakerOpened(let opening): "opened \(opening.topic)"
      case .breakerHalfOpened(let topic): "half-opened \(topic)"
      case .breakerClosed(let topic): "closed \(topic)"
      default: nil
      }
    }
  }

  /// Waits for something that must happen.
  func wait(until what: String, _ condition: (WorkerNotes) -> Bool) async throws {
    for _ in 0..<6_000 {
      if condition(self) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it never came to it: \(what); \(counts), \(breaker)")
  }
}
