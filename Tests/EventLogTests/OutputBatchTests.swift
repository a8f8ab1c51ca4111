internal import EventLog
internal import Testing

@Suite struct OutputBatchTests {
  @Test func recordsKeepTheirOrderAndTopics() {
    var batch = OutputBatch()
    #expect(batch.isEmpty)
    batch.append("sessions", partition: 1, key: [1], value: [2], headers: HeaderBlock([("a", "b")]))
    batch.append("actions", partition: 2, key: nil, value: nil)
    batch.append("sessions", partition: -1, key: [], value: [])
    #expect(batch.topics == ["sessions", "actions"])
    #expect(batch.entries.map(\.topic) == [0, 1, 0])
    #expect(batch.entries.map(\.partition) == [1, 2, -1])
    let values = batch.entries.map { entry in entry.value.map { Array(batch.bytes[$0.indices]) } }
    #expect(values == [[2], nil, []])
    #expect(batch.entries.map { $0.key?.count } == [1, nil, 0])
  }

  @Test func encodersWriteIntoTheArena() {
    var batch = OutputBatch()
    let topic = batch.topicIndex("out")
    let start = batch.bytes.count
    batch.bytes += [4, 5, 6]
    batch.append(
      topic: topic, partition: 0, key: nil, value: ByteSlice(offset: start, length: 3), headers: nil)
    #expect(batch.entries.first?.value.map { Array(batch.bytes[$0.indices]) } == [4, 5, 6])
    #expect(batch.topicIndex("out") == topic)
  }

  @Test func emptyingKeepsTopics() {
    var batch = OutputBatch()
    batch.append("out", partition: 0, key: nil, value: [1])
    batch.removeAll()
    #expect(batch.isEmpty && batch.bytes.isEmpty)
    #expect(batch.topicIndex("out") == 0)
  }
}
