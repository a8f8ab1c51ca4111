import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Processor
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools

/// A run in the middle of which a segment's rule was changed, and everything that it emitted.
struct SwitchedRun {
  /// A session of a scene.
  struct Place {
    var session: SessionID
    var customer: Explanation.Customer
    var lane: LaneNumber
  }

  let scene: VerificationScene
  let places: [Place]
  /// Derived events of all lanes.
  let derived: [DefinitionValue]
  /// What is in force at the end, and the hash of what was before.
  let bundle: CompiledBundle
  let before: String

  init() async throws {
    scene = try VerificationScene()
    let former = try SwitchedRun.inForce(scene)
    before = former.hash.description
    try await scene.play(minutes: 0..<6, seed: 21)
    try scene.applyDefinitions(revision: 2)
    try await scene.play(minutes: 6..<14, seed: 22)
    bundle = try SwitchedRun.inForce(scene)
    places = try SwitchedRun.places(scene)
    var derived: [DefinitionValue] = []
    for topic in scene.topics.derived {
      for lane in LaneNumber.all(of: VerificationScene.partitions) {
        for record in try scene.records(TopicPartition(topic, lane: lane)) {
          derived.append(try DefinitionJSON.read(record.value ?? []))
        }
      }
    }
    self.derived = derived
  }

  /// Explains one of the definitions in force at the end.
  func explain(
    _ definition: Definition, _ place: Place, by basis: JournaledEvents.Basis
  ) throws -> (explanation: Explanation, notes: [String]) {
    let (found, notes) = try JournaledEvents(log: scene.log, settings: scene.settings.lanes).explain(
      definition, of: bundle, by: basis, session: place.session, customer: place.customer, lane: place.lane)
    return (try #require(found), notes)
  }

  /// What was emitted about a definition in the session of an explanation.
  func told(_ definition: Definition, _ explanation: Explanation) -> ToldVerdict {
    ToldVerdict(
      derived, about: definition, in: Set(explanation.subject.merged + [explanation.subject.id]))
  }

  /// The sessions that the scene has emitted, in order.
  static func places(_ scene: VerificationScene) throws -> [Place] {
    var places: [String: Place] = [:]
    for lane in LaneNumber.all(of: VerificationScene.partitions) {
      for record in try scene.records(TopicPartition(scene.topics.sessions, lane: lane)) {
        guard let key = record.key, let value = record.value else { continue }
        let session = try DefinitionJSON.read(value)
        places[String(decoding: key, as: UTF8.self)] = Place(
          session: try #require(SessionID(text: key)),
          customer: Explanation.Customer(
            id: try #require(session["customerId"]?.text),
            idType: try #require(session["customerIdType"]?.text)),
          lane: lane)
      }
    }
    return places.sorted { $0.key < $1.key }.map(\.value)
  }

  static func inForce(_ scene: VerificationScene) throws -> CompiledBundle {
    let reader = try scene.log.makeReader()
    defer { reader.close() }
    let feed = DefinitionFeed(
      reader: reader, topic: scene.topics.definitions, settings: RuleSettings(), patience: .seconds(1))
    try feed.refresh()
    return try #require(try feed.bundleInForce())
  }
}
