import JourneyModel
import JourneyRules
import LaneScenes
import Learning
import Predictions
import SeededGenerator
import Testing
import WireFormat

/// Runs as records: read back as they were, and damage is an error.
@Suite struct TrainingRecordTests {
  private static func sample() -> TrainingRecord {
    var run = TrainingRecord(
      revision: 7, trainedAt: LearningScene.start, ranges: [0..<12, 5..<5], examples: 340,
      before: ModelSet.empty.name, set: "00ff")
    run.sessions = 300
    run.immature = 4
    let counts = TrainingResult.Counts(
      training: 240, trainingAchieving: 31, holdout: 60, holdoutAchieving: 9)
    let definition = DefinitionHash(high: .max, low: 3)
    var one = TrainingRecord.Outcome(
      PredictedOutcome(id: "a \"quoted\" one", definition: definition), .refused, counts)
    one.overBase = .init(gain: -5, error: 70)
    one.currentOverBase = .init(gain: 1, error: 2)
    one.overCurrent = .init(gain: 0, error: 9)
    (one.failuresBefore, one.failures) = (1, 2)
    one.model = "abcd"
    one.publishedAt = LearningScene.start
    var quality = ModelQuality()
    quality.areaUnderCurve = 812_345
    quality.observedToExpected = 1_010_000
    one.quality = quality
    run.outcomes = [
      one, TrainingRecord.Outcome(PredictedOutcome(id: "b", definition: definition), .learning, .init()),
    ]
    return run
  }

  @Test func whatWasWrittenIsRead() throws {
    let run = TrainingRecordTests.sample()
    #expect(try TrainingRecord(decoding: run.encoded()) == run)
    let plain = TrainingRecord(
      revision: 1, trainedAt: LearningScene.start, ranges: [], examples: 0, before: "", set: "")
    #expect(try TrainingRecord(decoding: plain.encoded()) == plain)
  }

  @Test func membersOfNewerBuildsAreSkipped() throws {
    let run = TrainingRecordTests.sample()
    let text = String(decoding: run.encoded(), as: UTF8.self)
    let newer = text.replacing("\"examples\":", with: "\"strange\":{\"a\":[1]},\"examples\":")
    #expect(try TrainingRecord(decoding: Array(newer.utf8)) == run)
    let other = text.replacing("\"v\":1,", with: "\"v\":2,")
    #expect(throws: CodecError.self) { try TrainingRecord(decoding: Array(other.utf8)) }
  }

  @Test func damageIsAnError() {
    let bytes = TrainingRecordTests.sample().encoded()
    for end in bytes.indices {
      #expect(throws: CodecError.self) { try TrainingRecord(decoding: Array(bytes[..<end])) }
    }
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2_000 {
      var damaged = bytes
      damaged[Int(generator.pick(0...Int64(bytes.count - 1)))] = UInt8(generator.pick(0...255))
      // An error, or another run; never a trap.
      _ = try? TrainingRecord(decoding: damaged)
    }
  }

  @Test func anErrorThatIsInfiniteIsNone() {
    #expect(TrainingRecord.Gain(Advantage([1])) == nil)
    #expect(TrainingRecord.Gain(nil as Advantage?) == nil)
    #expect(TrainingRecord.Gain(Advantage([1, 1])) == .init(gain: 2_000_000, error: 0))
  }
}
