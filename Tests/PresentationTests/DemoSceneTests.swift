import EventLog
import JourneyModel
import SessionQueries
import Testing
import WireFormat

@testable import Presentation

@Suite struct DemoSceneTests {
  @Test func everyEventIsOneThatTheProcessorTakes() throws {
    let start = EventTime(milliseconds: 1_767_611_640_000)
    for scene in DemoScene.all {
      #expect(!scene.expected.isEmpty)
      for step in scene.steps {
        let decoder = try #require(EventDecoder(limits: DecodingLimits(), partitions: 4))
        var chunk = RecordChunk(source: TopicPartition("t", 0), next: NextOffset(0))
        chunk.append(
          offset: RecordOffset(0), timestamp: -1, key: nil,
          value: step.value(start: start, webSession: "f1e63d87-27d1-5a9e-92b7-3d049da3634b"))
        chunk.seal()
        let decoded = decoder.decode(chunk, stream: step.stream)
        #expect(decoded.rejections.isEmpty, "\(step.caption)")
        #expect(decoded.batch.events.first?.time == start - step.ago)
      }
    }
  }

  @Test func eventsOfASceneAreInOrderAndInThePast() {
    for scene in DemoScene.all {
      let times = scene.steps.map(\.ago.milliseconds)
      #expect(times == times.sorted(by: >))
      #expect(times.allSatisfy { $0 > 0 })
    }
  }
}
