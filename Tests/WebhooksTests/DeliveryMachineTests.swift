import EventLog
import JourneyModel
import SeededGenerator
import Testing

@testable import Webhooks

@Suite struct DeliveryMachineTests {
  @Test func oneSessionsTriggersGoOneAfterTheOther() {
    var scene = MachineScene()
    for (name, session) in [("a1", "a"), ("b1", "b"), ("a2", "a"), ("b2", "b"), ("a3", "a")] {
      scene.take(name, session: session)
    }
    let first = scene.start()
    #expect(first.names == ["a1", "b1"])
    #expect(scene.start().isEmpty)
    scene.answer(first[1], 200)
    let second = scene.start()
    #expect(second.names == ["b2"])
    scene.answer(first[0], 503)
    #expect(scene.start().isEmpty, "a2 waits for a1, which is tried again later")
    scene.milliseconds += 500
    #expect(scene.start().names == ["a1"])
  }

  @Test(arguments: [1, 3]) func noMoreRequestsThanAllowed(limit: Int) {
    var rules = DeliveryRules()
    rules.maxConcurrent = limit
    var scene = MachineScene(rules: rules)
    for number in 0..<10 { scene.take("t\(number)", session: "s\(number)") }
    let begun = scene.start()
    #expect(begun.count == limit)
    #expect(scene.machine.requests == limit)
    scene.answer(begun[0], 204)
    #expect(scene.start().count == 1)
  }

  @Test func theCommitGoesOnlyBehindWhatIsSettled() {
    var scene = MachineScene()
    for number in 0..<4 { scene.take("t\(number)", session: "s\(number)") }
    #expect(scene.machine.due() == nil, "nothing is settled, and 0 is committed already")
    let begun = scene.start()
    scene.answer(begun[2], 200)
    #expect(scene.commit().position == nil)
    scene.answer(begun[0], 200)
    #expect(scene.commit().position == 1)
    scene.answer(begun[1], 200)
    #expect(scene.commit().position == 3)
    scene.answer(begun[3], 404)
    let last = scene.commit()
    #expect(last.position == 4)
    #expect(last.failures.map(\.reason) == [.refused])
    #expect(scene.machine.due() == nil)
    #expect(scene.machine.bytes == 0)
  }

  @Test func aFailureIsWrittenWithThePositionThatPassesIt() throws {
    var scene = MachineScene()
    scene.take("first", session: "a")
    scene.take("second", session: "b")
    let begun = scene.start()
    scene.answer(begun[1], 400, body: "no such customer")
    #expect(scene.commit().failures.isEmpty, "the first one is open")
    scene.answer(begun[0], 200)
    let due = try #require(scene.machine.due())
    #expect(due.failures.map(\.trigger?.action) == ["second"])
    let again = try #require(scene.machine.due())
    #expect(again.failures == due.failures, "an aborted transaction forgets nothing")
    scene.machine.confirm(due)
    #expect(scene.machine.due() == nil)
  }

  @Test(
    arguments: [
      (200, true, nil), (204, true, nil), (299, true, nil), (302, true, .redirected),
      (307, true, .redirected),
      (400, true, .refused), (401, true, .refused), (404, true, .refused), (422, true, .refused),
      (410, true, .gone), (408, false, nil), (409, false, nil), (425, false, nil), (429, false, nil),
      (500, false, nil), (501, false, nil), (503, false, nil), (599, false, nil),
    ] as [(Int, Bool, FailureReason?)])
  func statuses(status: Int, isSettled: Bool, reason: FailureReason?) {
    var scene = MachineScene()
    scene.take("t")
    let begun = scene.start()
    scene.answer(begun[0], status)
    #expect((scene.machine.pending == 0) == isSettled)
    #expect(scene.commit().failures.map(\.reason) == (reason.map { [$0] } ?? []))
  }

  @Test(arguments: SendFailure.allCases.filter { $0 != .expired })
  func withoutAnAnswerItIsTriedAgain(failure: SendFailure) {
    var scene = MachineScene()
    scene.take("t")
    scene.fail(scene.start()[0], failure)
    #expect(scene.machine.pending == 1)
    scene.milliseconds += 500
    #expect(scene.start().map(\.number) == [2])
  }

