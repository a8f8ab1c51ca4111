import EventLog
import JourneyModel
import Processor
import Sessionizer
import Testing
import WireFormat

@testable import sojourn

@Suite struct TopicPlanTests {
  private func limits(_ settings: Settings) -> [String: Int] {
    Dictionary(
      uniqueKeysWithValues: TopicPlan(settings).topics.map { topic in
        (topic.name, topic.settings["max.message.bytes"].flatMap { Int($0) } ?? 0)
      })
  }

  /// The greatest event may be routed, rejected, or make up a snapshot; none of them may be too large to commit.
  @Test(arguments: [1_024, 1_048_576, 8_388_608])
  func everyOutputTakesWhatAnInputTakes(eventBytes: Int) throws {
    var settings = Settings()
    settings.processor.lanes.decoding.maxEventBytes = eventBytes
    let limits = limits(settings)
    let topics = settings.processor.lanes.topics
    let input = try #require(topics.inputs[.web].flatMap { limits[$0] })
    #expect(input > eventBytes)
    for output in [topics.routed, topics.sessions, topics.rejected, topics.redo, topics.state] {
      #expect(try #require(limits[output]) > input, "\(output)")
    }
    let session = settings.processor.lanes.sessions.maxSessionBytes + eventBytes
    #expect(try #require(limits[topics.state]) > session)
    #expect(try #require(limits[topics.redo]) > session + settings.processor.lanes.maxRedoBytes)
  }

  @Test(arguments: [65_536, 1_048_576, 16_777_216])
  func theTopicOfSessionsTakesTheLargestSnapshot(snapshotBytes: Int) throws {
    var settings = Settings()
    settings.processor.lanes.maxSnapshotBytes = snapshotBytes
    #expect(try #require(limits(settings)[settings.processor.lanes.topics.sessions]) > snapshotBytes)
  }

  @Test func theClientMustSendTheLargestRecordOfAnyTopic() {
    let settings = Settings()
    #expect(TopicPlan(settings).largestRecordBytes == limits(settings).values.max())
  }

  @Test func aSmallerLimitThanNeededIsAProblem() throws {
    let settings = Settings()
    var existing: [String: TopicSpecification] = [:]
    for topic in TopicPlan(settings).topics { existing[topic.name] = topic }
    #expect(TopicPlan(settings).problems(existing: existing).isEmpty)
    let name = settings.processor.lanes.topics.sessions
    let wanted = try #require(limits(settings)[name])
    existing[name]?.settings["max.message.bytes"] = String(wanted - 1)
    #expect(TopicPlan(settings).problems(existing: existing).count == 1)
  }
}
