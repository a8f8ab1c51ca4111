import CRdKafka
import EventLog
import Testing

@testable import KafkaLog

/// Publishing, and reading without a group.
@Suite(.serialized) struct ReadingTests {
  let cluster: MockCluster
  let log: KafkaLog
  let source = TopicPartition("events", 0)

  init() throws {
    cluster = try #require(MockCluster())
    cluster.makeTopic("events", partitions: 4)
    log = try cluster.makeLog()
  }

  @Test func recordsSurviveAsTheyAre() throws {
    var batch = OutputBatch()
    var headers = HeaderBlock([("ce_id", "1"), ("empty", "")])
    headers.append("null", nil)
    batch.append("events", partition: 0, key: bytes("k"), value: bytes("v"), headers: headers)
    batch.append("events", partition: 0, key: bytes("gone"), value: nil)
    batch.append("events", partition: 0, key: nil, value: bytes("no key"))
    batch.append("events", partition: 0, key: [], value: [])
    try publish(batch)
    let records = try readAll()
    let chunk = try #require(records.first)
    #expect(chunk.entries.map { chunk.copy($0.key) } == [bytes("k"), bytes("gone"), nil, []])
    #expect(chunk.entries.map { chunk.copy($0.value) } == [bytes("v"), nil, bytes("no key"), []])
    #expect(chunk.copy(chunk.entries[0].headers) == headers.bytes)
    #expect(chunk.entries[1].headers == nil)
    #expect(chunk.entries.allSatisfy { $0.timestamp > 0 })
    #expect(chunk.next == NextOffset(4))
    #expect(Array(chunk.bytes.suffix(RecordChunk.padding)).allSatisfy { $0 == 0 })
  }

  @Test func theDefaultPartitionerIsKafkas() throws {
    var batch = OutputBatch()
    let keys = (0..<50).map { "customer-\($0)" }
    for key in keys { batch.append("events", partition: -1, key: bytes(key), value: bytes(key)) }
    try publish(batch)
    for lane in 0..<4 as Range<Int32> {
      let expected = keys.filter { Placement.partition(of: bytes($0), partitions: 4) == lane }
      #expect(try readAll(TopicPartition("events", lane)).flatMap(\.values) == expected)
    }
  }

