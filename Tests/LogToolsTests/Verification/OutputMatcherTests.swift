import EventLog
import JourneyModel
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools

/// Where in a partition the comparison begins, when the first batch that can be reduced again is not the
/// first of all.
@Suite struct OutputMatcherTests {
  private static let place = TopicPartition("told", 0)

  private static func record(_ name: String) -> RecordContent {
    RecordContent(
      key: Array("key".utf8), value: Array("value of \(name)".utf8),
      headers: HeaderBlock([("ce_id", name)]).bytes)
  }

  /// Compares what is there with what is expected, the last of which is the newest of all.
  private static func compare(
    _ there: [String], _ expected: [String], isCompacted: Bool, isQuiet: Bool = true
  ) throws -> LaneVerification.Compared {
    let log = SimulatedLog(seed: 1)
    try log.create([TopicSpecification(name: place.topic, partitions: 1)])
    var records = OutputBatch()
    for name in there {
      let content = record(name)
      records.append(
        place.topic, partition: place.partition, key: content.key, value: content.value ?? [],
        headers: HeaderBlock(bytes: content.headers ?? []))
    }
    try log.makePublisher().send(records)
    let reader = try log.makeReader()
    let bounds = try #require(try reader.bounds([place])[place])
    let matcher = OutputMatcher(
      lane: 0, isCompacted: isCompacted, isWhole: false,
      cursor: PartitionCursor(place, bounds, reader: reader, patience: .seconds(1)))
    for (number, name) in expected.enumerated() {
      try matcher.expect(record(name), sequence: BatchSequence(number + 7))
    }
    try matcher.finish(sequence: 99, isQuiet: isQuiet, reader: reader, patience: .seconds(1))
    return matcher.compared
  }

  /// The same bytes were told before: the comparison begins where all that is expected follows.
  @Test(arguments: [
    (["a", "x", "a"], ["a"]),
    (["a", "x", "a", "b"], ["a", "b"]),
    (["a", "b", "x", "a", "b"], ["a", "b"]),
    (["a", "a"], ["a"]),
    (["a", "a"], ["a", "a"]),
    (["x", "a", "y", "a"], ["a", "y", "a"]),
  ])
  func whatIsToldTwiceIsFound(there: [String], expected: [String]) throws {
    let compared = try Self.compare(there, expected, isCompacted: false)
    #expect(compared.equal == expected.count)
    #expect(compared.expired == 0)
    #expect(try Self.compare(there, expected, isCompacted: true).equal == expected.count)
  }

  /// What nothing gave, and what is missing, is still noticed.
  @Test(arguments: [
    (["x", "a", "y"], ["a"]), (["a", "x", "a", "y"], ["a"]), (["a", "x", "a", "y"], ["a", "b"]),
    (["x", "a"], ["a", "b"]), (["a", "x"], ["b"]),
  ])
  func whatDiffersIsNoticed(there: [String], expected: [String]) throws {
    #expect(throws: VerificationMismatch.self) { try Self.compare(there, expected, isCompacted: false) }
  }

  @Test func inACompactedTopicWhatNothingGaveIsNoticed() throws {
    for there in [["a", "x", "a", "y"], ["x", "a", "y"]] {
      #expect(throws: VerificationMismatch.self) { try Self.compare(there, ["a"], isCompacted: true) }
    }
    // Behind the end of what is looked at there may be more.
    #expect(try Self.compare(["a", "x"], ["a"], isCompacted: true, isQuiet: false).equal == 1)
  }
}
