import EventLog
import SeededGenerator
import SimulatedLog
import Testing

@testable import Processor

/// How much a batch may hold.
@Suite struct BatchGatheringTests {
  private func chunk(records: Int, bytes: Int) -> RecordChunk {
    var chunk = RecordChunk(source: TopicPartition("web", 0), next: NextOffset(0))
    for offset in 0..<records {
      chunk.append(
        offset: RecordOffset(Int64(offset)), timestamp: -1, key: nil,
        value: [UInt8](repeating: 1, count: bytes / records))
    }
    return chunk
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func isFullAtItsBytes(offset: Int, isFull: Bool) {
    var batch = BatchGathering(maxRecords: 10, maxBytes: 100)
    batch.add([chunk(records: 1, bytes: 100 + offset)])
    #expect(batch.isFull == isFull)
    if !isFull { #expect(batch.limits(timeout: .zero).maxBytes == 1) }
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func isFullAtItsRecords(offset: Int, isFull: Bool) {
    var batch = BatchGathering(maxRecords: 10, maxBytes: 10_000)
    batch.add([chunk(records: 10 + offset, bytes: 10 + offset)])
    #expect(batch.isFull == isFull)
    if !isFull { #expect(batch.limits(timeout: .zero).maxRecords == 1) }
  }

  @Test func exceedsItsBytesByLessThanOneRecord() throws {
    var exceeded = 0
    for seed in 0..<40 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let log = SimulatedLog(seed: seed, configuration: .init(variesFetches: true))
      try log.create([TopicSpecification(name: "web", partitions: 3)])
      var records = OutputBatch()
      var largest = 0
      for number in 0..<200 {
        let size = Int(generator.chance(10) ? generator.pick(500...2_000) : generator.pick(1...60))
        largest = max(largest, size)
        records.append(
          "web", partition: Int32(number % 3), key: nil, value: [UInt8](repeating: 1, count: size))
      }
      try log.makePublisher().send(records)
      let consumer = try log.makeConsumer(
        ConsumerConfiguration(group: "g", instance: "i", topics: ["web"]))
      var total = 0
      for _ in 0..<10_000 where total < 200 {
        var batch = BatchGathering(maxRecords: 50, maxBytes: 700)
        var polls = 0
        while !batch.isFull, polls < 100 {
          let before = batch.bytes
          batch.add(try consumer.poll(batch.limits(timeout: .zero)) { _ in })
          polls += batch.bytes == before ? 1 : 0
        }
        let bytes = batch.chunks.reduce(0) { sum, chunk in
          sum + chunk.entries.reduce(0) { $0 + ($1.value?.count ?? 0) }
        }
        #expect(bytes < 700 + largest, "seed \(seed)")
        #expect(batch.records <= 50, "seed \(seed)")
        if bytes > 700 { exceeded += 1 }
        total += batch.records
      }
      #expect(total == 200)
    }
    #expect(exceeded > 20, "no batch was ever larger than its limit, so this showed little")
  }
}
