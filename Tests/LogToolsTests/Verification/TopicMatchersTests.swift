import EventLog
import JourneyModel
import LaneScenes
import Processor
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools

/// A record goes to its topic's comparison, and to none if the catalogue does not know its topic.
@Suite struct TopicMatchersTests {
  private static func matchers(_ scene: VerificationScene) throws -> (TopicMatchers, any PartitionReader) {
    let reader = try scene.log.makeReader()
    let settings = scene.settings.lanes
    let bounds = try reader.bounds(
      scene.topics.produced.flatMap { topic in
        (0..<settings.partitions).map { TopicPartition(topic, $0) }
      })
    let matchers = TopicMatchers(
      lane: 0, settings: settings, compacted: [], isWhole: true, isFirst: true
    ) { topic, lane in
      let place = TopicPartition(topic, lane: lane)
      let empty = PartitionBounds(earliest: NextOffset(0), end: NextOffset(0))
      return PartitionCursor(place, bounds[place] ?? empty, reader: reader, patience: .zero)
    }
    return (matchers, reader)
  }

  private static func difference(_ topic: String, partition: Int32 = 0) throws -> VerificationMismatch? {
    let (matchers, reader) = try matchers(try VerificationScene())
    defer { reader.close() }
    var batch = OutputBatch()
    batch.append(topic, partition: partition, key: [1], value: [2])
    do {
      try matchers.expect(batch, sequence: 7)
      return nil
    } catch let mismatch as VerificationMismatch {
      return mismatch
    }
  }

  @Test func anUnknownTopicIsADifference() throws {
    let found = try #require(try TopicMatchersTests.difference("predictions"))
    #expect(found.topic == "predictions" && found.sequence == 7)
    #expect(found.difference.contains("not in the catalogue"))
  }

  @Test func aTopicThatLanesDoNotWriteIsADifference() throws {
    let found = try #require(try TopicMatchersTests.difference("definitions"))
    #expect(found.difference.contains("none does"))
  }

  @Test func anotherLanesPartitionIsADifference() throws {
    let found = try #require(try TopicMatchersTests.difference("sessions", partition: 1))
    #expect(found.difference.contains("does not write"))
  }

  /// Topics whose records are compared one by one, where persons are not looked for.
  private static let compared = OutputCatalog.standard.entries.filter { entry in
    switch entry.comparison {
    case .records, .recordsAmongOthers, .changes: !entry.isOfPersons
    case .values, .members, .none: false
    }
  }.map(\.name)

  /// Every topic that lanes write is compared somewhere: what is nowhere is missing.
  @Test(arguments: TopicMatchersTests.compared)
  func whatIsNotThereIsMissing(topic: String) throws {
    let found = try #require(try TopicMatchersTests.difference(topic))
    #expect(found.topic == topic && found.difference.contains("missing"))
  }
}