  @Test(arguments: [(-1 as Int64, true), (0, true), (1, false)])
  func nothingIsSentAfterItsTime(offset: Int64, isSent: Bool) {
    var scene = MachineScene()
    scene.take("t", expires: 10_000)
    scene.milliseconds = 10_000 + offset
    #expect(scene.start().isEmpty == !isSent)
    #expect(scene.commit().failures.map(\.reason) == (isSent ? [] : [.expired]))
    #expect(scene.machine.counts.attempts == (isSent ? 1 : 0))
  }

  /// The next attempt would be at 10 s + pause: it is awaited only if it comes in time.
  @Test(arguments: [(-1 as Int64, false), (0, true), (1, true)])
  func anAttemptThatWouldComeTooLateIsNotAwaited(offset: Int64, isAwaited: Bool) {
    let pause = Backoff(DeliveryRules()).pause(after: 1, of: "t")
    var scene = MachineScene()
    scene.take("t", session: "s", expires: pause.milliseconds + offset)
    scene.take("next", session: "s")
    scene.fail(scene.start()[0])
    #expect(scene.machine.pending == (isAwaited ? 2 : 1))
    #expect(scene.start().names == (isAwaited ? [] : ["next"]), "its session goes on")
  }

  @Test func whatExpiresBehindAnotherOneIsSettledThere() {
    var scene = MachineScene()
    scene.take("slow", session: "s", expires: 300_000)
    scene.take("short", session: "s", expires: 1_000)
    scene.take("last", session: "s", expires: 300_000)
    let begun = scene.start()
    scene.milliseconds = 1_001
    #expect(scene.start().isEmpty)
    #expect(scene.machine.pending == 2)
    scene.answer(begun[0], 200)
    #expect(scene.start().names == ["last"])
  }

  @Test func anAnswerThatIsAwaitedDecidesByItself() {
    var scene = MachineScene()
    scene.take("t", expires: 1_000)
    let begun = scene.start()
    scene.milliseconds = 2_000
    #expect(scene.start().isEmpty)
    #expect(scene.machine.pending == 1)
    scene.answer(begun[0], 200)
    #expect(scene.machine.counts.delivered == 1)
    #expect(scene.commit().failures.isEmpty)
  }

  @Test func attemptsAreCounted() {
    var rules = DeliveryRules()
    rules.maxAttempts = 3
    rules.maxFailures = 100
    var scene = MachineScene(rules: rules)
    scene.take("t")
    for number in 1...3 {
      let begun = scene.start()
      #expect(begun.map(\.number) == [number])
      scene.answer(begun[0], 500, body: "try \(number)")
      scene.milliseconds += 2_000
    }
    let failures = scene.commit().failures
    #expect(failures.map(\.reason) == [.exhausted])
    #expect(failures.map(\.attempts) == [3])
    #expect(failures.first?.last == .answered(status: 500, retryAfter: nil, body: Array("try 3".utf8)))
  }

  @Test func retryAfterHoldsTheWholeTarget() {
    var scene = MachineScene()
    scene.take("a", session: "a")
    let begun = scene.start()
    scene.take("b", session: "b")
    scene.answer(begun[0], 429, retryAfter: .seconds(7))
    scene.milliseconds = 6_999
    #expect(scene.start().isEmpty)
    scene.milliseconds = 7_000
    #expect(Set(scene.start().names) == ["a", "b"])
  }

  @Test func retryAfterBeyondTheEndSettlesAtOnce() {
    var scene = MachineScene()
    scene.take("a", expires: 60_000)
    scene.answer(scene.start()[0], 503, retryAfter: .seconds(61))
    #expect(scene.commit().failures.map(\.reason) == [.expired])
  }

