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

  /// The greatest event may be routed, rejected, or make up a snapshot; none of them may be too large to
  /// commit.
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

  @Test func commandsHaveATopicOnlyWherePersonsAreLookedFor() {
    var settings = Settings()
    let name = settings.processor.lanes.topics.commands
    #expect(limits(settings)[name] == nil && !settings.processor.lanes.topics.all.contains(name))
    // Nor does a run without them need the topics that say what came of them.
    #expect(TopicPlan(settings).unwritten.isSuperset(of: ["contacts", "contactEvents"]))
    settings.processor.lanes.topics.readsCommands = true
    #expect(TopicPlan(settings).unwritten.isDisjoint(with: ["contacts", "contactEvents"]))
    #expect(limits(settings)[name] == limits(settings)["web"])
    #expect(settings.processor.lanes.topics.consumed.suffix(2) == [name, "routed"])
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

  /// On a broker what a restart needs has no age limit; topics of older builds are changed, and what a
  /// silence costs is said.
  @Test func whatARestartNeedsHasNoAgeLimitOnABroker() throws {
    var settings = Settings()
    settings.log = try #require(LogAddress("kafka://localhost:9092"))
    let plan = TopicPlan(settings)
    let ages = Dictionary(uniqueKeysWithValues: plan.topics.map { ($0.name, $0.settings["retention.ms"]) })
    for topic in ["journal", "redo", "routed"] { #expect(ages[topic] == "-1", "\(topic)") }
    #expect(ages["web"] == "604800000" && ages["state"] == .some(nil))
    var existing = Dictionary(uniqueKeysWithValues: plan.topics.map { ($0.name, $0) })
    #expect(plan.changes(existing: existing).isEmpty)
    #expect(plan.costsOfSilence(existing: existing).count == 4, "the four inputs")
    existing["redo"]?.settings["retention.ms"] = "604800000"
    existing["journal"]?.settings["retention.bytes"] = "1000"
    #expect(
      plan.changes(existing: existing) == [
        "redo": ["retention.ms": "-1"], "journal": ["retention.bytes": "-1"],
      ])
    #expect(plan.problems(existing: existing).isEmpty, "it goes on working as it is")
    let costs = plan.costsOfSilence(existing: existing)
    #expect(costs.count == 6 && costs.contains { $0.hasPrefix("redo: retention.ms=604800000") })
    #expect(costs.contains { $0.hasPrefix("web:") && $0.contains("7 days") })
  }

  @Test func onAnOwnLogHistoryIsTheAgeLimit() {
    var settings = Settings()
    settings.history = .seconds(3_600)
    let plan = TopicPlan(settings)
    #expect(plan.topics.first { $0.name == "redo" }?.settings["retention.ms"] == "3600000")
    #expect(plan.changes(existing: [:]).isEmpty)
  }
}
