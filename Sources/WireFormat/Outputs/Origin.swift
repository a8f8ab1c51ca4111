package import EventLog
internal import JourneyModel

/// Where a record first entered: travels with routed records, so that a later rejection still names it.
package struct Origin {
  package var stream: String
  package var topic: String
  package var partition: Int32
  package var offset: Int64
  /// How often it was put back after a rejection; 0 for never.
  package var redriven = 0

  /// The partition in which a record first entered, which for a forwarded record or a message is the lane
  /// that wrote it.
  package static let partitionHeader = "sojourn-origin-partition"

  /// Says how often a record was put back.
  package static let redrivenHeader = "sojourn-redriven"

  package var headers: HeaderBlock {
    var headers = HeaderBlock([
      ("sojourn-stream", stream), ("sojourn-origin-topic", topic),
      (Origin.partitionHeader, String(partition)), ("sojourn-origin-offset", String(offset)),
    ])
    if redriven > 0 { headers.append(Origin.redrivenHeader, Array(String(redriven).utf8)) }
    return headers
  }

  package init(stream: String, topic: String, partition: Int32, offset: Int64) {
    self.stream = stream
    self.topic = topic
    self.partition = partition
    self.offset = offset
  }

  /// The origin of a consumed record: its own place, or for a routed one what its headers say.
  package init(of chunk: RecordChunk, entry: RecordChunk.Entry, topics: TopicNames) {
    let source = chunk.source
    self.init(
      stream: topics.stream(of: source.topic)?.name
        ?? (source.topic == topics.commands ? TopicNames.commandsName : ""), topic: source.topic,
      partition: source.partition, offset: entry.offset.value)
    guard let range = entry.headers else { return }
    let block = HeaderBlock(bytes: chunk.bytes[range.indices])
    defer { redriven = Origin.redriven(block) }
    guard source.topic == topics.routed else { return }
    if let stream = block.text("sojourn-stream"), let topic = block.text("sojourn-origin-topic"),
      let partition = block.text(Origin.partitionHeader).flatMap({ Int32($0) }),
      let offset = block.text("sojourn-origin-offset").flatMap({ Int64($0) })
    {
      self.init(stream: stream, topic: topic, partition: partition, offset: offset)
    }
  }

  /// How often a record with these headers was put back; what is no such number counts as never.
  package static func redriven(_ headers: HeaderBlock) -> Int {
    guard let text = headers.text(redrivenHeader), let count = Int(text), count > 0 else { return 0 }
    return min(count, 1_000_000)
  }
}
