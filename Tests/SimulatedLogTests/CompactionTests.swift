internal import EventLog
internal import SimulatedLog
internal import Testing

/// Of what compaction removes it stays known which keys had a tombstone, where what is removed is kept.
@Suite struct CompactionTests {
  private let place = TopicPartition("compacted", 0)

  private func makeLog(archives: Bool) throws -> SimulatedLog {
    let log = SimulatedLog(seed: 1, configuration: .init(archivesRemoved: archives))
    try log.create([
      TopicSpecification(name: place.topic, partitions: 1, settings: ["cleanup.policy": "compact"])
    ])
    return log
  }

  /// Writes in one transaction.
  private func write(_ log: SimulatedLog, _ records: [(key: UInt8, value: [UInt8]?)], commits: Bool) throws {
    let producer = try log.makeTransactionalProducer(id: "writer")
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    for (key, value) in records { batch.append(place.topic, partition: 0, key: [key], value: value) }
    try producer.produce(batch)
    try producer.flush()
    if commits { try producer.commit() } else { try producer.abort() }
  }

  private func recordCount(_ log: SimulatedLog) throws -> Int {
    let reader = try log.makeReader()
    defer { reader.close() }
    guard let bounds = try reader.bounds([place])[place] else { return 0 }
    var count = 0
    try reader.read(place, from: bounds.earliest, to: bounds.end, patience: .zero) { chunk in
      count += chunk.entries.count
      return true
    }
    return count
  }

  @Test(arguments: [true, false]) func tombstonesThatWereRemovedAreKnown(archives: Bool) throws {
    let log = try makeLog(archives: archives)
    try write(log, [(1, [1]), (2, [2]), (3, [3])], commits: true)
    try write(log, [(1, nil), (2, nil)], commits: true)
    try write(log, [(3, nil)], commits: false)
    #expect(try log.tombstones(place) == [[1], [2]])
    // One comes back.
    try write(log, [(2, [4])], commits: true)
    log.compact(tombstoneRetention: .seconds(-1))
    #expect(try recordCount(log) == 2)
    #expect(try log.tombstones(place) == (archives ? [[1], [2]] : []))
    log.compact(tombstoneRetention: .seconds(-1))
    #expect(try log.tombstones(place) == (archives ? [[1], [2]] : []))
  }
}
