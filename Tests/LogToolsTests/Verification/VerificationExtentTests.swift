import EventLog
import JourneyModel
import LaneScenes
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools
@testable import Processor

/// What cannot be verified is said with its numbers, and what can be still is: after retention, after
/// compaction, and after other settings.
@Suite struct VerificationExtentTests {
  private static let lanes = LaneNumber.all(of: VerificationScene.partitions)

  private func journals(_ scene: VerificationScene, _ lane: LaneNumber) throws -> [(
    offset: Int64, record: JournalRecord
  )] {
    try scene.records(TopicPartition(scene.topics.journal, lane: lane)).map {
      ($0.offset, try JournalRecord(decoding: try #require($0.value)))
    }
  }

  /// Removes what retention would have: everything of the lanes below a share of their batches.
  ///
  /// - Parameter redo: the share of redo records that go.
  private func expire(_ scene: VerificationScene, journal: Double?, inputs: Double?, redo: Double?) throws {
    var positions: [TopicPartition: NextOffset] = [:]
    for lane in VerificationExtentTests.lanes {
      let journals = try journals(scene, lane)
      if let journal {
        positions[TopicPartition(scene.topics.journal, lane: lane)] = NextOffset(
          journals[Int(Double(journals.count) * journal)].offset)
      }
      if let inputs {
        for (topic, range) in journals[Int(Double(journals.count) * inputs)].record.ranges {
          positions[TopicPartition(topic, lane: lane)] = NextOffset(range.lowerBound)
        }
      }
      if let redo {
        let records = try scene.records(TopicPartition(scene.topics.redo, lane: lane))
        positions[TopicPartition(scene.topics.redo, lane: lane)] = NextOffset(
          records[Int(Double(records.count) * redo)].offset)
      }
    }
    try scene.log.removeRecords(before: positions)
  }

  private func played(compacted: Set<String> = [], seed: UInt64 = 1) async throws -> VerificationScene {
    let scene = try VerificationScene(compacted: compacted)
    try await scene.play(minutes: 0..<30, seed: seed)
    return scene
  }

  @Test(arguments: [false, true], [nil, 0.3] as [Double?])
  func whatIsStillRetainedIsVerified(isCompacted: Bool, redo: Double?) async throws {
    var begun = 0
    for seed in 1...2 as ClosedRange<UInt64> {
      let scene = try await played(compacted: isCompacted ? ["sessions", "state"] : [], seed: seed)
      if isCompacted { scene.log.compact(tombstoneRetention: .zero) }
      let journalled = try VerificationExtentTests.lanes.map { try journals(scene, $0) }
      try expire(scene, journal: 0.25, inputs: 0.4, redo: redo)
      for lane in VerificationExtentTests.lanes {
        let result = try scene.verify(lane)
        #expect(result.mismatch == nil, "seed \(seed)")
        let count = BatchSequence(journalled[lane.index].count)
        let gone = BatchSequence(Int(Double(count.value) * 0.25))
        #expect(result.journalled == gone + 1...count)
        guard let verified = result.verified else { continue }
        begun += 1
        #expect(verified.lowerBound > gone + 1)
        #expect(verified.upperBound == count)
        #expect(result.restored != nil)
        // Every batch is verified or accounted for.
        let unverifiable = result.unverifiable.reduce(into: Set<BatchSequence>()) {
          $0.formUnion($1.sequences)
        }
        #expect(unverifiable == Set(gone + 1..<verified.lowerBound))
        #expect(result.unverifiable.contains { $0.reason.contains("begins at offset") })
        for topic in [scene.topics.sessions, scene.topics.redo] {
          #expect((result.compared[topic]?.equal ?? 0) > 0, "\(topic)")
        }
        try expectChangesAreFound(scene, lane, from: verified.lowerBound)
      }
    }
    #expect(begun >= 2, "only \(begun) lanes could be begun with, so this showed little")
  }

  /// Changes one bit of a value.
  private static func flip(_ stored: SimulatedLog.Stored, at index: Int) -> SimulatedLog.Stored {
    var changed = stored
    changed.value?[index] ^= 0x04
    return changed
  }

  /// Changes records of the last batches, which are verified.
  private func expectChangesAreFound(_ scene: VerificationScene, _ lane: LaneNumber, from: BatchSequence)
    throws
  {
    for topic in [scene.topics.sessions, scene.topics.redo] {
      let partition = TopicPartition(topic, lane: lane)
      let record = try #require(try scene.records(partition).last)
      var found: VerificationMismatch?
      try scene.log.altering(
        partition, at: record.offset,
        { stored in
          let count = stored.value?.count ?? 1
          return VerificationExtentTests.flip(stored, at: count / 2)
        },
        during: { found = try scene.verify(lane).mismatch })
      #expect(found?.topic == topic, "\(found?.description ?? "nothing found")")
      #expect(found?.offset == record.offset)
    }
    // Before the beginning redo is compared with the journal's digest.
    let partition = TopicPartition(scene.topics.redo, lane: lane)
    // Of the oldest batch that has records retention may have left a part, so its digest says nothing.
    let journalled = try #require(try journals(scene, lane).first).record.sequence
    let retained = try #require(
      try scene.records(partition).first.map { try RedoChanges($0.value ?? []).sequence })
    let early = try scene.records(partition).first { record in
      let sequence = try RedoChanges(record.value ?? []).sequence
      return sequence >= journalled && sequence > retained && sequence < from
    }
    guard let early else { return }
    var found: VerificationMismatch?
    try scene.log.altering(
      partition, at: early.offset,
      { stored in
        let count = stored.value?.count ?? 3
        return VerificationExtentTests.flip(stored, at: count - 3)
      },
      during: { found = try scene.verify(lane).mismatch })
    #expect(found?.topic == scene.topics.redo, "\(found?.description ?? "nothing found")")
  }

  @Test func otherSettingsAreSaidAndWhatCameAfterThemIsVerified() async throws {
    let before = try await played()
    let counts = try VerificationExtentTests.lanes.map { try journals(before, $0).count }
    var settings = before.settings
    settings.lanes.sessions.webGap = .minutes(4)
    let after = before.with(settings)
    try await after.play(minutes: 30..<50, seed: 9)
    for lane in VerificationExtentTests.lanes {
      let total = BatchSequence(try journals(after, lane).count)
      let count = BatchSequence(counts[lane.index])
      let result = try after.verify(lane)
      #expect(result.mismatch == nil)
      #expect(result.verified == count + 1...total)
      #expect(result.restored != nil)
      #expect(result.unverifiable.map(\.sequences) == [1...count])
      #expect(result.unverifiable[0].reason.contains(before.settings.lanes.digest))
      #expect(result.unverifiable[0].digested == counts[lane.index])
      // Under the old settings it is the other way round.
      let old = try before.verify(lane)
      #expect(old.mismatch == nil)
      #expect(old.verified == 1...count)
      #expect(old.unverifiable.map(\.sequences) == [count + 1...total])
    }
  }

  @Test func aRecordThatRetentionNeverTookIsMissed() async throws {
    let scene = try await played()
    let lane: LaneNumber = 0
    try expire(scene, journal: 0.3, inputs: 0.3, redo: nil)
    let result = try scene.verify(lane)
    let verified = try #require(result.verified)
    let records = try scene.records(TopicPartition(scene.topics.sessions, lane: lane))
    // The last ones belong to batches that are verified.
    for record in records.suffix(3) {
      var found: VerificationMismatch?
      try scene.log.altering(
        TopicPartition(scene.topics.sessions, lane: lane), at: record.offset, { _ in nil }
      ) {
        found = try scene.verify(lane).mismatch
      }
      #expect(found?.topic == scene.topics.sessions, "\(found?.description ?? "nothing found")")
      #expect((found?.sequence ?? 0) >= verified.lowerBound)
    }
  }

  @Test func aLaneWithoutJournalIsEmpty() throws {
    let scene = try VerificationScene()
    let result = try scene.verify(1)
    #expect(result == LaneVerification(lane: 1))
  }

  @Test func endedSessionsAreRememberedUpToALimit() {
    for count in 2...4 {
      var gone = GoneSessions(limit: 3)
      for number in 0..<count { gone.insert(SessionID(high: 0, low: UInt64(number))) }
      for number in 0..<count {
        let isKnown = gone.contains(SessionID(high: 0, low: UInt64(number)))
        #expect(isKnown)
      }
      // One that there never was passes only once something had to be forgotten.
      let isForgiven = gone.contains(SessionID(high: 1, low: 1))
      #expect(isForgiven == (count > 3))
    }
  }
}