  @Test func readStopsWhereItIsTold() throws {
    try publish(numbered(20))
    let reader = try log.makeReader()
    #expect(
      try reader.bounds([source])[source] == PartitionBounds(earliest: NextOffset(0), end: NextOffset(20)))
    var offsets: [Int64] = []
    var next: NextOffset?
    try reader.read(source, from: NextOffset(3), to: NextOffset(7), patience: .seconds(10)) { chunk in
      offsets += chunk.offsets
      next = chunk.next
      return true
    }
    #expect(offsets == [3, 4, 5, 6])
    #expect(next == NextOffset(7))
    try reader.read(source, from: NextOffset(7), to: NextOffset(7), patience: .zero) { _ in
      Issue.record("an empty range has no records")
      return true
    }
    var calls = 0
    try reader.read(source, from: NextOffset(0), to: NextOffset(20), patience: .seconds(10)) { _ in
      calls += 1
      return false
    }
    #expect(calls == 1)
    reader.close()
    reader.close()
    #expect(throws: LogError.self) { try reader.bounds([source]) }
  }

  @Test func aReadWithoutProgressGivesUp() throws {
    try publish(numbered(2))
    let reader = try log.makeReader()
    defer { reader.close() }
    let error = try #require(throws: LogError.self) {
      try reader.read(source, from: NextOffset(0), to: NextOffset(5), patience: .milliseconds(300)) { _ in
        true
      }
    }
    #expect(error.code == "stalled")
    #expect(error.reaction == .retry)
    #expect(error.message.contains("2 of 5"))
  }

  @Test func pollGoesOnAndMoves() throws {
    try publish(numbered(6))
    let reader = try log.makeReader()
    defer { reader.close() }
    let other = TopicPartition("events", 1)
    let few = FetchLimits(maxRecords: 2, maxBytes: 1 << 20, timeout: .seconds(10))
    var position = NextOffset(1)
    var offsets: [Int64] = []
    while offsets.count < 5 {
      for chunk in try reader.poll([source: position], limits: few) {
        #expect(chunk.entries.count <= 2)
        offsets += chunk.offsets
        position = chunk.next
      }
    }
    #expect(offsets == [1, 2, 3, 4, 5])
    let both = FetchLimits(maxRecords: 100, maxBytes: 1 << 20, timeout: .seconds(10))
    let again = try reader.poll([source: NextOffset(4), other: NextOffset(0)], limits: both)
    #expect(again.flatMap(\.offsets) == [4, 5])
    try publish(numbered(1, partition: 1))
    #expect(try reader.poll([other: NextOffset(0)], limits: both).map(\.source) == [other])
  }

  @Test func bytesAreBoundedButARecordAlwaysPasses() throws {
    try publish(numbered(4))
    let reader = try log.makeReader()
    defer { reader.close() }
    var position = NextOffset(0)
    for expected in 0..<4 as Range<Int64> {
      let limits = FetchLimits(maxRecords: 100, maxBytes: 1, timeout: .seconds(10))
      let chunks = try reader.poll([source: position], limits: limits)
      #expect(chunks.flatMap(\.offsets) == [expected])
      position = chunks.first?.next ?? position
    }
  }

  @Test func aPositionOutsideOfTheLogIsFatalWithNumbers() throws {
    try publish(numbered(3))
    let reader = try log.makeReader()
    defer { reader.close() }
    let error = try #require(throws: LogError.self) {
      try reader.read(source, from: NextOffset(100), to: NextOffset(200), patience: .seconds(10)) { _ in true
      }
    }
    #expect(error.reaction == .fatal)
    #expect(error.message.contains("events[0] is to be read from offset 100, but holds 0 to 3"))
  }

  @Test func aPublisherTellsOfARefusedRecord() throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    cluster.fail(.produce, with: [RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE])
    let error = try #require(throws: LogError.self) { try publisher.send(numbered(3)) }
    #expect(error.code == LogError.recordTooLarge)
    for part in ["to events[0]", "bytes", "max.message.bytes", "sojourn topics plan"] {
      #expect(error.message.contains(part), "no \(part) in: \(error.message)")
    }
    try publisher.send(numbered(1))
    publisher.close()
    #expect(throws: LogError.self) { try publisher.send(numbered(1)) }
  }

  /// The mock has no controller, so it gives no settings; and it creates every topic that is asked for.
  @Test func topicsAreComparedBeforeAnythingIsCreated() throws {
    try log.create([TopicSpecification(name: "events", partitions: 4)])
    let error = try #require(throws: LogError.self) {
      try log.create([TopicSpecification(name: "events", partitions: 5)])
    }
    #expect(error.reaction == .fatal)
    #expect(error.message.contains("'events' has 4 partitions, but 5 are configured"))
  }

  // MARK: - Helpers

  private func numbered(_ count: Int, partition: Int32 = 0) -> OutputBatch {
    var batch = OutputBatch()
    for number in 0..<count {
      batch.append("events", partition: partition, key: bytes("k"), value: bytes("value \(number)"))
    }
    return batch
  }

  private func publish(_ batch: OutputBatch) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(batch)
  }

  private func readAll(_ partition: TopicPartition? = nil) throws -> [RecordChunk] {
    let reader = try log.makeReader()
    defer { reader.close() }
    let source = partition ?? source
    let bounds = try #require(try reader.bounds([source])[source])
    var chunks: [RecordChunk] = []
    try reader.read(source, from: bounds.earliest, to: bounds.end, patience: .seconds(10)) { chunk in
      chunks.append(chunk)
      return true
    }
    return chunks
  }
}
