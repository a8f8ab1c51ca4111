import EventLog
import JourneyModel
import LaneScenes
import Learning
import Predictions
import ProcessRuntime
import Testing
import WireFormat

/// What an owner of lane 0 does about training, turn by turn.
@Suite struct TrainingTurnTests {
  private let scene: LearningScene

  init() throws { scene = try LearningScene { $0.pace.minimum = .minutes(5) } }

  /// Turns until there is news.
  private func news(
    _ turn: inout TrainingTurn, _ generation: Int, at time: EventTime = LearningScene.start
  ) async throws -> TrainingAnswer {
    for _ in 0..<6_000 {
      if let answer = turn.turn(generation, at: time, scene.outcomes) { return answer }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw LogError(.fatal, code: "test", "there was no news")
  }

  private func turn() -> TrainingTurn {
    TrainingTurn(scene.settings, log: scene.log, runtime: ThreadRuntime())
  }

  @Test func aRunIsHandedOverOnceAndWithTheLaneAlone() async throws {
    try scene.publishPlain(100)
    var turn = turn()
    defer { turn.close() }
    let answer = try await news(&turn, 1)
    #expect(answer.failure == nil && answer.report?.examples == 100 && answer.report?.newest == nil)
    #expect(turn.hasFinished)
    let without = turn.take(with: [1, 2], 1)
    #expect(without == nil, "lane 0 has no batch")
    #expect(turn.take(with: [0], 2) == nil, "it was taken away since")
    let taken = turn.take(with: [0, 3], 1)
    let run = try #require(taken)
    #expect(run.report.record.revision == 1 && !turn.hasFinished)
    #expect(turn.take(with: [0], 1) == nil)
    #expect(
      turn.turn(1, at: LearningScene.start + .hours(1), scene.outcomes) == nil, "it waits for the commit")
    try scene.send(run.records)
    turn.committed()
    let after = try await news(&turn, 1)
    #expect(after.report?.newest?.revision == 1 && after.finished == nil)
  }

  /// Nothing that was found under one ownership is written under another.
  @Test func anotherOwnershipBeginsAnew() async throws {
    try scene.publishPlain(100)
    var turn = turn()
    defer { turn.close() }
    _ = try await news(&turn, 1)
    #expect(turn.hasFinished)
    #expect(turn.turn(2, at: LearningScene.start, scene.outcomes)?.hasLostRun == true)
    #expect(!turn.hasFinished && turn.take(with: [0], 2) == nil)
    let again = try await news(&turn, 2)
    #expect(again.finished?.report.record.revision == 1)
    #expect(turn.drop() && !turn.drop())
    #expect(!turn.hasFinished)
    // What was taken and has not committed is none of the next owner's either.
    _ = try await news(&turn, 3)
    #expect(turn.take(with: [0], 3) != nil)
    #expect(turn.turn(4, at: LearningScene.start, scene.outcomes)?.hasLostRun == true)
    turn.committed()
    #expect(try await news(&turn, 4).finished != nil)
  }

  /// Between two looks a tenth of the shortest time between two runs goes by.
  @Test func looksKeepTheirDistance() async throws {
    var turn = turn()
    defer { turn.close() }
    _ = try await news(&turn, 1)
    try scene.publishPlain(1)
    let pause = scene.settings.pace.pause
    #expect(pause == .seconds(30))
    for _ in 0..<20 {
      let early = LearningScene.start + pause - .init(milliseconds: 1)
      #expect(turn.turn(1, at: early, scene.outcomes) == nil)
      try await Task.sleep(for: .milliseconds(1))
    }
    #expect(try await news(&turn, 1, at: LearningScene.start + pause).report?.examples == 1)
  }

  @Test func aFailureIsToldAndTriedAgain() async throws {
    var turn = TrainingTurn(
      LearningSettings(TopicNames(prefix: "no."), partitions: 1, pace: TrainingPace(), patience: .seconds(1)),
      log: scene.log, runtime: ThreadRuntime())
    defer { turn.close() }
    #expect(try await news(&turn, 1).failure != nil)
    #expect(try await news(&turn, 1, at: LearningScene.start + .minutes(1)).failure != nil)
  }
}
