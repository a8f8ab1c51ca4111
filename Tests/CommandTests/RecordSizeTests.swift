import EventLog
import JourneyModel
import Processor
import SeededGenerator
import SimulatedLog
import Testing
import WireFormat

@testable import sojourn

/// Whatever is read can be written: the limits of topics that `topics plan` demands take every output.
@Suite struct RecordSizeTests {
  private static func settings() -> Settings {
    var settings = Settings()
    settings.processor.lanes.partitions = 1
    settings.processor.lanes.decoding.maxEventBytes = 200_000
    settings.processor.lanes.maxSnapshotBytes = 65_536
    settings.processor.lanes.checkpointAge = EventTime.Span(milliseconds: 0)
    return settings
  }

  /// Events of few customers, some as large as may be: in one text, in many attributes, of bytes that are
  /// escaped.
  private static func events(_ limit: Int) -> [[UInt8]] {
    var generator = SeededGenerator(seed: 5)
    return (0..<120).map { number in
      var json =
        "{\"id\":\"e\(number)\",\"eventName\":\"page_viewed\",\"customerId\":\"c\(number % 4)\",\"createdDate\":\(1_767_600_000_000 + number * 1_000)"
      let room = limit - json.utf8.count - 64
      switch generator.pick(0...5) {
      case 0: json += ",\"page\":{\"title\":\"\(String(repeating: "x", count: room))\"}"
      case 1: json += ",\"searchQuery\":\"\(String(repeating: "\\u0001", count: room / 6))\""
      case 2:
        json += ",\"attributes\":{"
        json += (0..<200).map { "\"a\(number)-\($0)\":\"\(String(repeating: "v", count: room / 200 - 20))\"" }
          .joined(separator: ",")
        json += "}"
      default: json += ",\"page\":{\"title\":\"T\"}"
      }
      return Array((json + "}").utf8)
    }
  }

  /// Reduces everything and writes it, a transaction for each batch.
  private func run(_ settings: Settings, on log: SimulatedLog) throws -> (shortened: Int, largest: Int) {
    let lanes = settings.processor.lanes
    let machine = LaneMachine(lane: 0, settings: lanes, configuration: lanes.digest)
    let decoder = try #require(EventDecoder(limits: lanes.decoding, partitions: 1))
    let producer = try log.makeTransactionalProducer(id: "lane")
    try producer.initialize()
    var shortened = 0
    var largest = 0
    for (offset, value) in RecordSizeTests.events(lanes.decoding.maxEventBytes).enumerated() {
      #expect(value.count <= lanes.decoding.maxEventBytes)
      var chunk = RecordChunk(source: TopicPartition("web", 0), next: NextOffset(Int64(offset)))
      chunk.append(offset: RecordOffset(Int64(offset)), timestamp: -1, key: nil, value: value)
      chunk.seal()
      var records = OutputBatch()
      let journal = machine.reduce(
        LaneBatch(
          takenAt: EventTime(milliseconds: 1_767_700_000_000), inputs: [decoder.decode(chunk, stream: .web)]),
        into: &records)
      #expect(journal.counts.applied == 1)
      shortened += machine.shortenedSnapshots
      for entry in records.entries where records.topics[entry.topic] == lanes.topics.sessions {
        largest = max(largest, entry.value?.count ?? 0)
      }
      try producer.begin()
      try producer.produce(records)
      try producer.flush()
      try producer.commit()
    }
    return (shortened, largest)
  }

  @Test func nothingThatWasReadIsTooLargeToWrite() throws {
    let settings = RecordSizeTests.settings()
    let log = SimulatedLog(seed: 1)
    try log.create(TopicPlan(settings).topics)
    let (shortened, largest) = try run(settings, on: log)
    #expect(shortened > 10)
    #expect(largest <= 65_536)
    #expect(largest > 50_000, "no snapshot came near the limit")
  }

  @Test func aTopicWithASmallerLimitStopsTheRunWithEveryNumber() throws {
    let settings = RecordSizeTests.settings()
    let plan = TopicPlan(settings)
    let log = SimulatedLog(seed: 1)
    var topics = plan.topics
    let sessions = settings.processor.lanes.topics.sessions
    for index in topics.indices where topics[index].name == sessions {
      topics[index].settings["max.message.bytes"] = "60000"
    }
    try log.create(topics)
    let error = try #require(throws: LogError.self) { try run(settings, on: log) }
    #expect(error.reaction == .fatal)
    #expect(error.code == LogError.recordTooLarge)
    let explained = plan.explained(error, on: log).message
    for part in [
      "topic '\(sessions)'", "60000", "sojourn topics plan", "max.message.bytes is 60000, at least ",
    ] {
      #expect(explained.contains(part), "no \(part) in: \(explained)")
    }
    #expect(plan.explained(error, on: SimulatedLog(seed: 1)).message == error.message)
  }
}
