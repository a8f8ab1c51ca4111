import EventLog
import JourneyModel
import LaneScenes
import LaneStorage
import ProcessRuntime
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// Whoever was still between two reads finds what the next owner has committed since: it asks again, and ends
/// over nothing that is not so.
@Suite struct OvertakenRestoreTests {
  private func partition(_ topic: String) -> TopicPartition { TopicPartition(topic, lane: LaneScene.lane) }

  /// A member of the group that is told offsets of before for a while.
  private final class LateConsumer: GroupConsumer {
    private let inner: any GroupConsumer
    private let web: TopicPartition
    private let before: NextOffset
    private var late: Int

    init(_ inner: any GroupConsumer, _ web: TopicPartition, _ before: NextOffset, late: Int) {
      (self.inner, self.web, self.before, self.late) = (inner, web, before, late)
    }

    func committed(_ partitions: [TopicPartition]) throws -> [TopicPartition: NextOffset?] {
      var found = try inner.committed(partitions)
      guard late > 0 else { return found }
      late -= 1
      found[web] = before
      return found
    }

    func poll(_ limits: FetchLimits, rebalance: (Rebalance) -> Void) throws -> [RecordChunk] {
      try inner.poll(limits, rebalance: rebalance)
    }
    func partitionsAtEnd() -> Set<TopicPartition> { inner.partitionsAtEnd() }
    func positions() -> [TopicPartition: NextOffset] { inner.positions() }
    func ends() -> [TopicPartition: NextOffset] { inner.ends() }
    func seek(_ positions: [TopicPartition: NextOffset]) throws { try inner.seek(positions) }
    func pause(_ partitions: [TopicPartition]) throws { try inner.pause(partitions) }
    func resume(_ partitions: [TopicPartition]) throws { try inner.resume(partitions) }
    func metadata() throws -> any GroupMetadata { try inner.metadata() }
    func close() { inner.close() }
  }

  /// Eight batches are committed, and the first five of them are gone from the input.
  ///
  /// - Parameters:
  ///   - before: the offset that the member is told.
  ///   - late: how often.
  /// - Returns: what was reported: retries and losses.
  private func restore(before: Int64, late: Int) throws -> [String] {
    let scene = try LaneScene()
    for number in 0..<8 {
      let now = Int64(number) * 60_000
      try scene.batch([scene.event(at: now, of: number % 3)], at: now)
    }
    try scene.log.removeRecords(before: [partition("web"): NextOffset(5)])
    var settings = scene.settings
    settings.lostInput = .stop
    var reported: [String] = []
    let request = RetriedRequest(maxRetries: 3, runtime: ThreadRuntime()) { event in
      switch event {
      case .retried(let error): reported.append(error.code)
      case .inputLost: reported.append("lost")
      default: break
      }
    }
    let restoration = LaneRestoration(
      settings: settings, log: scene.log.name, local: LocalStorage(), request: request)
    let inner = try scene.log.makeConsumer(
      ConsumerConfiguration(group: settings.lanes.group, instance: "late", topics: ["web"]))
    let consumer = LateConsumer(inner, partition("web"), NextOffset(before), late: late)
    try restoration.restore(
      [LaneScene.lane], consumer, try scene.log.makeReader(), kept: [:], memoryShare: Int.max
    ) { lane, _, _ in reported.append("restored \(lane)") }
    return reported
  }

  @Test func whoIsBehindAsksAgain() throws {
    #expect(try restore(before: 3, late: 1) == ["overtaken", "restored 1"])
    #expect(try restore(before: 3, late: 0) == ["restored 1"])
  }

  /// While nothing moves a person has to decide.
  @Test func whatIsLostIsSaid() throws {
    let error = #expect(throws: LogError.self) { try restore(before: 3, late: .max) }
    #expect(error?.code == LogError.inputLost)
  }
}
