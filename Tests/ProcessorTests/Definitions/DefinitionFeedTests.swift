import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// Definitions that are applied while they are read.
@Suite struct DefinitionFeedTests {
  /// Lets something happen between the moment in which it says where a topic ends, and its reading up to
  /// there.
  private final class InterruptedReader: PartitionReader {
    private let base: any PartitionReader
    var beforeRead: () throws -> Void = {}
    var beforeBounds: () throws -> Void = {}

    init(_ base: any PartitionReader) { self.base = base }

    func bounds(_ partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds] {
      try beforeBounds()
      return try base.bounds(partitions)
    }

    func read(
      _ partition: TopicPartition, from: NextOffset, to: NextOffset, patience: Duration,
      _ body: (RecordChunk) throws -> Bool
    ) throws {
      try beforeRead()
      try base.read(partition, from: from, to: to, patience: patience, body)
    }

    func poll(_ positions: [TopicPartition: NextOffset], limits: FetchLimits) throws -> [RecordChunk] {
      try base.poll(positions, limits: limits)
    }

    func close() { base.close() }
  }

  private func feed(_ scene: VerificationScene) throws -> (DefinitionFeed, InterruptedReader) {
    let reader = InterruptedReader(try scene.log.makeReader())
    let feed = DefinitionFeed(
      reader: reader, topic: scene.topics.definitions, settings: RuleSettings(), patience: .zero)
    return (feed, reader)
  }

  @Test func definitionsThatCompactionTakesAwayWhileTheyAreReadAreFollowedByTheNewerOnes() throws {
    let scene = try VerificationScene()
    let (feed, reader) = try feed(scene)
    defer { reader.close() }
    var interruptions = 0
    reader.beforeRead = {
      guard interruptions == 0 else { return }
      interruptions += 1
      try scene.applyDefinitions(revision: 2)
      scene.log.compact()
    }
    #expect(try feed.refresh())
    #expect(interruptions == 1)
    #expect(feed.current?.revision == 2)
    #expect(try feed.bundleInForce() != nil)
    #expect(try !feed.refresh())
  }

  /// Bundles are never removed, so every version that there was is known.
  @Test func theNewestVersionsAreThoseOfAllBundles() throws {
    let scene = try VerificationScene()
    let (feed, reader) = try feed(scene)
    defer { reader.close() }
    try scene.applyDefinitions(revision: 2)
    scene.log.compact()
    try feed.refresh()
    let current = try #require(try feed.bundleInForce()).bundle
    let newest = feed.newestVersions()
    for entry in current.entries {
      let known = newest.filter { $0.key == .init(kind: entry.definition.kind, id: entry.definition.id) }
      #expect(known.map(\.version) == [entry.definition.version])
      #expect(known.first?.content == entry.canonical)
    }
    #expect(newest.contains { $0.version == 2 })
    #expect(feed.warningsInForce.isEmpty)
  }

  /// A bundle that names no case folding keeps that of before, under its hash of before; and goes on standing
  /// in records that older builds read.
  @Test(arguments: [CaseFolding.basic, .unicode14]) func aBundleKeepsItsCaseFolding(_ folding: CaseFolding)
    throws
  {
    let scene = try VerificationScene()
    let text = "{\"kind\":\"segment\",\"id\":\"s\",\"displayName\":\"S\"}"
    let document = DefinitionDocument(file: "d", value: try DefinitionJSON.read(Array(text.utf8)))
    let bundle = try #require(DefinitionCheck([document], caseFolding: folding).bundle)
    #expect(String(decoding: bundle.bytes, as: UTF8.self).hasPrefix("{\"entities\"") == (folding == .basic))
    let records = try DefinitionRecords.records(
      bundle, as: .init(bundle: bundle.hash.description, revision: 7, appliedAt: EventTime(milliseconds: 0)),
      topic: scene.topics.definitions)
    let value = try #require(records.entries.first?.value)
    #expect(records.bytes[value.indices].first == (folding == .basic ? 1 : 2))
    let publisher = try scene.log.makePublisher()
    defer { publisher.close() }
    try publisher.send(records)
    let (feed, reader) = try feed(scene)
    defer { reader.close() }
    try feed.refresh()
    let read = try #require(try feed.bundleInForce())
    #expect(read.hash == bundle.hash)
    #expect(read.bundle.caseFolding == folding)
  }

  @Test func aCaseFoldingThatThisBuildDoesNotKnowIsAnError() throws {
    let bytes = Array("{\"caseFolding\":\"unicode-99.0\",\"entities\":[]}".utf8)
    #expect(throws: CodecError.self) {
      try DefinitionRecords.bundle(DefinitionHash(of: bytes).description, of: [Compression.compress(bytes)])
    }
  }

  /// What was legal when it was applied keeps running, and says what this build warns about.
  @Test func aSetInForceWithWarningsStaysInForce() throws {
    let scene = try VerificationScene()
    let text =
      "{\"kind\":\"segment\",\"id\":\"s\",\"displayName\":\"S\",\"context\":{\"patterns\":[{\"criteria\":[{\"key\":\"browser.familly\",\"values\":[\"x\"],\"operator\":\"notEqual\",\"entityType\":\"visit\"}]}]}}"
    let check = DefinitionCheck([
      DefinitionDocument(file: "d", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    let bundle = try #require(check.bundle)
    let publisher = try scene.log.makePublisher()
    defer { publisher.close() }
    try publisher.send(
      try DefinitionRecords.records(
        bundle,
        as: .init(bundle: bundle.hash.description, revision: 7, appliedAt: EventTime(milliseconds: 0)),
        topic: scene.topics.definitions))
    let (feed, reader) = try feed(scene)
    defer { reader.close() }
    #expect(try feed.refresh())
    #expect(try feed.bundleInForce()?.hash == bundle.hash)
    #expect(feed.warningsInForce.count == 1)
    #expect(feed.warningsInForce.first?.hasSuffix("(nearest is browser.family)") == true)
  }

  @Test func whatWasReadBeforeAnErrorIsToldByTheNextCall() throws {
    let scene = try VerificationScene()
    let (feed, reader) = try feed(scene)
    defer { reader.close() }
    var calls = 0
    reader.beforeBounds = {
      calls += 1
      if calls == 2 { throw LogError(.retry, code: "away", "the log does not answer") }
    }
    #expect(throws: LogError.self) { try feed.refresh() }
    #expect(try feed.refresh())
    #expect(feed.current?.revision == 1)
    #expect(try !feed.refresh())
  }

  @Test(arguments: [-1, 0, 1])
  func writersThatAreFasterAreNotFollowedForEver(_ more: Int) throws {
    let scene = try VerificationScene()
    let (feed, reader) = try feed(scene)
    defer { reader.close() }
    // Each reading finds more behind its end, but for the last one.
    var left = CompactedTopic.maxRounds - 1 + more
    var revision = 1
    reader.beforeRead = {
      guard left > 0 else { return }
      left -= 1
      revision += 1
      try scene.applyDefinitions(revision: revision)
    }
    if more > 0 {
      let error = #expect(throws: LogError.self) { try feed.refresh() }
      #expect(error?.reaction == .retry)
    }
    #expect(try feed.refresh())
    #expect(feed.current?.revision == revision)
  }
}
