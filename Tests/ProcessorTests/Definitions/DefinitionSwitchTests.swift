import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import LogTools
import Processor
import SimulatedLog
import Testing
import WireFormat

/// Definitions that change while a processor runs: switched whole between two batches, named in the journal,
/// verified across.
@Suite struct DefinitionSwitchTests {
  private func journals(_ scene: VerificationScene) throws -> [JournalRecord] {
    try LaneNumber.all(of: VerificationScene.partitions).flatMap { lane in
      try scene.records(TopicPartition(scene.topics.journal, lane: lane)).map {
        try JournalRecord(decoding: $0.value ?? [])
      }
    }
  }

  /// A run under revision 1, then under revision 2, in the middle of which the processor keeps running.
  private func played() async throws -> VerificationScene {
    let scene = try VerificationScene()
    try await scene.play(minutes: 0..<6, seed: 21)
    try scene.applyDefinitions(revision: 2)
    try await scene.play(minutes: 6..<14, seed: 22)
    return scene
  }

  @Test func bothBundlesAreNamedAndEveryBatchIsVerified() async throws {
    let scene = try await played()
    let named = Set(try journals(scene).compactMap(\.definitions))
    #expect(named.count == 2)
    var segments = 0
    for lane in LaneNumber.all(of: VerificationScene.partitions) {
      let result = try scene.verify(lane)
      #expect(result.mismatch == nil, "\(result.mismatch?.description ?? "")")
      #expect(result.unverifiable.isEmpty, "\(result.unverifiable)")
      #expect(result.batches == result.journalled?.count)
      segments += result.compared[scene.topics.segments]?.equal ?? 0
    }
    #expect(segments > 10)
  }

  @Test func eachRevisionAssignsByItsOwnRule() async throws {
    let scene = try await played()
    var versions: [Int: Int] = [:]
    for lane in LaneNumber.all(of: VerificationScene.partitions) {
      for record in try scene.records(TopicPartition(scene.topics.segments, lane: lane)) {
        let event = try DefinitionJSON.read(record.value ?? [])
        guard case .number(let text) = event["segmentAssignmentEvent"]?["segment"]?["version"],
          let version = Int(text)
        else { continue }
        versions[version, default: 0] += 1
      }
    }
    #expect(versions[1, default: 0] > 3)
    #expect(versions[2, default: 0] > 0)
  }

  @Test func batchesWhoseBundleIsGoneAreSaidToBeUnverifiable() async throws {
    let scene = try await played()
    let first = try #require(try journals(scene).compactMap(\.definitions).first)
    let partition = TopicPartition(scene.topics.definitions, 0)
    for record in try scene.records(partition)
    where String(decoding: record.key ?? [], as: UTF8.self).hasPrefix("bundle/\(first)") {
      try scene.log.altering(partition, at: record.offset, { _ in nil }) {
        let reasons = try LaneNumber.all(of: VerificationScene.partitions).flatMap {
          try scene.verify($0).unverifiable.map(\.reason)
        }
        #expect(reasons.contains { $0.contains(first) && $0.contains("gone") }, "\(reasons)")
      }
    }
  }

  @Test func whatCannotBeReadLeavesTheDefinitionsBeforeInForce() throws {
    let scene = try VerificationScene()
    let reader = try scene.log.makeReader()
    defer { reader.close() }
    let feed = DefinitionFeed(
      reader: reader, topic: scene.topics.definitions, settings: RuleSettings(), patience: .zero)
    #expect(try feed.refresh())
    let before = try #require(try feed.bundleInForce()).hash
    let publisher = try scene.log.makePublisher()
    var batch = OutputBatch()
    batch.append(scene.topics.definitions, partition: 0, key: Array("current".utf8), value: Array("{}".utf8))
    try publisher.send(batch)
    #expect(throws: LogError.self) { try feed.refresh() }
    #expect(try feed.bundleInForce()?.hash == before)
    // Told once, and what comes behind it is read.
    #expect(try !feed.refresh())
    try scene.applyDefinitions(revision: 3)
    #expect(try feed.refresh())
    #expect(try feed.bundleInForce()?.hash != before)
  }

  @Test func aBundleOfManyPiecesComesBackWhole() throws {
    // Texts that do not compress, more than one record holds.
    var random = SeededText(seed: 5)
    let segments = (0..<180).map { number in
      let values = (0..<40).map { _ in "\"\(random.next(180))\"" }.joined(separator: ",")
      return """
        {"kind":"segment","id":"s\(number)","displayName":"S","version":1,"journey":{"patterns":[{"count":1,"streamType":"Web",\
        "sessionType":"web","criteria":[{"key":"page.url","operator":"containsAny","shouldIgnoreCase":true,"values":[\(values)]}]}]}}
        """
    }
    let text = "{\"entities\":[\(segments.joined(separator: ","))]}"
    let check = DefinitionCheck([
      DefinitionDocument(file: "large", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    let bundle = try #require(check.bundle, "\(check.findings.first.map { "\($0)" } ?? "")")
    let scene = try VerificationScene()
    let current = DefinitionRecords.Current(
      bundle: bundle.hash.description, revision: 2, appliedAt: scene.clock.now)
    let records = try DefinitionRecords.records(bundle, as: current, topic: scene.topics.definitions)
    #expect(records.entries.count > 2)
    let publisher = try scene.log.makePublisher()
    try publisher.send(records)
    let reader = try scene.log.makeReader()
    defer { reader.close() }
    let feed = DefinitionFeed(
      reader: reader, topic: scene.topics.definitions, settings: RuleSettings(), patience: .zero)
    try feed.refresh()
    #expect(try feed.bundleInForce()?.bundle.bytes == bundle.bytes)
    #expect(feed.current == current)
  }

  private struct SeededText {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next(_ count: Int) -> String {
      String(
        decoding: (0..<count).map { _ -> UInt8 in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return 97 + UInt8(truncatingIfNeeded: state >> 59)
        }, as: UTF8.self)
    }
  }
}
