import EventLog
import JourneyModel
import LaneScenes
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools
@testable import Processor

/// A run is verified from its journal, and every change of a stored byte is found and named.
@Suite struct VerificationTests {
  private static let lanes = LaneNumber.all(of: VerificationScene.partitions)

  private static func played(compacted: Set<String> = []) async throws -> VerificationScene {
    let scene = try VerificationScene(compacted: compacted)
    try await scene.play(minutes: 0..<15, seed: 1)
    try await scene.play(minutes: 15..<30, seed: 2, withFaults: true)
    // Nothing arrives any more: ticks end what is over.
    scene.clock.set(VerificationScene.start + 45 * 60_000)
    try await scene.work()
    return scene
  }

  /// What each topic's records show of their batch, without the verification's own code.
  private struct Batches {
    private var bySnapshot: [String: BatchSequence] = [:]
    private var gone: [String: BatchSequence] = [:]
    var journals: [JournalRecord] = []

    init(_ scene: VerificationScene, _ lane: LaneNumber) throws {
      for record in try scene.records(TopicPartition(scene.topics.journal, lane: lane)) {
        journals.append(try JournalRecord(decoding: try #require(record.value)))
      }
      for record in try scene.records(TopicPartition(scene.topics.redo, lane: lane)) {
        let changes = try RedoChanges(try #require(record.value))
        for change in changes.changes {
          guard let value = change.value else {
            // Its last snapshot came with the batch that dropped it.
            gone[change.id.text] = changes.sequence
            continue
          }
          let session = try #require(StateCodec.decode(value).session)
          let name = "\(session.id.text):\(session.emittedRevision)"
          bySnapshot[name] = min(bySnapshot[name] ?? BatchSequence(.max), changes.sequence)
        }
      }
    }

    /// The batch that wrote a snapshot, by session id and revision.
    func ofSnapshot(_ name: String) -> BatchSequence? { bySnapshot[name] ?? gone[String(name.prefix(36))] }

    /// The batch that wrote the so-manieth dead letter.
    func ofRejection(_ index: Int) -> BatchSequence {
      var before = 0
      for journal in journals {
        before += journal.counts.rejected
        if index < before { return journal.sequence }
      }
      return 0
    }
  }

  @Test func aRunWithEverythingInItIsVerified() async throws {
    let scene = try await VerificationTests.played()
    #expect(scene.log.firedFaults.count(.commit) > 0, "no transaction failed, so this showed little")
    var compared: [String: Int] = [:]
    var tombstones = 0
    var ticks = 0
    for lane in VerificationTests.lanes {
      let result = try scene.verify(lane)
      #expect(result.mismatch == nil)
      #expect(result.unverifiable.isEmpty)
      #expect(result.verified == result.journalled)
      #expect(result.restored != nil)
      let topics = scene.topics
      for topic in [topics.sessions, topics.rejected, topics.redo, topics.state] + topics.derived {
        let records = try scene.records(TopicPartition(topic, lane: lane))
        #expect(result.compared[topic]?.equal == records.count, "\(topic)")
        compared[topic, default: 0] += records.count
        if topic == topics.state { tombstones += records.count { $0.value == nil } }
      }
      compared[topics.routed, default: 0] += result.compared[topics.routed]?.equal ?? 0
      for record in try scene.records(TopicPartition(topics.journal, lane: lane)) {
        if try !JournalRecord(decoding: record.value ?? []).ticks.isEmpty { ticks += 1 }
      }
    }
    var routed = 0
    for lane in VerificationTests.lanes {
      routed += try scene.records(TopicPartition(scene.topics.routed, lane: lane)).count
    }
    #expect(compared[scene.topics.routed] == routed)
    // Nobody looks for persons here, and nothing is predicted.
    let unwritten = [scene.topics.journal, scene.topics[.contacts], scene.topics[.examples]]
    for topic in scene.topics.produced where !unwritten.contains(topic) {
      #expect(compared[topic, default: 0] > 10, "hardly any record of \(topic), so this showed little")
    }
    #expect(tombstones > 0, "no tombstone was written")
    #expect(ticks > 0, "there was no tick")
  }

  // MARK: - One byte

  private enum Part: CaseIterable { case key, value, headers }

  /// Flips one bit of a byte at a share of the part's length.
  private static func flip(_ record: SimulatedLog.Stored, _ part: Part, at share: Double)
    -> SimulatedLog.Stored
  {
    func flipped(_ bytes: [UInt8]?) -> [UInt8]? {
      guard var bytes, !bytes.isEmpty else { return bytes }
      bytes[min(Int(Double(bytes.count) * share), bytes.count - 1)] ^= 0x02
      return bytes
    }
    var record = record
    switch part {
    case .key: record.key = flipped(record.key)
    case .value: record.value = flipped(record.value)
    case .headers: record.headers = flipped(record.headers)
    }
    return record
  }

  private func mismatch(
    _ scene: VerificationScene, _ lane: LaneNumber, _ topic: String, _ owner: LaneNumber, at offset: Int64,
    _ change: (SimulatedLog.Stored) -> SimulatedLog.Stored?
  ) throws -> VerificationMismatch? {
    var found: VerificationMismatch?
    try scene.log.altering(TopicPartition(topic, lane: owner), at: offset, change) {
      found = try scene.verify(lane).mismatch
    }
    return found
  }

  @Test func oneChangedByteIsNamed() async throws {
    let scene = try await VerificationTests.played()
    let topics = scene.topics
    let lane: LaneNumber = 1
    let batches = try Batches(scene, lane)
    for topic in [topics.sessions, topics.rejected, topics.redo, topics.state] + topics.derived {
      let records = try scene.records(TopicPartition(topic, lane: lane))
      for part in Part.allCases {
        for (number, share) in [0.0, 0.3, 0.5, 0.77, 1.0].enumerated() {
          let index = (records.count - 1) * number / 4
          let record = records[index]
          var has = false
          let found = try mismatch(scene, lane, topic, lane, at: record.offset) { stored in
            let changed = VerificationTests.flip(stored, part, at: share)
            has = changed != stored
            return changed
          }
          guard has else { continue }
          let name = "\(topic) \(part) \(index) at \(share): \(found?.description ?? "nothing found")"
          #expect(found?.lane == lane, "\(name)")
          #expect(found?.topic == topic, "\(name)")
          #expect(found?.partition == lane.partition, "\(name)")
          #expect(found?.offset == record.offset, "\(name)")
          switch topic {
          case topics.sessions:
            let id = record.headers?.text("ce_id") ?? ""
            #expect(found?.sequence == batches.ofSnapshot(id), "\(name)")
          case topics.rejected: #expect(found?.sequence == batches.ofRejection(index), "\(name)")
          case topics.redo:
            #expect(found?.sequence == (try RedoChanges(record.value ?? []).sequence), "\(name)")
          default: #expect((found?.sequence ?? 0) > 0, "\(name)")
          }
        }
      }
    }
    #expect(try scene.verify(lane).mismatch == nil, "the damage was not put right")
  }

  @Test func aChangedRoutedRecordIsNamedByTheLaneThatWroteIt() async throws {
    let scene = try await VerificationTests.played()
    for owner in VerificationTests.lanes {
      let records = try scene.records(TopicPartition(scene.topics.routed, lane: owner))
      for index in [0, records.count / 2, records.count - 1] {
        let record = records[index]
        let origin = record.headers?.text("sojourn-origin-partition").flatMap { Int32($0) }
        let writer = LaneNumber(try #require(origin))
        for part in Part.allCases {
          let found = try mismatch(scene, writer, scene.topics.routed, owner, at: record.offset) {
            VerificationTests.flip($0, part, at: 0.4)
          }
          #expect(found?.lane == writer)
          #expect(found?.topic == scene.topics.routed)
          #expect(found?.partition == owner.partition)
          #expect(found?.offset == record.offset)
        }
      }
    }
  }

  @Test func aChangedJournalIsNamed() async throws {
    let scene = try await VerificationTests.played()
    let partition = TopicPartition(scene.topics.journal, 0)
    let records = try scene.records(partition)
    let journals = try records.map { try JournalRecord(decoding: $0.value ?? []) }
    // A batch that wrote something: the digests of nothing read the same from both ends.
    let nothing = Digest().text
    let index = try #require(
      journals.indices.last { journals[$0].outputs != nothing && journals[$0].state != nothing })
    let record = records[index]
    let journal = journals[index]
    var wrong: [JournalRecord] = []
    func change(_ body: (inout JournalRecord) -> Void) {
      var changed = journal
      body(&changed)
      wrong.append(changed)
    }
    change { $0.outputs = String($0.outputs.reversed()) }
    change { $0.state = String($0.state.reversed()) }
    change { $0.counts.applied += 1 }
    change { $0.highest[.web] = EventTime(milliseconds: 1) }
    change { $0.sequence += 1 }
    change { $0.lane = $0.lane.advanced(by: 1) }
    change { $0.partitions += 1 }
    change { $0.ranges["web"] = 1_000_000..<1_000_001 }
    for changed in wrong {
      let found = try mismatch(scene, 0, partition.topic, 0, at: record.offset) { stored in
        var stored = stored
        stored.value = changed.encoded()
        return stored
      }
      #expect(found?.sequence == journal.sequence, "\(found?.description ?? "nothing")")
      #expect(found?.topic == partition.topic)
      #expect(found?.offset == record.offset)
    }
    let found = try mismatch(scene, 0, partition.topic, 0, at: record.offset) {
      VerificationTests.flip($0, .value, at: 0)
    }
    #expect(found?.offset == record.offset)
  }

  @Test func aChangedInputIsNamedByWhatItGave() async throws {
    let scene = try await VerificationTests.played()
    let partition = TopicPartition("web", 0)
    let records = try scene.records(partition)
    let record = records[records.count / 2]
    let found = try mismatch(scene, 0, "web", 0, at: record.offset) { stored in
      var stored = stored
      stored.value = Array("{}".utf8)
      return stored
    }
    #expect(found?.note?.contains("input") == true, "\(found?.description ?? "nothing")")
  }

  // MARK: - Missing records

  @Test func aMissingRecordIsNamed() async throws {
    let scene = try await VerificationTests.played()
    let topics = scene.topics
    let lane: LaneNumber = 2
    let batches = try Batches(scene, lane)
    for topic in [topics.sessions, topics.rejected, topics.redo] + topics.derived {
      let records = try scene.records(TopicPartition(topic, lane: lane))
      for index in [0, records.count / 2, records.count - 1] {
        let found = try mismatch(scene, lane, topic, lane, at: records[index].offset) { _ in nil }
        let name = "\(topic) \(index): \(found?.description ?? "nothing found")"
        #expect(found?.topic == topic, "\(name)")
        let next = index + 1 < records.count ? records[index + 1].offset : nil
        #expect(found?.offset == next, "\(name)")
        if topic == topics.rejected { #expect(found?.sequence == batches.ofRejection(index), "\(name)") }
      }
    }
  }

  @Test func theNewestValueOfAKeyMustBeThere() async throws {
    let scene = try await VerificationTests.played(compacted: ["sessions", "state"])
    let topics = scene.topics
    scene.log.compact(tombstoneRetention: .zero)
    var checked = 0
    for lane in VerificationTests.lanes {
      let result = try scene.verify(lane)
      #expect(result.mismatch == nil)
      #expect((result.compared[topics.sessions]?.compacted ?? 0) > 0, "compaction removed nothing")
      for topic in [topics.sessions, topics.state] {
        let records = try scene.records(TopicPartition(topic, lane: lane))
        // A value that redo holds as well is not missed.
        let held = topic == topics.state ? try inRedo(scene, lane) : []
        for record in records.filter({ $0.value != nil && !held.contains($0.key ?? []) }).suffix(5) {
          checked += 1
          let found = try mismatch(scene, lane, topic, lane, at: record.offset) { _ in nil }
          #expect(
            found?.topic == topic, "\(topic) \(record.offset): \(found?.description ?? "nothing found")")
        }
        for record in records.filter({ $0.value != nil }).prefix(5) {
          let found = try mismatch(scene, lane, topic, lane, at: record.offset) {
            VerificationTests.flip($0, .value, at: 0.6)
          }
          #expect(found?.offset == record.offset, "\(topic): \(found?.description ?? "nothing found")")
        }
      }
    }
    #expect(checked > 15)
  }

  /// The keys of the sessions whose last change a restore takes from `redo`.
  private func inRedo(_ scene: VerificationScene, _ lane: LaneNumber) throws -> Set<[UInt8]> {
    let from = try #require(try Batches(scene, lane).journals.last).redoFrom
    var keys: Set<[UInt8]> = []
    for record in try scene.records(TopicPartition(scene.topics.redo, lane: lane)) {
      let changes = try RedoChanges(try #require(record.value))
      guard changes.sequence >= from else { continue }
      for change in changes.changes { keys.insert(Array(change.id.text.utf8)) }
    }
    return keys
  }

  @Test func aRecordThatNothingGaveIsNamed() async throws {
    let scene = try await VerificationTests.played()
    let publisher = try scene.log.makePublisher()
    var batch = OutputBatch()
    batch.append(scene.topics.sessions, partition: 1, key: [0x61], value: [0x7b, 0x7d])
    try publisher.send(batch)
    let found = try #require(try scene.verify(1).mismatch)
    #expect(found.topic == scene.topics.sessions)
    #expect(found.difference.contains("nothing gave"))
    #expect(try scene.verify(0).mismatch == nil)
  }
}
