import EventLog
import JourneyModel
import LaneScenes
import Learning
import Predictions
import SeededGenerator
import SimulatedLog
import Testing
import WireFormat

/// When there is a run, on which examples, and what of it is in the log.
@Suite struct TrainingDeskTests {
  private static let start = LearningScene.start

  @Test func aRunWantsAHundredExamples() throws {
    let scene = try LearningScene()
    let desk = try scene.desk()
    defer { desk.close() }
    #expect(try desk.look(at: TrainingDeskTests.start, scene.outcomes) == nil)
    try scene.publishPlain(99)
    #expect(try desk.look(at: TrainingDeskTests.start, scene.outcomes) == nil)
    #expect(desk.exampleCount == 99)
    try scene.publishPlain(1, from: 99)
    let run = try #require(try desk.look(at: TrainingDeskTests.start, scene.outcomes)).run.record
    #expect(run.revision == 1 && run.examples == 100 && run.ranges == [0..<100])
    #expect(run.before == ModelSet.empty.name && run.set == run.before)
    #expect(run.outcomes.map(\.decision) == [.learning])
    #expect(run.trainedAt == TrainingDeskTests.start)
  }

  /// The first run counts from when somebody saw an example, the others from the run before.
  @Test func afterAnIntervalOneExampleIsEnough() throws {
    let scene = try LearningScene { $0.pace.interval = .minutes(60) }
    let desk = try scene.desk()
    defer { desk.close() }
    try scene.publishPlain(1)
    let interval = scene.settings.pace.interval
    #expect(try desk.look(at: TrainingDeskTests.start, scene.outcomes) == nil)
    let due = TrainingDeskTests.start + interval
    #expect(try desk.look(at: due - .init(milliseconds: 1), scene.outcomes) == nil)
    let first = try #require(try desk.look(at: due, scene.outcomes))
    try scene.send(first.records)
    #expect(try desk.look(at: due + interval, scene.outcomes) == nil, "nothing is new")
    try scene.publishPlain(1, from: 1)
    #expect(try desk.look(at: due + interval - .init(milliseconds: 1), scene.outcomes) == nil)
    let second = try #require(try desk.look(at: due + interval, scene.outcomes)).run.record
    #expect(second.revision == 2 && second.examples == 2)
  }

