import EventLog
import Foundation
import JourneyModel
import Sessionizer
import WireFormat

/// Decodes single records and folds them into sessions.
final class Decoding {
  private let decoder: EventDecoder

  /// Limits under which small numbers are times: most tests count from 0.
  static var limits: DecodingLimits {
    var limits = DecodingLimits()
    limits.minEpochMilliseconds = 0
    return limits
  }

  init(_ limits: DecodingLimits = Decoding.limits) throws {
    guard let decoder = EventDecoder(limits: limits, partitions: 8) else { throw CodecError("no memory") }
    self.decoder = decoder
  }

  func decode(_ values: [[UInt8]?], _ stream: JourneyModel.Stream) -> DecodedChunk {
    var chunk = RecordChunk(source: TopicPartition(stream.name, 0), next: NextOffset(0))
    for (offset, value) in values.enumerated() {
      chunk.append(offset: RecordOffset(Int64(offset)), timestamp: -1, key: nil, value: value)
    }
    chunk.seal()
    return decoder.decode(chunk, stream: stream)
  }

  /// Why one record is no event; `nil` if it is one.
  func reason(_ value: [UInt8]?, _ stream: JourneyModel.Stream) -> RejectionReason? {
    let decoded = decode([value], stream)
    return decoded.batch.events.isEmpty ? decoded.rejections[0].reason : nil
  }

  func reason(_ json: String, _ stream: JourneyModel.Stream) -> RejectionReason? {
    reason(Array(json.utf8), stream)
  }

  /// The one event of a record.
  func event(_ json: String, _ stream: JourneyModel.Stream) -> (event: Event, batch: EventBatch)? {
    let decoded = decode([Array(json.utf8)], stream)
    return decoded.batch.events.first.map { ($0, decoded.batch) }
  }

  /// All sessions that records of one stream make, oldest first.
  func sessions(
    _ values: [[UInt8]], _ stream: JourneyModel.Stream, _ settings: SessionSettings = SessionSettings()
  ) -> [Session] {
    let sessionizer = Sessionizer(settings: settings)
    let decoded = decode(values, stream)
    sessionizer.begin(takenAt: EventTime.latest)
    for event in decoded.batch.events { _ = sessionizer.admit(event, of: decoded.batch) }
    return sessionizer.allSessions.sorted { ($0.first, $0.id) < ($1.first, $1.id) }
  }

  /// A session's snapshot.
  func snapshot(
    _ session: Session, _ settings: SessionSettings = SessionSettings(), names: DisplayNames = DisplayNames()
  ) -> String {
    var bytes: [UInt8] = []
    SnapshotEncoder(settings: settings, names: names).encode(session, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  func snapshots(_ values: [[UInt8]], _ stream: JourneyModel.Stream) -> [String] {
    sessions(values, stream).map { snapshot($0) }
  }
}

extension String {
  /// As a JSON object.
  func parsed() throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(utf8)) as? [String: Any] ?? [:]
  }
}
