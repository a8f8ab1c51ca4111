import EventLog
import JourneyModel
import JourneyRules
import Learning
import Predictions
import Testing
import WireFormat

@testable import Presentation
@testable import Processor

@Suite struct DemoLearningTests {
  static let start = EventTime(milliseconds: 1_767_611_640_000)

  /// The events of a stream's history, as the processor reads them.
  static func decoded(_ stream: JourneyModel.Stream, before start: EventTime) throws -> DecodedChunk {
    let decoder = try #require(EventDecoder(limits: DemoDirector.settings.lanes.decoding, partitions: 4))
    return decoder.decode(DemoHistory(before: start).chunk(of: stream, topic: "t"), stream: stream)
  }

  @Test(arguments: [JourneyModel.Stream.web, .conversation])
  func historyIsTakenAndOver(stream: JourneyModel.Stream) throws {
    let decoded = try Self.decoded(stream, before: Self.start)
    #expect(decoded.rejections.isEmpty && decoded.ignored.isEmpty)
    let times = decoded.batch.events.map(\.time)
    #expect(times.count > 300 && times == times.sorted())
    let newest = try #require(times.max())
    let earliest = try #require(times.min())
    #expect(newest < Self.start - .hours(23) && earliest > Self.start - .hours(16 * 24))
  }

  @Test func nobodyOfTheHistoryIsInAScene() {
    let scenes = DemoScene.all.flatMap(\.steps).map(\.json).joined()
    #expect(!scenes.contains("past-"))
    for stream in [JourneyModel.Stream.web, .conversation] {
      let chunk = DemoHistory(before: Self.start).chunk(of: stream, topic: "t")
      for entry in chunk.entries {
        let text = String(decoding: chunk.copy(entry.value) ?? [], as: UTF8.self)
        #expect(text.contains("\"customerId\":\"past-"))
      }
    }
  }

  @Test func historyIsTheSameWithinAWeek() {
    let week = EventTime.Span.hours(7 * 24).milliseconds
    let first = EventTime(
      milliseconds: Self.start.milliseconds / week * week + EventTime.Span.hours(24).milliseconds)
    func bytes(_ start: EventTime) -> [UInt8] { DemoHistory(before: start).chunk(of: .web, topic: "t").bytes }
    let same = bytes(first)
    #expect(bytes(EventTime(milliseconds: first.milliseconds + week - 1)) == same)
    #expect(bytes(EventTime(milliseconds: first.milliseconds - 1)) != same)
    #expect(bytes(EventTime(milliseconds: first.milliseconds + week)) != same)
  }

  @Test func enoughIsLearnedToScoreBy() throws {
    let bundle = try DemoDefinitions.bundle()
    let batch = try DemoExamples.records(
      of: DemoHistory(before: Self.start), bundle, DemoDirector.settings.lanes, at: Self.start)
    #expect(Set(batch.topics) == [DemoDirector.settings.lanes.topics[.examples]])
    #expect(Set(batch.entries.map(\.partition)) == [0, 1, 2, 3])
    let records = try batch.entries.map { entry in
      let value = try #require(entry.value)
      return try ExampleRecord(bytes: Compression.decompress(Array(batch.bytes[value.indices])))
    }
    let count = records.reduce(0) { $0 + $1.examples.count }
    #expect(count > 400 && count <= DemoHistory.visitCount + DemoHistory.conversationCount)
    let run = TrainingRun(
      bundle.predictedOutcomes, on: records, from: .init(set: .empty), revision: 1, trainedAt: Self.start,
      ranges: [], counted: count, settings: TrainingSettings())
    let outcome = try #require(run.record.outcomes.first)
    #expect(outcome.decision == .published)
    #expect(try #require(outcome.quality).areaUnderCurve > 700_000)
  }

  @Test func lessonsAreToldOnceTheyAreInForce() throws {
    let lessons = DemoLessons()
    let legend = SegmentLegend(try DemoDefinitions.bundle().entries.map(\.definition))
    var run = TrainingRecord(
      revision: 1, trainedAt: Self.start, ranges: [], examples: 400, before: "a", set: "b")
    run.sessions = 390
    let predicted = try #require(try DemoDefinitions.bundle().predictedOutcomes.first)
    var outcome = TrainingRecord.Outcome(predicted, .published, .init())
    var quality = ModelQuality()
    quality.areaUnderCurve = 831_000
    outcome.quality = quality
    run.outcomes = [outcome]
    var commit = CommitReport()
    commit.training = TrainingReport(record: run, elapsed: .zero)
    lessons.take(.committed(commit))
    #expect(lessons.line(legend) == nil)
    lessons.take(.models(ModelsReport(set: "a", revision: 0, count: 0)))
    #expect(lessons.line(legend) == nil)
    lessons.take(.models(ModelsReport(set: "b", revision: 1, count: 1)))
    #expect(lessons.line(legend) == "learned from 390 sessions: Purchase, AUC 0.83")
  }

  @Test(arguments: [
    (0, "0.00"), (4_999, "0.00"), (5_000, "0.01"), (94_999, "0.09"), (831_000, "0.83"), (1_000_000, "1.00"),
  ])
  func hundredths(millionths: Int, text: String) { #expect(DemoLessons.hundredths(millionths) == text) }
}
