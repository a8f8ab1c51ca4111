package import EventLog
package import JourneyModel
package import JourneyRules
package import Predictions
internal import WireFormat

/// What the worker took from the log for one lane, before decoding.
package struct LaneWork: Sendable {
  package var lane: LaneNumber
  package var takenAt: EventTime
  package var chunks: [RecordChunk]
  package var positions: [String: Int64]
  /// What retention removed in front of the positions; see `LostInput`.
  package var lost: [String: Range<Int64>] = [:]
  package var tick = StreamTimes()
  /// The definitions in force.
  package var definitions: CompiledBundle?
  /// The models in force.
  package var models: ModelSet
  /// Bytes that the lane's sessions in memory may take.
  package var memoryShare = Int.max

  /// Creates the work of one batch.
  package init(
    lane: LaneNumber, takenAt: EventTime, chunks: [RecordChunk], positions: [String: Int64],
    lost: [String: Range<Int64>] = [:], tick: StreamTimes = StreamTimes(), definitions: CompiledBundle? = nil,
    models: ModelSet = .empty, memoryShare: Int = .max
  ) {
    self.lane = lane
    self.takenAt = takenAt
    self.chunks = chunks
    self.positions = positions
    self.lost = lost
    self.tick = tick
    self.definitions = definitions
    self.models = models
    self.memoryShare = memoryShare
  }
}

/// Decodes a lane's chunks: each record by its topic's stream, as a command, or for `routed` by its headers.
package final class InputDecoder {
  private let topics: TopicNames
  private let decoder: EventDecoder
  private let commands: IdentityCommandDecoder?

  package init(_ settings: LaneSettings) throws(LogError) {
    guard let decoder = EventDecoder(limits: settings.decoding, partitions: settings.partitions) else {
      throw LogError(.fatal, code: "outOfMemory", "no memory for the JSON parser")
    }
    decoder.locatesMalformed = false
    topics = settings.topics
    commands = settings.commands
    self.decoder = decoder
  }

  package func decode(_ work: LaneWork) -> LaneBatch {
    LaneBatch(
      takenAt: work.takenAt, inputs: work.chunks.map(decode), positions: work.positions, lost: work.lost,
      tick: work.tick, definitions: work.definitions, models: work.models)
  }

  private func decode(_ chunk: RecordChunk) -> DecodedChunk {
    if let stream = topics.stream(of: chunk.source.topic) { return decoder.decode(chunk, stream: stream) }
    if let commands, chunk.source.topic == topics.commands { return commands.decode(chunk) }
    return decodeRouted(chunk)
  }

  /// Forwarded events, whose headers name their stream, and messages.
  private func decodeRouted(_ chunk: RecordChunk) -> DecodedChunk {
    let entries = chunk.entries
    let bytes = chunk.bytes
    var messages: [Int] = []
    var decoded = decoder.decode(chunk) { record in
      guard let range = entries[record].headers else { return .failure(.init(.badRouting)) }
      let headers = HeaderBlock(bytes: bytes[range.indices]).headers
      if headers.contains(where: { $0.name == LaneMessage.header }) {
        messages.append(record)
        return .failure(.init(.badMessage))
      }
      guard let name = headers.first(where: { $0.name == "sojourn-stream" })?.value else {
        return .failure(.init(.badRouting))
      }
      return JourneyModel.Stream(name: String(decoding: name, as: UTF8.self)).map { .success($0) }
        ?? .failure(.init(.unknownStream))
    }
    if !messages.isEmpty { read(messages, of: &decoded) }
    return decoded
  }

  /// Reads the records that say that they are messages, which the decoder of events has turned away.
  private func read(_ messages: [Int], of decoded: inout DecodedChunk) {
    for record in messages {
      let range = decoded.chunk.entries[record].value ?? ByteSlice(offset: 0, length: 0)
      let at = decoded.rejections.firstIndex { $0.record == record }
      do {
        let message = try LaneMessage(decoding: Array(decoded.chunk.bytes[range.indices]))
        decoded.messages.append(ReceivedMessage(record: record, message: message))
        if let at { decoded.rejections.remove(at: at) }
      } catch {
        if let at { decoded.rejections[at].message = "the message is damaged: \(error)" }
      }
    }
  }
}

extension LaneBatch {
  /// The batch's time for each stream that has events of this lane in it, wherever they are.
  ///
  /// Records that cannot be read, events that go on to another lane and whatever else is in `routed` are
  /// nobody's input here.
  func ownInput(of lane: LaneNumber, _ topics: TopicNames) -> StreamTimes {
    var input = StreamTimes()
    for chunk in inputs {
      for index in chunk.batch.events.indices where chunk.batch.events[index].lane == lane {
        let stream = chunk.batch.events[index].stream
        if input[stream] == nil { input[stream] = takenAt }
        // A topic has one stream; only `routed` has others.
        if topics.stream(of: chunk.chunk.source.topic) != nil { break }
      }
    }
    return input
  }
}
