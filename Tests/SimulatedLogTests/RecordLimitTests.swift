internal import EventLog
internal import SimulatedLog
internal import Testing

/// Topics of a simulated log refuse what a broker would refuse.
@Suite struct RecordLimitTests {
  private func batch(_ topic: String, _ bytes: Int) -> OutputBatch {
    var batch = OutputBatch()
    // Key, value and headers count.
    batch.append(
      topic, partition: 0, key: [1, 2, 3, 4], value: [UInt8](repeating: 1, count: bytes - 14),
      headers: HeaderBlock([("abc", "d")]))
    return batch
  }

  @Test(arguments: [(-1, false), (0, false), (1, true)])
  func aLargerRecordIsRefusedByNumbers(offset: Int, isRefused: Bool) throws {
    let log = SimulatedLog(seed: 1, configuration: .init(maxRecordBytes: 500))
    try log.create([
      TopicSpecification(name: "plain", partitions: 1),
      TopicSpecification(name: "own", partitions: 1, settings: ["max.message.bytes": "300"]),
    ])
    for (topic, limit) in [("plain", 500), ("own", 300)] {
      let producer = try log.makeTransactionalProducer(id: topic)
      try producer.initialize()
      try producer.begin()
      let batch = batch(topic, limit + offset)
      #expect(batch.bytes.count == limit + offset)
      guard isRefused else {
        try producer.produce(batch)
        try producer.commit()
        continue
      }
      let error = try #require(throws: LogError.self) { try producer.produce(batch) }
      #expect(error.reaction == .fatal)
      #expect(error.code == LogError.recordTooLarge)
      for part in [topic, "\(limit)", "\(limit + 1)", "sojourn topics plan"] {
        #expect(error.message.contains(part), "no \(part) in: \(error.message)")
      }
      #expect(throws: LogError.self) { try producer.commit() }
    }
  }

  @Test func withoutALimitAnythingPasses() throws {
    let log = SimulatedLog(seed: 1)
    try log.create([TopicSpecification(name: "plain", partitions: 1)])
    try log.makePublisher().send(batch("plain", 5_000_000))
  }
}
