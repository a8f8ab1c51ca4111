import EventLog
import JourneyModel
import LaneScenes
import Learning
import Predictions
import Processor
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools

/// Runs of training are done again from their examples: what differs is named, and what cannot be done again
/// is counted with the numbers.
@Suite struct TrainingVerificationTests {
  private let scene: LearningScene

  /// Two runs, each with a model.
  init() throws {
    scene = try LearningScene(partitions: 2) { $0.pace.minimum = .init(milliseconds: 1) }
    let desk = try scene.desk()
    defer { desk.close() }
    for (index, count) in [400, 800].enumerated() {
      try scene.publish(
        try scene.examples(count, from: 1_000 * index, seed: UInt64(index + 1), lanes: 2, cutBy: 7))
      let time = LearningScene.start + .hours(Int64(index))
      try scene.send(try #require(try desk.look(at: time, scene.outcomes)).records)
    }
  }

  private func verify(_ change: (inout LaneSettings) -> Void = { _ in }) throws -> TrainingVerification {
    var settings = LaneSettings()
    settings.partitions = 2
    change(&settings)
    return try Verification(settings: settings, patience: .seconds(1)).verifyTraining(on: scene.log)
  }

  private func offset(of key: String) throws -> Int64 {
    let partition = TopicPartition(scene.settings.models, 0)
    let reader = try scene.log.makeReader()
    defer { reader.close() }
    var found: Int64?
    let bounds = try #require(try reader.bounds([partition])[partition])
    try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: .seconds(1)) { chunk in
      for entry in chunk.entries where chunk.copy(entry.key).map({ $0.starts(with: key.utf8) }) ?? false {
        found = found ?? entry.offset.value
      }
      return true
    }
    return try #require(found)
  }

  private func altering(
    _ key: String, _ change: @escaping ([UInt8]) throws -> [UInt8]?,
    _ body: (TrainingVerification) throws -> Void
  ) throws {
    try scene.log.altering(
      TopicPartition(scene.settings.models, 0), at: try offset(of: key),
      { record in
        var record = record
        guard let value = try? change(record.value ?? []) else { return nil }
        record.value = value
        return record
      }, during: { try body(try verify()) })
  }

  @Test func eachRunComesToTheSameAgain() throws {
    let result = try verify()
    #expect(result.runs == 2 && result.equal == 2 && result.models == 2)
    #expect(result.unverifiable.isEmpty && result.mismatches.isEmpty, "\(result)")
  }

  /// A model of other weights under the same name.
  @Test func aPlantedChangeInAModelIsNoticed() throws {
    let model = try #require(try scene.ledger().runs[1]?.outcomes.first?.model)
    try altering("model/\(model)") { value in
      var bytes = try Compression.decompress(value)
      bytes[bytes.count / 2] ^= 1
      return Compression.compress(bytes)
    } _: { result in
      #expect(result.mismatches.count == 1 && result.equal == 0, "\(result)")
      #expect(result.mismatches.first?.contains("run 1: model \(model) of purchase has") ?? false)
      // The second run began with that set, which nobody can join any more.
      #expect(result.unverifiable.map(\.revision) == [2])
    }
  }

  @Test func aPlantedChangeInARunIsNoticed() throws {
    for (member, other, said) in [
      ("\"immature\":", "\"immature\":1", "too young"),
      ("\"decision\":\"published\"", "\"decision\":\"refused\"", "refused"),
      ("\"training\":[", "\"training\":[1", "had"), ("\"overBase\":[", "\"overBase\":[1", "numbers"),
    ] {
      try altering("run/1") { value in
        Array(String(decoding: value, as: UTF8.self).replacing(member, with: other).utf8)
      } _: { result in
        #expect(result.mismatches.count == 1 && result.equal == 1, "\(member): \(result)")
        #expect(
          result.mismatches.first.map { $0.contains("run 1") && $0.contains(said) } ?? false, "\(result)")
      }
    }
    try altering("run/2") { _ in
      Array("{}".utf8)
    } _: { result in
      #expect(result.mismatches.count == 1 && result.runs == 1, "\(result)")
    }
  }

  @Test func examplesThatAreGoneAreCounted() throws {
    scene.log.now += 1_000
    try scene.log.release(before: [TopicPartition(scene.settings.examples, 1): NextOffset(2)], history: .zero)
    let result = try verify()
    #expect(result.runs == 2 && result.equal == 0 && result.mismatches.isEmpty)
    #expect(result.unverifiable.map(\.revision) == [1, 2])
    let reason = try #require(result.unverifiable.first?.reason)
    #expect(reason.contains("examples[1] begins at offset 2") && reason.hasSuffix("2 are gone"), "\(reason)")
  }

  @Test func runsOfOtherTrainersAndPartitionsAreNotJudged() throws {
    try altering("run/1") { value in
      Array(String(decoding: value, as: UTF8.self).replacing("\"trainer\":3", with: "\"trainer\":9").utf8)
    } _: { result in
      #expect(result.unverifiable.map(\.revision) == [1] && result.equal == 1, "\(result)")
    }
    try altering("set/") { _ in
      nil
    } _: { result in
      #expect(result.unverifiable.map(\.revision) == [2] && result.mismatches.isEmpty, "\(result)")
    }
  }

  @Test func withoutTopicsThereIsNothing() throws {
    let result = try verify { $0.topics = TopicNames(prefix: "other.") }
    #expect(result == TrainingVerification())
  }
}
