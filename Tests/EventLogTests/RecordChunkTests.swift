internal import EventLog
internal import Testing

@Suite struct RecordChunkTests {
  @Test func recordsAreCopiedIntoTheArena() {
    var chunk = RecordChunk(source: TopicPartition("in", 3), next: NextOffset(5))
    #expect(chunk.next == NextOffset(5))
    let headers = HeaderBlock([("a", "b")])
    chunk.append(offset: RecordOffset(5), timestamp: 17, key: [1], value: [2, 3], headers: headers)
    chunk.append(offset: RecordOffset(9), timestamp: 18, key: nil as [UInt8]?, value: [])
    let value: [UInt8] = [7, 8, 9]
    value.withUnsafeBytes { bytes in
      chunk.append(offset: RecordOffset(10), timestamp: 19, key: nil, value: bytes)
    }
    #expect(chunk.entries.map(\.offset.value) == [5, 9, 10])
    #expect(chunk.entries.map(\.timestamp) == [17, 18, 19])
    #expect(chunk.entries.map { chunk.copy($0.key) } == [[1], nil, nil])
    #expect(chunk.entries.map { chunk.copy($0.value) } == [[2, 3], [], [7, 8, 9]])
    #expect(chunk.entries.map { chunk.copy($0.headers) } == [headers.bytes, nil, nil])
    #expect(chunk.next == NextOffset(11))
  }

  @Test func sealingPadsWithZeros() {
    var chunk = RecordChunk(source: TopicPartition("in", 0), next: NextOffset(0), byteCapacity: 10)
    chunk.append(offset: RecordOffset(0), timestamp: 0, key: nil as [UInt8]?, value: [1, 2])
    #expect(chunk.byteCount == 2)
    chunk.seal()
    #expect(chunk.bytes == [1, 2] + Array(repeating: 0, count: RecordChunk.padding))
  }
}
