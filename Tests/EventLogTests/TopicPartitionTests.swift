internal import EventLog
internal import Testing

@Suite struct TopicPartitionTests {
  @Test func orderIsByTopicBytesThenPartition() {
    let wanted = [
      TopicPartition("Z", 9), TopicPartition("a", 2), TopicPartition("a", 10), TopicPartition("a-", 0),
      TopicPartition("ä", 0),
    ]
    #expect(wanted.reversed().sorted() == wanted)
    #expect(TopicPartition("a", 10).description == "a[10]")
  }

  @Test func compactionIsAskedForByThePolicy() {
    for (policy, isCompacted) in [("compact", true), ("compact,delete", true), ("delete", false)] {
      let topic = TopicSpecification(name: "t", partitions: 1, settings: ["cleanup.policy": policy])
      #expect(topic.isCompacted == isCompacted)
    }
    #expect(!TopicSpecification(name: "t", partitions: 1).isCompacted)
  }

  @Test func theNextOffsetIsOnePastTheRecord() {
    #expect(NextOffset(after: RecordOffset(41)) == NextOffset(42))
    #expect(RecordOffset(1) < RecordOffset(2) && NextOffset(1) < NextOffset(2))
  }
}