  @Test func runsKeepTheirDistance() throws {
    let scene = try LearningScene { $0.pace.minimum = .minutes(5) }
    let desk = try scene.desk()
    defer { desk.close() }
    try scene.publishPlain(100)
    try scene.send(try #require(try desk.look(at: TrainingDeskTests.start, scene.outcomes)).records)
    try scene.publishPlain(1_000, from: 100)
    let next = TrainingDeskTests.start + scene.settings.pace.minimum
    #expect(try desk.look(at: next - .init(milliseconds: 1), scene.outcomes) == nil)
    // Another desk has no memory of its own, and knows it all the same.
    let other = try scene.desk()
    defer { other.close() }
    #expect(try other.look(at: next - .init(milliseconds: 1), scene.outcomes) == nil)
    #expect(try other.look(at: next, scene.outcomes)?.run.record.examples == 1_100)
    #expect(try desk.look(at: next, scene.outcomes)?.run.record.revision == 2)
    // A clock that was set back holds nothing up.
    #expect(try desk.look(at: TrainingDeskTests.start - .minutes(1), scene.outcomes) != nil)
  }

  /// From 400 examples on it takes 200 more, from 2,000 on never more than 1,000.
  @Test(arguments: [(400, 200), (2_000, 1_000), (3_000, 1_000)])
  func growthByHalfIsEnough(_ given: Int, _ wanted: Int) throws {
    let scene = try LearningScene { $0.pace.minimum = .init(milliseconds: 1) }
    let desk = try scene.desk()
    defer { desk.close() }
    try scene.publishPlain(given)
    try scene.send(try #require(try desk.look(at: TrainingDeskTests.start, scene.outcomes)).records)
    let later = TrainingDeskTests.start + .seconds(1)
    try scene.publishPlain(wanted - 1, from: given)
    #expect(try desk.look(at: later, scene.outcomes) == nil)
    try scene.publishPlain(1, from: given + wanted - 1)
    #expect(try desk.look(at: later, scene.outcomes)?.run.record.examples == given + wanted)
  }

  /// Whatever lanes they came by and in whatever records: the same bytes.
  @Test func lanesAndCutsDecideNothing() throws {
    var runs: [TrainingRun] = []
    for (lanes, cuts) in [(1, nil), (1, 1), (4, nil), (4, 2), (4, 3)] as [(Int32, UInt64?)] {
      let scene = try LearningScene(partitions: lanes)
      try scene.publish(try scene.examples(400, lanes: lanes, cutBy: cuts))
      let desk = try scene.desk()
      defer { desk.close() }
      runs.append(try #require(try desk.look(at: TrainingDeskTests.start, scene.outcomes)).run)
    }
    #expect(runs[0].record.outcomes.map(\.decision) == [.published])
    #expect(runs[0].set.models.count == 1)
    for run in runs {
      #expect(run.set.bytes == runs[0].set.bytes)
      var record = run.record
      record.ranges = runs[0].record.ranges
      #expect(record == runs[0].record)
    }
  }

  /// One that was lost in the middle has left nothing: the next one comes to the same.
  @Test func aRunThatWasNotWrittenIsDoneAgain() throws {
    let scene = try LearningScene(partitions: 4)
    try scene.publish(try scene.examples(300, lanes: 4, cutBy: 1))
    let first = try scene.desk()
    let lost = try #require(try first.look(at: TrainingDeskTests.start, scene.outcomes)).run
    first.close()
    let second = try scene.desk()
    defer { second.close() }
    let again = try #require(try second.look(at: TrainingDeskTests.start, scene.outcomes)).run
    #expect(again.record == lost.record && again.set.bytes == lost.set.bytes)
  }

  /// What is in force is judged by the newest sessions, and a run's successor goes on from what it left.
  @Test func aRunGoesOnFromTheOneBefore() throws {
    let scene = try LearningScene { $0.pace.minimum = .init(milliseconds: 1) }
    try scene.publish(try scene.examples(400))
    let desk = try scene.desk()
    defer { desk.close() }
    let first = try #require(try desk.look(at: TrainingDeskTests.start, scene.outcomes))
    try scene.send(first.records)
    #expect(first.run.record.outcomes.map(\.decision) == [.published])
    let model = try #require(first.run.set.models.first)
    #expect(
      try scene.keys() == ["model/\(model.hash)", "set/\(first.run.set.name)", "current", "run/1"])
    try scene.publish(try scene.examples(300, from: 400, seed: 2))
    let second = try #require(try desk.look(at: TrainingDeskTests.start + .minutes(1), scene.outcomes)).run
    #expect(second.record.revision == 2 && second.record.before == first.run.set.name)
    let outcome = try #require(second.record.outcomes.first)
    #expect(outcome.overCurrent != nil && outcome.currentOverBase != nil && outcome.quality != nil)
    if outcome.decision == .refused { #expect(outcome.publishedAt == TrainingDeskTests.start) }
  }

  @Test func whatIsOlderThanTheHistoryGetsTombstones() throws {
    let scene = try LearningScene {
      $0.pace.minimum = .init(milliseconds: 1)
      $0.pace.history = .hours(10)
    }
    let desk = try scene.desk()
    defer { desk.close() }
    var sets: [ModelSet] = []
    for (index, hour) in [0, 1, 12].enumerated() {
      // Another shop each time: the model before is worse.
      try scene.publish(try scene.examples(600 * (index + 1), from: index * 10_000, seed: UInt64(index)))
      let time = TrainingDeskTests.start + .hours(Int64(hour))
      let (run, records) = try #require(try desk.look(at: time, scene.outcomes))
      try scene.send(records)
      sets.append(run.set)
    }
    let ledger = try scene.ledger()
    #expect(ledger.runs.keys.sorted() == [3], "the others are more than ten hours old")
    #expect(ledger.current?.set == sets[2].name && ledger.set(sets[2].name) != nil)
    // The one that the last run replaced was in force until now.
    #expect(ledger.set(sets[1].name) != nil)
    let keys = try scene.keys()
    if sets[0].name != sets[1].name {
      #expect(ledger.set(sets[0].name) == nil && keys.contains("-set/\(sets[0].name)"))
    }
    #expect(keys.filter { $0.hasPrefix("-run/") } == ["-run/1", "-run/2"])
  }

  /// Who is in force is not there: nobody trains past it.
  @Test func aSetThatIsNotWholeIsAnError() throws {
    let scene = try LearningScene()
    let set = try PredictionScene.models(scene.definitions)
    var records = OutputBatch()
    let current = ModelRecords.Current(set: set.name, revision: 4, trainedAt: TrainingDeskTests.start)
    records.append(
      scene.settings.models, partition: 0, key: ModelRecords.currentKey, value: current.encoded())
    try scene.send(records)
    try scene.publishPlain(100)
    let desk = try scene.desk()
    defer { desk.close() }
    #expect(throws: LogError.self) { try desk.look(at: TrainingDeskTests.start, scene.outcomes) }
    try scene.send(ModelRecords.records(set, as: current, topic: scene.settings.models))
    let run = try #require(try desk.look(at: TrainingDeskTests.start, scene.outcomes)).run.record
    #expect(run.revision == 5 && run.before == set.name)
  }
}
