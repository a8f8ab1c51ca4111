import EventLog
import JourneyModel
import LaneScenes
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools
@testable import Processor

/// A run that leaves snapshots out is verified as any other: what is left out must not be there either.
@Suite struct PolicyVerificationTests {
  @Test(arguments: [
    SnapshotPolicy(.ends), SnapshotPolicy(.ends, final: .withEnd), SnapshotPolicy(.ends, final: .never),
    SnapshotPolicy(.changes, final: .withEnd), SnapshotPolicy(.milestones, final: .never),
  ])
  func aRunUnderItIsVerified(_ policy: SnapshotPolicy) async throws {
    let scene = try VerificationScene { $0.lanes.snapshots = policy }
    try await scene.play(minutes: 0..<12, seed: 3, withFaults: true)
    try await scene.play(minutes: 12..<20, seed: 4)
    scene.clock.set(VerificationScene.start + 40 * 60_000)
    try await scene.work()
    let topic = scene.topics.sessions
    for lane in LaneNumber.all(of: VerificationScene.partitions) {
      let result = try scene.verify(lane)
      #expect(result.mismatch == nil)
      #expect(result.unverifiable.isEmpty)
      let partition = TopicPartition(topic, lane: lane)
      let records = try scene.records(partition)
      #expect(result.compared[topic]?.equal == records.count)
      #expect(records.count > 5)
      for record in [records[0], records[records.count / 2]] {
        try scene.log.altering(partition, at: record.offset, { _ in nil }) {
          let found = try scene.verify(lane).mismatch
          #expect(found?.topic == topic, "a record that is gone: \(found?.description ?? "nothing found")")
        }
        try scene.log.altering(
          partition, at: record.offset,
          { stored in
            var stored = stored
            stored.value?[0] ^= 2
            return stored
          }
        ) {
          let found = try scene.verify(lane).mismatch
          #expect(found?.offset == record.offset, "a changed byte: \(found?.description ?? "nothing found")")
        }
      }
    }
    // Under another policy nothing is claimed.
    var other = scene.settings
    other.lanes.snapshots = SnapshotPolicy()
    let result = try scene.with(other).verify(0)
    #expect(result.mismatch == nil)
    #expect(result.verified == nil)
    #expect(result.unverifiable.first?.reason.contains(scene.settings.lanes.digest) ?? false)
  }
}
