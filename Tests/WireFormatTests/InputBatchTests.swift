import EventLog
import JourneyModel
import Testing
import WireFormat

@Suite struct InputBatchTests {
  @Test(arguments: [
    (InputBatch.Key.customer, ["ada", nil]), (.event, ["e1", nil]), (.none, [String?.none, nil]),
  ])
  func keys(key: InputBatch.Key, expected: [String?]) throws {
    var input = try InputBatch(stream: .web, topic: "web", limits: DecodingLimits(), partitions: 8)
    input.key = key
    input.partition = 3
    var chunk = RecordChunk(source: TopicPartition("web", 0), next: NextOffset(0))
    let good = #"{"id":"e1","eventName":"x","createdDate":"2026-01-05T10:00:00Z","customerId":"ada"}"#
    for (offset, line) in [good, "not json"].enumerated() {
      chunk.append(offset: RecordOffset(Int64(offset)), timestamp: -1, key: nil, value: Array(line.utf8))
    }
    chunk.seal()
    let batch = input.records(of: chunk)
    let keys = batch.entries.map { entry in
      entry.key.map { String(decoding: batch.bytes[$0.indices], as: UTF8.self) }
    }
    #expect(keys == expected)
    #expect(batch.entries.map(\.partition) == [3, 3])
    #expect(batch.topics == ["web"])
  }
}
