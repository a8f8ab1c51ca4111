import EventLog
import JourneyModel
import JourneyRules
import Testing
import WireFormat

@testable import Processor

@Suite struct WorkerMachineTests {
  private static let now = EventTime(milliseconds: 1_767_600_000_000)

  /// A worker with one running lane that wrote its journal at a time.
  private func machine(journalledAt: EventTime?, nextTimer: EventTime? = nil) -> WorkerMachine {
    let machine = WorkerMachine(settings: ProcessorSettings())
    machine.assign([0])
    machine.start(
      0, positions: [TopicPartition("web", 0): NextOffset(10)], nextTimer: nextTimer, sessions: 0,
      journalledAt: journalledAt, now: WorkerMachineTests.now)
    return machine
  }

  private func chunk(_ offsets: ClosedRange<Int64>) -> RecordChunk {
    var chunk = RecordChunk(source: TopicPartition("web", 0), next: NextOffset(offsets.lowerBound))
    for offset in offsets {
      chunk.append(offset: RecordOffset(offset), timestamp: -1, key: nil, value: Array("{}".utf8))
    }
    chunk.seal()
    return chunk
  }

  private func atEnd() -> Set<TopicPartition> {
    Set(ProcessorSettings().lanes.topics.consumed.map { TopicPartition($0, 0) })
  }

  @Test func aLaneWithoutJournalOpensItWithAnEmptyBatchOnce() {
    let machine = machine(journalledAt: nil)
    #expect(machine.plan([], atEnd: [], now: WorkerMachineTests.now).map(\.lane) == [0])
    #expect(machine.plan([], atEnd: [], now: WorkerMachineTests.now).isEmpty)
  }

  @Test(arguments: [(-1, 0), (0, 1), (1, 1)])
  func anIdleLaneJournalsAgainAfterTheInterval(offset: Int64, batches: Int) {
    let machine = machine(journalledAt: WorkerMachineTests.now)
    let later = WorkerMachineTests.now + WorkerMachine.journalInterval
    let time = EventTime(milliseconds: later.milliseconds + offset)
    #expect(machine.plan([], atEnd: [], now: time).count == batches)
    #expect(machine.plan([], atEnd: [], now: time).isEmpty)
  }

  /// A timeout that they bring may be due in a lane that nobody sends anything to.
  @Test func anIdleLaneTakesUpOtherDefinitionsOnce() throws {
    func bundle(_ timeout: Int) throws -> CompiledBundle {
      let text =
        "{\"entities\":[{\"kind\":\"sessionType\",\"id\":\"visit\",\"timeoutInSeconds\":\(timeout)}]}"
      let document = DefinitionDocument(file: "types", value: try DefinitionJSON.read(Array(text.utf8)))
      return CompiledBundle(try #require(DefinitionCheck([document]).bundle))
    }
    let machine = machine(journalledAt: WorkerMachineTests.now)
    for timeout in [10, 20] {
      let definitions = try bundle(timeout)
      let work = machine.plan([], atEnd: [], now: WorkerMachineTests.now, definitions: definitions)
      #expect(work.map(\.definitions?.hash) == [definitions.hash])
      // Read again, the same ones are another object.
      #expect(
        machine.plan([], atEnd: [], now: WorkerMachineTests.now, definitions: try bundle(timeout)).isEmpty)
    }
    #expect(machine.plan([], atEnd: [], now: WorkerMachineTests.now).count == 1)
    #expect(machine.plan([], atEnd: [], now: WorkerMachineTests.now).isEmpty)
  }

  @Test func recordsMoveThePositionsOfTheirLane() {
    let machine = machine(journalledAt: WorkerMachineTests.now)
    let work = machine.plan([chunk(10...12)], atEnd: [], now: WorkerMachineTests.now)
    #expect(work.count == 1)
    #expect(work.first?.positions == ["web": 10])
    #expect(machine.positions == [TopicPartition("web", 0): NextOffset(13)])
  }

  @Test func recordsFromBeforeThePositionDemandARewind() {
    let machine = machine(journalledAt: WorkerMachineTests.now)
    #expect(machine.plan([chunk(9...12)], atEnd: [], now: WorkerMachineTests.now).isEmpty)
    #expect(machine.mustRewind)
    #expect(machine.rewind() == [0])
    #expect(!machine.mustRewind)
  }

