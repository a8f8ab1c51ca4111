import EventLog
import JourneyModel
import LaneScenes
import Testing
import WireFormat

@testable import Processor

/// Whose events are in a batch decides which of its planned ticks are taken.
@Suite struct LaneTickTests {
  private static let now = EventTime(milliseconds: LaneHarness.start)

  private func chunk(_ topic: String, _ values: [String], stream: String? = nil) -> RecordChunk {
    var chunk = RecordChunk(source: TopicPartition(topic, lane: LaneHarness.lane), next: NextOffset(0))
    for (number, value) in values.enumerated() {
      chunk.append(
        offset: RecordOffset(Int64(number)), timestamp: -1, key: nil, value: Array(value.utf8),
        headers: stream.map { HeaderBlock([("sojourn-stream", $0)]) })
    }
    chunk.seal()
    return chunk
  }

  private func ticks(_ chunks: [RecordChunk]) async throws -> (taken: StreamTimes, own: StreamTimes) {
    let settings = LaneHarness.settings()
    let lane = Lane(
      LaneMachine(lane: LaneHarness.lane, settings: settings, configuration: ""),
      decoder: try InputDecoder(settings), tail: nil)
    let work = LaneWork(
      lane: LaneHarness.lane, takenAt: LaneTickTests.now, chunks: chunks, positions: [:],
      tick: [.web: LaneTickTests.now, .custom: LaneTickTests.now])
    let output = try await lane.reduce(work)
    return (output.journal.ticks, output.ownInput)
  }

  @Test func ownEventsHoldTheirStreamBackWhereverTheyStand() async throws {
    let own = LaneHarness.event("a", at: 0)
    for chunk in [chunk("web", [own]), chunk("routed", [own], stream: "web")] {
      let (taken, input) = try await ticks([chunk])
      #expect(taken == [.custom: LaneTickTests.now], "\(chunk.source)")
      #expect(input == [.web: LaneTickTests.now], "\(chunk.source)")
    }
  }

  @Test func aTopicOfManyStreamsIsReadToItsEnd() async throws {
    let custom = LaneHarness.event("b", at: 0, #","sessionType":"visit","externalId":"x""#)
    let (taken, input) = try await ticks([
      chunk("web", [LaneHarness.event("a", at: 0)]), chunk("routed", [custom], stream: "custom"),
    ])
    #expect(taken.isEmpty)
    #expect(input == [.web: LaneTickTests.now, .custom: LaneTickTests.now])
  }

  /// Another lane's events, other streams' events, broken records, and what is no event at all.
  @Test func whatIsNobodysInputHoldsNothingBack() async throws {
    let foreign = LaneHarness.event(
      "a", at: 0, of: LaneHarness.customer(0, of: LaneHarness.lane.advanced(by: 1)))
    for chunk in [
      chunk("web", [foreign]), chunk("app", [LaneHarness.event("a", at: 0)]), chunk("web", ["{", "[]"]),
      chunk("routed", [LaneHarness.event("a", at: 0)], stream: "app"),
      chunk("routed", [LaneHarness.event("a", at: 0)], stream: "message"),
      chunk("routed", [LaneHarness.event("a", at: 0)]),
    ] {
      let (taken, input) = try await ticks([chunk])
      #expect(taken == [.web: LaneTickTests.now, .custom: LaneTickTests.now], "\(chunk.source)")
      #expect(input[.web] == nil && input[.custom] == nil, "\(chunk.source)")
    }
  }
}
