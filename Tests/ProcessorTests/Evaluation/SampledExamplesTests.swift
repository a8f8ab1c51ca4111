import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Predictions
import Testing

@testable import Processor
@testable import WireFormat

/// Where more sessions end than can be learned from, a share of them is: which these are follows from their
/// ids, whatever lane they are of.
@Suite struct SampledExamplesTests {
  private static let customers = 60

  /// Lets a customer each visit once, and then all of it end: another one comes so much later that nothing
  /// can reach those visits any more.
  ///
  /// - Parameters:
  ///   - every: what is in force when sessions begin.
  ///   - later: and when they are over.
  private func run(every: Int, later: Int) throws -> (ids: [SessionID], records: [ExampleRecord]) {
    let definitions = try PredictionScene.definitions()
    let harness = try LaneHarness()
    let events = (0..<SampledExamplesTests.customers).flatMap { number in
      let customer = LaneHarness.customer(number)
      return ["view", "cart"].enumerated().map { index, name in
        LaneHarness.event("\(customer)-\(index)", at: Int64(index) * 1_000, of: customer, name: name)
      }
    }
    let begun = harness.reduce(
      [harness.input("web", events)], definitions: definitions, models: ModelSet([], every: every))
    let ids = Set(begun.of("sessions").compactMap { $0.key.flatMap { SessionID(text: $0) } })
    let closer = LaneHarness.event(
      "closer", at: 864_000_000, of: LaneHarness.customer(SampledExamplesTests.customers))
    let over = harness.reduce(
      [harness.input("web", [closer])], takenAt: 864_000_000, definitions: definitions,
      models: ModelSet([], every: later))
    let records = try over.of("examples").map {
      try ExampleRecord(bytes: Compression.decompress($0.value ?? []))
    }
    return (Array(ids), records)
  }

  @Test(arguments: [1, 2, 4, 8]) func oneOfSoManyIsLearnedFrom(_ every: Int) throws {
    let (ids, records) = try run(every: every, later: every)
    #expect(ids.count == SampledExamplesTests.customers)
    let drawn = ids.count { $0.low % UInt64(every) == 0 }
    #expect(records.reduce(0) { $0 + $1.examples.count } == drawn)
    #expect(records.allSatisfy { $0.every == every })
    #expect(every == 1 ? drawn == 60 : (1..<60).contains(drawn))
  }

  /// A record says of how many sessions each of its examples is one, so those of before that are not drawn
  /// any more are left out.
  @Test func whatIsNotDrawnAnyMoreIsLeftOut() throws {
    let (ids, records) = try run(every: 1, later: 4)
    #expect(records.reduce(0) { $0 + $1.examples.count } == ids.count { $0.low % 4 == 0 })
    #expect(records.allSatisfy { $0.every == 4 })
    // The other way round nobody has followed the others.
    let (others, fewer) = try run(every: 4, later: 1)
    #expect(fewer.reduce(0) { $0 + $1.examples.count } == others.count { $0.low % 4 == 0 })
    #expect(fewer.allSatisfy { $0.every == 1 })
  }
}