  @Test func whatIsReducedAndNotCommittedStillLags() {
    let machine = machine(journalledAt: WorkerMachineTests.now)
    let web = TopicPartition("web", 0)
    func input(reading: Int64, end: Int64) -> InputReport? {
      machine.inputs(reading: [web: NextOffset(reading)], ends: [web: NextOffset(end)]).first
    }
    #expect(input(reading: 10, end: 10)?.position == NextOffset(10))
    _ = machine.plan([chunk(10...12)], atEnd: [], now: WorkerMachineTests.now)
    #expect(input(reading: 13, end: 13)?.position == NextOffset(10))
    machine.commit([web: NextOffset(13)])
    #expect(input(reading: 13, end: 13)?.position == NextOffset(13))
    // Markers are gone over without a batch.
    #expect(input(reading: 15, end: 15)?.position == NextOffset(15))
    #expect(input(reading: 15, end: 20)?.end == NextOffset(20))
  }

  @Test func aCommitOfAnEarlierAssignmentMovesNothing() {
    let machine = machine(journalledAt: WorkerMachineTests.now)
    let web = TopicPartition("web", 0)
    machine.commit([web: NextOffset(4), TopicPartition("web", 5): NextOffset(9)])
    #expect(machine.inputs(reading: [:], ends: [:]).map(\.position) == [NextOffset(10)])
    machine.release([0])
    machine.commit([web: NextOffset(40)])
    #expect(machine.inputs(reading: [:], ends: [:]).isEmpty)
    _ = machine.rewind()
  }

  @Test func onlyRunningLanesReportTheirInputs() {
    let machine = machine(journalledAt: WorkerMachineTests.now)
    _ = machine.rewind()
    #expect(machine.inputs(reading: [:], ends: [:]).isEmpty)
  }

  @Test func recordsOfALaneThatIsNotOwnedAreLeftAlone() {
    let machine = machine(journalledAt: WorkerMachineTests.now)
    machine.release([0])
    #expect(machine.plan([chunk(10...12)], atEnd: [], now: WorkerMachineTests.now).isEmpty)
    #expect(machine.positions.isEmpty)
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func aTickComesWhenTheLaneSatIdleAndATimerIsDue(offset: Int64, isDue: Bool) {
    let idle = EventTime.Span.seconds(30)
    let machine = machine(journalledAt: WorkerMachineTests.now, nextTimer: WorkerMachineTests.now)
    let time = EventTime(milliseconds: (WorkerMachineTests.now + idle).milliseconds + offset)
    let work = machine.plan([], atEnd: atEnd(), now: time)
    #expect(work.isEmpty != isDue)
    if isDue { #expect(work.first?.tick == time - idle) }
  }

  @Test func thereIsNoTickBeforeTheEndOfAnyInput() {
    let machine = machine(journalledAt: WorkerMachineTests.now, nextTimer: WorkerMachineTests.now)
    var ends = atEnd()
    ends.remove(TopicPartition("routed", 0))
    #expect(machine.plan([], atEnd: ends, now: WorkerMachineTests.now + .minutes(10)).isEmpty)
  }

  @Test func aLaneWithAPausedInputIsNotIdle() {
    let machine = machine(journalledAt: WorkerMachineTests.now, nextTimer: WorkerMachineTests.now)
    let late = WorkerMachineTests.now + .minutes(10)
    machine.pause("web")
    #expect(machine.pausedPartitions == [TopicPartition("web", 0)])
    // It stood at the end when it was paused; what came since is not known.
    #expect(machine.plan([], atEnd: atEnd(), now: late).isEmpty)
    machine.resume("web", now: late)
    #expect(machine.pausedPartitions.isEmpty)
    for (offset, isDue) in [(-1, false), (0, true)] as [(Int64, Bool)] {
      let time = EventTime(milliseconds: (late + .seconds(30)).milliseconds + offset)
      #expect(
        machine.plan([], atEnd: atEnd(), now: time).isEmpty != isDue, "idle only after another topicIdle")
    }
  }

  @Test func aPauseOutlivesAReassignment() {
    let machine = machine(journalledAt: WorkerMachineTests.now)
    machine.pause("web")
    machine.release([0])
    #expect(machine.pausedPartitions.isEmpty)
    machine.assign([1, 2])
    #expect(machine.pausedPartitions == [TopicPartition("web", 1), TopicPartition("web", 2)])
  }
}
