import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Processor
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools

/// Explanations from a log: what the processor has emitted, by way of its journal.
@Suite struct JournaledEventsTests {
  @Test func verdictsAreThoseThatTheProcessorTold() async throws {
    let scene = try VerificationScene()
    try await scene.play(minutes: 0..<12, seed: 3, withFaults: true)
    let topics = scene.topics
    let reader = try scene.log.makeReader()
    defer { reader.close() }
    var derived: [DefinitionValue] = []
    var places: [String: (lane: LaneNumber, value: DefinitionValue)] = [:]
    for lane in LaneNumber.all(of: VerificationScene.partitions) {
      for topic in topics.derived + [topics.sessions] {
        for record in try records(TopicPartition(topic, lane: lane), reader) {
          guard let value = record.value else { continue }
          let read = try DefinitionJSON.read(value)
          if topic == topics.sessions {
            places[String(decoding: record.key ?? [], as: UTF8.self)] = (lane, read)
          } else {
            derived.append(read)
          }
        }
      }
    }
    let feed = DefinitionFeed(
      reader: reader, topic: topics.definitions, settings: RuleSettings(), patience: .seconds(1))
    try feed.refresh()
    let bundle = try #require(try feed.bundleInForce())
    let events = JournaledEvents(log: scene.log, settings: scene.settings.lanes)
    var held = 0
    for (id, place) in places.sorted(by: { $0.key < $1.key }) {
      let session = try #require(SessionID(text: Array(id.utf8)))
      let customer = Explanation.Customer(
        id: try #require(place.value["customerId"]?.text),
        idType: try #require(place.value["customerIdType"]?.text))
      for definition in bundle.bundle.entries.map(\.definition) {
        let (found, notes) = try events.explain(
          definition, of: bundle, by: .bundlesOfThen, session: session, customer: customer,
          lane: place.lane)
        let explanation = try #require(found)
        #expect(notes.isEmpty)
        #expect(explanation.subject.events.count == explanation.subject.eventCount)
        let told = ToldVerdict(
          derived, about: definition, in: Set(explanation.subject.merged + [explanation.subject.id]))
        #expect(told.agrees(with: explanation), "\(id), \(definition.id): \(told)")
        if explanation.held { held += 1 }
      }
    }
    #expect(places.count > 10)
    #expect(held > 10)
  }

  @Test func otherDefinitionsThanThoseOfTheRunAreNamed() async throws {
    let scene = try VerificationScene()
    try await scene.play(minutes: 0..<2, seed: 3)
    let bundle = try LateSegment.bundle()
    let reader = try scene.log.makeReader()
    defer { reader.close() }
    let record = try #require(
      try LaneNumber.all(of: VerificationScene.partitions).flatMap { lane in
        try records(TopicPartition(scene.topics.sessions, lane: lane), reader).map { (lane, $0) }
      }.first { $0.1.value != nil })
    let value = try DefinitionJSON.read(record.1.value ?? [])
    let (_, notes) = try JournaledEvents(log: scene.log, settings: scene.settings.lanes).explain(
      bundle.bundle.entries[0].definition, of: bundle, by: .givenBundle,
      session: try #require(SessionID(text: record.1.key ?? [])),
      customer: Explanation.Customer(
        id: try #require(value["customerId"]?.text), idType: try #require(value["customerIdType"]?.text)),
      lane: record.0)
    #expect(notes.contains { $0.contains("under other definitions") })
  }

  @Test func whatWasNotInForceThenHoldsInNoSession() async throws {
    let scene = try VerificationScene()
    try await scene.play(minutes: 0..<2, seed: 3)
    let asked = try LateSegment.bundle()
    for place in try SwitchedRun.places(scene) {
      let (found, notes) = try JournaledEvents(log: scene.log, settings: scene.settings.lanes).explain(
        asked.bundle.entries[0].definition, of: asked, by: .bundlesOfThen, session: place.session,
        customer: place.customer, lane: place.lane)
      let explanation = try #require(found)
      #expect(!explanation.held)
      #expect(notes.isEmpty)
      #expect(
        explanation.notes.contains { $0.hasPrefix("it was not in force when the session's events came") })
    }
  }

  private func records(
    _ partition: TopicPartition, _ reader: any PartitionReader
  ) throws -> [(key: [UInt8]?, value: [UInt8]?)] {
    guard let bounds = try reader.bounds([partition])[partition], bounds.earliest < bounds.end else {
      return []
    }
    var records: [(key: [UInt8]?, value: [UInt8]?)] = []
    try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: .seconds(1)) { chunk in
      for entry in chunk.entries { records.append((chunk.copy(entry.key), chunk.copy(entry.value))) }
      return true
    }
    return records
  }
}

/// Definitions that no run of the scene had in force: a segment that every web session would be in.
private enum LateSegment {
  static func bundle() throws -> CompiledBundle {
    let check = DefinitionCheck([
      DefinitionDocument(
        file: "s",
        value: try DefinitionJSON.read(
          Array(ExplanationScene.segment("s", journey: ExplanationScene.pattern()).utf8)))
    ])
    return CompiledBundle(try #require(check.bundle))
  }
}
