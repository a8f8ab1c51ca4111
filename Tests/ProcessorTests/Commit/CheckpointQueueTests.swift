import JourneyModel
import Testing

@testable import Processor

/// Values that wait to be written to `state`.
@Suite struct CheckpointQueueTests {
  private func id(_ number: UInt64) -> SessionID { SessionID(high: 0, low: number) }
  private func time(_ milliseconds: Int64) -> EventTime { EventTime(milliseconds: milliseconds) }

  @Test func keepsTheFirstChangeOfEachValue() {
    var queue = CheckpointQueue()
    #expect(queue.oldestSequence == nil)
    queue.note(id(1), sequence: 1, at: time(10))
    queue.note(id(2), sequence: 2, at: time(20))
    queue.note(id(1), sequence: 3, at: time(30))
    #expect(queue.count == 2)
    #expect(queue.oldestSequence == 1)
    var popped: [SessionID?] = []
    for limit in [9, 10, 19, 20, 99] as [Int64] { popped.append(queue.pop(changedUpTo: time(limit))) }
    #expect(popped == [nil, id(1), nil, id(2), nil])
    #expect(queue.oldestSequence == nil)
  }

  @Test(arguments: [(9, false), (10, true), (11, true)] as [(Int64, Bool)])
  func theOldestIsDueByItsFirstChange(_ now: Int64, _ isDue: Bool) {
    var queue = CheckpointQueue()
    #expect(!queue.isDue(changedUpTo: time(now)))
    queue.note(id(1), sequence: 1, at: time(10))
    queue.note(id(2), sequence: 2, at: time(20))
    #expect(queue.isDue(changedUpTo: time(now)) == isDue)
  }

  @Test func aPoppedValueMayChangeAgain() {
    var queue = CheckpointQueue()
    queue.note(id(1), sequence: 1, at: time(10))
    _ = queue.pop(changedUpTo: time(10))
    queue.note(id(1), sequence: 5, at: time(50))
    #expect(queue.oldestSequence == 5)
    #expect(queue.count == 1)
  }

  @Test func staysSmallOverManyValues() {
    var queue = CheckpointQueue()
    for number in 0..<20_000 as Range<UInt64> {
      queue.note(id(number), sequence: BatchSequence(Int(number)), at: time(Int64(number)))
      if number >= 5 {
        let popped = queue.pop(changedUpTo: time(Int64(number)))
        #expect(popped == id(number - 5))
      }
    }
    #expect(queue.count == 5)
    #expect(queue.oldestSequence == 19_995)
  }
}
