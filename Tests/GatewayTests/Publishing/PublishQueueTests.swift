import EventLog
import Testing

@testable import Gateway

/// The machine behind a reference, so that expectations may change it.
private final class Queue {
  private var machine: PublishQueue

  init(_ limits: PublishLimits) { machine = PublishQueue(limits) }

  var isAway: Bool { machine.isAway }
  var isEmpty: Bool { machine.isEmpty }
  func offer(_ submission: Submission, now: Duration) -> Bool { machine.offer(submission, now: now) }
  func take() -> [Submission] { machine.take() }
  func noteSent() { machine.noteSent() }
  func noteFailed(now: Duration) { machine.noteFailed(now: now) }
  func stop() { machine.stop() }
}

@Suite struct PublishQueueTests {
  private static func submission(_ records: Int, bytes: Int = 10) -> Submission {
    var batch = OutputBatch()
    for _ in 0..<records {
      batch.append("t", partition: -1, key: nil, value: [UInt8](repeating: 1, count: bytes))
    }
    return Submission(batch: batch) { _ in }
  }

  private static func limits(_ change: (inout PublishLimits) -> Void = { _ in }) -> PublishLimits {
    var limits = PublishLimits()
    change(&limits)
    return limits
  }

  @Test func whatWaitsGoesTogether() {
    let queue = Queue(PublishLimits())
    #expect(queue.take().isEmpty)
    for _ in 0..<3 { #expect(queue.offer(PublishQueueTests.submission(2), now: .zero)) }
    #expect(queue.take().count == 3)
    #expect(queue.isEmpty)
  }

  @Test(arguments: [-1, 0, 1])
  func aSendHasALimitOfRecords(_ offset: Int) {
    let queue = Queue(PublishQueueTests.limits { $0.maxRecords = 10 })
    _ = queue.offer(PublishQueueTests.submission(4), now: .zero)
    _ = queue.offer(PublishQueueTests.submission(6 + offset), now: .zero)
    #expect(queue.take().count == (offset > 0 ? 1 : 2))
    #expect(queue.take().count == (offset > 0 ? 1 : 0))
  }

  @Test(arguments: [-1, 0, 1])
  func aSendHasALimitOfBytes(_ offset: Int) {
    let queue = Queue(PublishQueueTests.limits { $0.maxBytes = 100 })
    _ = queue.offer(PublishQueueTests.submission(1, bytes: 40), now: .zero)
    _ = queue.offer(PublishQueueTests.submission(1, bytes: 60 + offset), now: .zero)
    #expect(queue.take().count == (offset > 0 ? 1 : 2))
  }

  @Test func aLargeRequestGoesAlone() {
    let queue = Queue(PublishQueueTests.limits { $0.maxRecords = 10 })
    _ = queue.offer(PublishQueueTests.submission(100), now: .zero)
    _ = queue.offer(PublishQueueTests.submission(1), now: .zero)
    #expect(queue.take().map(\.batch.entries.count) == [100])
    #expect(queue.take().map(\.batch.entries.count) == [1])
  }

  @Test func aLogThatFailsIsAwayAndTriedNowAndThen() {
    let queue = Queue(PublishQueueTests.limits { $0.failuresUntilAway = 3 })
    for count in 1...3 {
      #expect(queue.offer(PublishQueueTests.submission(1), now: .seconds(count)))
      _ = queue.take()
      queue.noteFailed(now: .seconds(count))
      #expect(queue.isAway == (count == 3))
    }
    #expect(!queue.offer(PublishQueueTests.submission(1), now: .seconds(4) - .milliseconds(1)))
    #expect(queue.offer(PublishQueueTests.submission(1), now: .seconds(4)), "one tries it")
    #expect(!queue.offer(PublishQueueTests.submission(1), now: .seconds(4)), "and only one")
    _ = queue.take()
    queue.noteSent()
    #expect(queue.offer(PublishQueueTests.submission(1), now: .seconds(4)))
  }

  @Test func nothingIsTakenOnceItStops() {
    let queue = Queue(PublishLimits())
    #expect(queue.offer(PublishQueueTests.submission(1), now: .zero))
    queue.stop()
    #expect(!queue.offer(PublishQueueTests.submission(1), now: .zero))
    #expect(queue.take().count == 1)
  }

  @Test func batchesAreJoinedRecordByRecord() {
    var first = OutputBatch()
    first.append("a", partition: 1, key: [1], value: [2, 3], headers: HeaderBlock([("h", "v")]))
    var second = OutputBatch()
    second.append("b", partition: 2, key: nil, value: nil)
    second.append("a", partition: 3, key: [4, 5], value: [6])
    var joined = OutputBatch()
    joined.append(contentsOf: first)
    joined.append(contentsOf: second)
    func bytes(_ slice: ByteSlice?) -> [UInt8]? { slice.map { Array(joined.bytes[$0.indices]) } }
    #expect(joined.entries.map { joined.topics[$0.topic] } == ["a", "b", "a"])
    #expect(joined.entries.map(\.partition) == [1, 2, 3])
    #expect(joined.entries.map { bytes($0.key) } == [[1], nil, [4, 5]])
    #expect(joined.entries.map { bytes($0.value) } == [[2, 3], nil, [6]])
    #expect(joined.entries.map { bytes($0.headers) } == [HeaderBlock([("h", "v")]).bytes, nil, nil])
  }
}
