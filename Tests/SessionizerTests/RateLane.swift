import EventLog
import JourneyModel
import Sessionizer
import WireFormat

/// A lane of custom events that can be thrown away and restored from what the state codec and the journal keep.
final class RateLane {
  private let settings: SessionSettings
  private var sessionizer: Sessionizer
  private let decoder: EventDecoder

  init(_ settings: SessionSettings) throws {
    self.settings = settings
    sessionizer = Sessionizer(settings: settings)
    guard let decoder = EventDecoder(limits: DecodingLimits(), partitions: 1) else {
      throw CodecError("no memory")
    }
    self.decoder = decoder
  }

  func admit(_ value: [UInt8]) -> Admission {
    var chunk = RecordChunk(source: TopicPartition("custom", 0), next: NextOffset(0))
    chunk.append(offset: RecordOffset(0), timestamp: -1, key: nil, value: value)
    chunk.seal()
    let decoded = decoder.decode(chunk, stream: .custom)
    sessionizer.begin(takenAt: EventTime.latest)
    return sessionizer.admit(decoded.batch.events[0], of: decoded.batch)
  }

  func restart() throws {
    let new = Sessionizer(settings: settings)
    for value in sessionizer.allValues {
      new.restore(try StateCodec.decode(StateCodec.encoded(value)))
    }
    var highest: [Stream: EventTime] = [:]
    for stream in Stream.allCases { highest[stream] = sessionizer.highest(stream) }
    new.restore(highest: highest)
    sessionizer = new
  }
}