  @Test func aTargetThatIsGoneIsLeftAlone() {
    var scene = MachineScene()
    scene.take("a", session: "a")
    scene.answer(scene.start()[0], 410)
    scene.take("b", session: "b")
    scene.take("b2", session: "b")
    scene.take("c", session: "c", expires: 700_000)
    #expect(scene.start().isEmpty)
    let failures = scene.commit().failures
    #expect(failures.map(\.reason) == [.gone, .gone, .gone, .gone])
    #expect(failures.map(\.attempts) == [1, 0, 0, 0])
    scene.take("d", session: "d", expires: 700_000)
    scene.milliseconds = 600_000
    #expect(scene.start().names == ["d"], "after its rest one request finds out")
  }

  @Test func whatIsTooLargeIsNotSent() {
    var rules = DeliveryRules()
    rules.maxBodyBytes = 100
    var scene = MachineScene(rules: rules)
    scene.take("fits", session: "a", bytes: 100)
    scene.take("large", session: "b", bytes: 101)
    scene.take("next", session: "b", bytes: 99)
    #expect(scene.start().names == ["fits", "next"])
    #expect(scene.machine.counts.failed == [.tooLarge: 1])
  }

  @Test func anUnreadableRecordIsADeadLetterAndHoldsNobody() {
    var scene = MachineScene()
    scene.machine.takeUnreadable(
      "eventType is not a string",
      at: TriggerOrigin(source: MachineScene.partition, offset: RecordOffset(0)), key: nil, body: [1, 2])
    scene.machine.advance(MachineScene.partition, to: NextOffset(1))
    let done = scene.commit()
    #expect(done.position == 1)
    #expect(done.failures.map(\.reason) == [.unreadable])
    #expect(done.failures.first?.body == [1, 2])
  }

  @Test func aNewTargetsGroupIsNotToldOfWhatWasOverBefore() {
    var scene = MachineScene(committed: nil)
    scene.milliseconds = 5_000
    scene.take("old", expires: 4_999)
    scene.take("new", session: "t", expires: 5_000)
    #expect(scene.start().names == ["new"])
    #expect(scene.machine.counts.skipped == 1)
    let done = scene.commit()
    #expect(done.position == 1)
    #expect(done.failures.isEmpty)
  }

  @Test func boundsAreReached() {
    var rules = DeliveryRules()
    rules.maxPending = 4
    rules.maxPendingBytes = 1_000
    rules.maxWindow = 6
    rules.maxConcurrent = 100
    var scene = MachineScene(rules: rules)
    for number in 0..<3 { scene.take("t\(number)", session: "s\(number)") }
    #expect(scene.machine.capacity == 1)
    #expect(!scene.machine.isFull)
    scene.take("t3", session: "s3")
    #expect(scene.machine.isFull)
    let begun = scene.start()
    for attempt in begun.dropFirst() { scene.answer(attempt, 200) }
    #expect(scene.machine.capacity == 2, "three are settled behind one that is open: the window holds")
    for number in 4..<6 { scene.take("t\(number)", session: "s\(number)") }
    #expect(scene.machine.capacity == 0)
    scene.answer(begun[0], 200)
    #expect(scene.machine.capacity == 2)
    scene.take("large", session: "l", bytes: 990)
    #expect(scene.machine.byteCapacity == 0)
  }

  @Test func whatIsGivenAwayIsForgotten() {
    let other = TopicPartition("actions", 1)
    var scene = MachineScene()
    scene.machine.assign([other: NextOffset(0)])
    scene.take("a", session: "a")
    scene.take("a2", session: "a")
    scene.take("b", session: "b", in: other)
    let begun = scene.start()
    #expect(begun.names == ["a", "b"])
    scene.machine.revoke([MachineScene.partition])
    #expect(scene.machine.pending == 1)
    scene.answer(begun[0], 500)
    scene.milliseconds += 5_000
    #expect(scene.start().isEmpty, "an answer for what is another's now")
    scene.answer(begun[1], 200)
    #expect(scene.machine.due()?.positions == [other: NextOffset(1)])
    #expect(scene.machine.requests == 0)
    #expect(scene.machine.bytes == 0)
  }

  @Test func whileItDrainsNothingIsBegun() {
    var scene = MachineScene()
    scene.take("a", session: "a")
    scene.machine.drain(true)
    #expect(scene.start().isEmpty)
    scene.machine.drain(false)
    #expect(scene.start().names == ["a"])
  }
}
