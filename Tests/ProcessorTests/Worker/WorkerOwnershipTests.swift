import EventLog
import JourneyModel
import Testing
import WireFormat

@testable import Processor

/// What happens to lanes and topics → what the worker does about it.
@Suite struct WorkerOwnershipTests {
  private typealias State = WorkerMachine.LaneState
  private typealias Input = WorkerMachine.LaneInput
  private static let now = EventTime(milliseconds: 1_767_600_000_000)

  private static func web(_ lanes: LaneNumber...) -> [TopicPartition] {
    lanes.map { TopicPartition("web", lane: $0) }
  }

  @Test func everyStateAndInput() {
    let table: [State: [Input: State]] = [
      .unowned: [.assigned: .restoring, .released: .unowned],
      .restoring: [
        .assigned: .restoring, .restored: .running, .rewound: .restoring, .released: .unowned,
      ],
      .running: [.assigned: .restoring, .restored: .running, .rewound: .restoring, .released: .unowned],
    ]
    for state in State.allCases {
      for input in Input.allCases {
        #expect(WorkerMachine.next(state, input) == table[state]?[input], "\(state), \(input)")
      }
    }
  }

  /// A worker that runs these lanes, and what was done to begin each.
  private func running(_ lanes: LaneNumber...) -> (WorkerMachine, [LaneAction]) {
    let machine = WorkerMachine(settings: ProcessorSettings())
    let partitions = lanes.map { TopicPartition("web", lane: $0) }
    var actions = machine.rebalance(.assigned(partitions), isQuiet: true, reducing: [])
    for lane in lanes { actions += restore(lane, machine) }
    return (machine, actions + machine.isReadBack(.assigned))
  }

  private func restore(
    _ lane: LaneNumber, _ machine: WorkerMachine, lost: [String: Range<Int64>] = [:]
  ) -> [LaneAction] {
    let positions = [
      TopicPartition("web", lane: lane): NextOffset(10), TopicPartition("app", lane: lane): NextOffset(3),
    ]
    return machine.restored(
      lane, positions: positions, lost: lost, nextTimers: [.web: WorkerOwnershipTests.now],
      sessions: lane.index + 1, journalledAt: nil, now: WorkerOwnershipTests.now)
  }

  @Test func anAssignmentIsRestored() {
    let (machine, actions) = running(2, 1)
    #expect(actions == [.restore([1, 2], .assigned), .seek([:]), .seek([:])])
    #expect(machine.lanes.values.allSatisfy { $0.state == .running })
  }

  /// The log would go to the committed offset, which is gone.
  @Test func readingGoesOnBehindWhatIsLost() {
    let machine = WorkerMachine(settings: ProcessorSettings())
    _ = machine.rebalance(.assigned(WorkerOwnershipTests.web(0)), isQuiet: true, reducing: [])
    #expect(restore(0, machine, lost: ["app": 1..<3]) == [.seek([TopicPartition("app", 0): NextOffset(3)])])
  }

  @Test func aRevokedLaneIsKeptUnlessItReduces() {
    let (machine, _) = running(0, 1)
    let generation = machine.generation
    let actions = machine.rebalance(
      .revoked(WorkerOwnershipTests.web(0, 1)), isQuiet: true, reducing: [1])
    let kept = LaneAction.Kept(lane: 0, nextTimers: [.web: WorkerOwnershipTests.now], sessions: 1)
    #expect(actions == [.keep([kept]), .drop([0, 1]), .report(.released([0, 1]))])
    #expect(machine.lanes.isEmpty && machine.generation > generation)
  }

  @Test func aLaneThatIsNotRestoredIsNotKept() {
    let (machine, _) = running(0)
    _ = machine.rewind()
    let actions = machine.rebalance(.revoked(WorkerOwnershipTests.web(0)), isQuiet: true, reducing: [])
    #expect(actions == [.keep([]), .drop([0]), .report(.released([0]))])
  }

  @Test func aLostLaneIsNeverKept() {
    let (machine, _) = running(0)
    let actions = machine.rebalance(.lost(WorkerOwnershipTests.web(0)), isQuiet: true, reducing: [])
    #expect(actions == [.drop([0]), .report(.released([0]))])
  }

  @Test func aTransactionThatDoesNotEndIsReported() {
    let late = LaneAction.report(
      .rewound(LogError(.abortAndRewind, code: "releaseTimeout", "the transaction did not end in time")))
    for change in [Rebalance.revoked([]), .lost([])] {
      let (machine, _) = running(0)
      #expect(machine.rebalance(change, isQuiet: false, reducing: []).first == late)
    }
    let (machine, _) = running(0)
    // Nothing is taken away by an assignment.
    #expect(machine.rebalance(.assigned([]), isQuiet: false, reducing: []) == [.restore([], .assigned)])
  }

  @Test func aRewindReadsFromTheRestoredPositions() {
    let (machine, _) = running(0)
    let generation = machine.generation
    #expect(machine.rewind() == [.drop([0]), .restore([0], .rewound)])
    #expect(machine.positions.isEmpty, "nothing is read before it is restored")
    #expect(machine.generation > generation)
    _ = restore(0, machine)
    #expect(
      machine.isReadBack(.rewound)
        == [.seek([TopicPartition("web", 0): NextOffset(10), TopicPartition("app", 0): NextOffset(3)])])
  }

  @Test func leavingGivesBackWhatIsOwned() {
    let (machine, _) = running(0, 3)
    #expect(machine.leave() == [.drop([0, 3]), .report(.released([0, 3]))])
    #expect(machine.leave().isEmpty)
  }

  /// What was read while it was open waits in the log, whoever is asked to read it next.
  @Test func anOpenBreakerOutlivesAssignments() {
    let (machine, _) = running(0, 1)
    let opening = BreakerOpening(
      topic: "web", read: 1_000, rejected: 1_000, cooldown: ProcessorSettings().breaker.cooldown)
    #expect(
      poison("web", machine) == [
        .pause(WorkerOwnershipTests.web(0, 1)), .report(.breaker(.opened(opening))),
      ])
    _ = machine.rebalance(.revoked(WorkerOwnershipTests.web(0, 1)), isQuiet: true, reducing: [])
    _ = machine.rebalance(.assigned(WorkerOwnershipTests.web(2)), isQuiet: true, reducing: [])
    #expect(machine.isReadBack(.assigned) == [.pause(WorkerOwnershipTests.web(2))])
    #expect(
      machine.turn(at: opening.cooldown, settled: WorkerOwnershipTests.now) == [
        .resume(WorkerOwnershipTests.web(2)), .report(.breaker(.halfOpened(topic: "web"))),
      ])
    #expect(machine.isReadBack(.assigned).isEmpty)
    let trial = opening.cooldown + ProcessorSettings().breaker.window
    #expect(
      machine.turn(at: trial, settled: WorkerOwnershipTests.now) == [.report(.breaker(.closed(topic: "web")))]
    )
  }

  /// Pausing it would hold up the good events of others.
  @Test func whatOthersHaveForwardedIsNeverPaused() {
    let (machine, _) = running(0)
    #expect(poison("routed", machine).isEmpty)
    #expect(machine.pausedPartitions.isEmpty)
  }

  private func poison(_ topic: String, _ machine: WorkerMachine) -> [LaneAction] {
    var rejections = RejectionCounts()
    rejections.read(1_000, of: topic)
    for _ in 0..<1_000 { rejections.reject(topic, .malformedJSON) }
    return machine.confirmed([:], rejections, at: .zero, settled: WorkerOwnershipTests.now)
  }
}
