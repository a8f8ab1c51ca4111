internal import Bytes
internal import EventLog
internal import Foundation
package import JourneyModel
internal import WireFormat

/// What a source has used on a day, in one lane: a record of the topic `usage`. Its key names everything but
/// the numbers, so that the newest one is all there is to know.
package struct UsageRecord: Sendable, Hashable {
  /// The topic's name, without prefix.
  package static let topic = "usage"
  /// The `ce_type` of its records.
  package static let eventType = "dev.sojourn.usage.v1"

  package var lane: LaneNumber
  /// In UTC, `2026-01-05`: of the wall clock when the events were taken.
  package var day: String
  package var source: String
  package var stream: JourneyModel.Stream
  /// Events that were applied, each once.
  package var events: Int
  /// Sessions that they opened.
  package var sessions: Int
  /// The lane's batch up to which it counts.
  package var sequence: Int

  /// Reads a record's value; `nil` for what is none, or of a stream that this build does not know.
  package init?(decoding value: [UInt8]) {
    guard let stored = try? JSONDecoder().decode(Stored.self, from: Data(value)), stored.v == 1,
      let stream = JourneyModel.Stream(name: stored.stream)
    else { return nil }
    lane = LaneNumber(stored.lane)
    day = stored.day
    source = stored.source
    self.stream = stream
    events = stored.events
    sessions = stored.sessions
    sequence = stored.sequence
  }

  init(
    lane: LaneNumber, day: String, source: String, stream: JourneyModel.Stream, events: Int, sessions: Int,
    sequence: Int
  ) {
    self.lane = lane
    self.day = day
    self.source = source
    self.stream = stream
    self.events = events
    self.sessions = sessions
    self.sequence = sequence
  }

  var key: String { "\(lane)/\(day)/\(stream.name)/\(source)" }

  var value: [UInt8] {
    var bytes = Array(#"{"v":1,"lane":\#(lane),"day":"\#(day)","source":"#.utf8)
    JSONText.append(source, to: &bytes)
    bytes += #","stream":"\#(stream.name)","events":\#(events),"sessions":\#(sessions)"#.utf8
    bytes += #","sequence":\#(sequence)}"#.utf8
    return bytes
  }

  /// Appends it to what is to be written.
  func append(to batch: inout OutputBatch, topic: String, group: String, at time: EventTime) {
    let headers: [(name: String, value: String)] = [
      ("ce_specversion", "1.0"), ("ce_type", UsageRecord.eventType),
      ("ce_source", "/sojourn/\(group)/\(lane)"), ("ce_id", "\(key):\(sequence)"), ("ce_time", time.iso8601),
      ("content-type", "application/json"),
    ]
    batch.append(
      topic, partition: lane.partition, key: Array(key.utf8), value: value, headers: HeaderBlock(headers))
  }

  private struct Stored: Decodable {
    var v: Int
    var lane: Int32
    var day: String
    var source: String
    var stream: String
    var events: Int
    var sessions: Int
    var sequence: Int
  }
}
