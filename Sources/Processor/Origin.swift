internal import EventLog
internal import JourneyModel

/// Where a record first entered: travels with routed records, so that a later rejection still names it.
struct Origin {
  var stream: String
  var topic: String
  var partition: Int32
  var offset: Int64

  var headers: HeaderBlock {
    HeaderBlock([
      ("sojourn-stream", stream), ("sojourn-origin-topic", topic),
      ("sojourn-origin-partition", String(partition)), ("sojourn-origin-offset", String(offset)),
    ])
  }

  init(stream: String, topic: String, partition: Int32, offset: Int64) {
    self.stream = stream
    self.topic = topic
    self.partition = partition
    self.offset = offset
  }

  /// The origin of a consumed record: its own place, or for a routed one what its headers say.
  init(of chunk: RecordChunk, entry: RecordChunk.Entry, topics: TopicNames) {
    let source = chunk.source
    self.init(
      stream: topics.stream(of: source.topic)?.name ?? "", topic: source.topic,
      partition: source.partition, offset: entry.offset.value)
    guard source.topic == topics.routed, let range = entry.headers else { return }
    let block = HeaderBlock(bytes: chunk.bytes[range.indices])
    if let stream = block.text("sojourn-stream"), let topic = block.text("sojourn-origin-topic"),
      let partition = block.text("sojourn-origin-partition").flatMap({ Int32($0) }),
      let offset = block.text("sojourn-origin-offset").flatMap({ Int64($0) })
    {
      self.init(stream: stream, topic: topic, partition: partition, offset: offset)
    }
  }
}
