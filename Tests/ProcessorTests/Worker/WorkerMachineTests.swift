import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Testing
import WireFormat

@testable import Processor

@Suite struct WorkerMachineTests {
  private static let now = EventTime(milliseconds: 1_767_600_000_000)

  /// A worker with one running lane that wrote its journal at a time.
  private func machine(
    journalledAt: EventTime?, nextTimers: StreamTimes = [:], hasWaiting: Bool = false
  ) -> WorkerMachine {
    let machine = WorkerMachine(settings: ProcessorSettings())
    assign([0], to: machine)
    _ = machine.restored(
      0, positions: [TopicPartition("web", 0): NextOffset(10)], nextTimers: nextTimers, sessions: 0,
      journalledAt: journalledAt, hasWaiting: hasWaiting, now: WorkerMachineTests.now)
    return machine
  }

  private func assign(_ lanes: [LaneNumber], to machine: WorkerMachine) {
    let partitions = lanes.map { TopicPartition("web", lane: $0) }
    _ = machine.rebalance(.assigned(partitions), isQuiet: true, reducing: [])
  }

  private func revoke(_ machine: WorkerMachine) {
    _ = machine.rebalance(.revoked([TopicPartition("web", 0)]), isQuiet: true, reducing: [])
  }

  /// Lets the breaker open for a topic.
  private func pause(_ topic: String, _ machine: WorkerMachine) {
    var rejections = RejectionCounts()
    rejections.read(1_000, of: topic)
    for _ in 0..<1_000 { rejections.reject(topic, .malformedJSON) }
    _ = machine.confirmed([:], rejections, at: .zero, settled: WorkerMachineTests.now)
  }

  /// Lets it be read again.
  private func resume(_ machine: WorkerMachine, now: EventTime) {
    _ = machine.turn(at: ProcessorSettings().breaker.cooldown, settled: now)
  }

  private func chunk(_ offsets: ClosedRange<Int64>, of topic: String = "web") -> RecordChunk {
    var chunk = RecordChunk(source: TopicPartition(topic, 0), next: NextOffset(offsets.lowerBound))
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

  /// What changed in the last batch before a silence, an erasure perhaps, goes to `state` without an event.
  @Test(arguments: [(-1, 0), (0, 1), (1, 1)], [true, false])
  func anIdleLaneWritesWhatWaitsForStateOnce(at: (offset: Int64, batches: Int), isRestored: Bool) {
    let machine = machine(journalledAt: WorkerMachineTests.now, hasWaiting: isRestored)
    if !isRestored { note(1, redoFrom: 1, in: machine) }
    let later = WorkerMachineTests.now + ProcessorSettings().lanes.checkpointAge
    let time = EventTime(milliseconds: later.milliseconds + at.offset)
    #expect(machine.plan([], atEnd: [], now: time).count == at.batches)
    #expect(machine.plan([], atEnd: [], now: time).isEmpty)
    // Nothing is left behind that batch.
    note(2, redoFrom: 3, in: machine)
    #expect(machine.plan([], atEnd: [], now: time + .minutes(10)).isEmpty)
  }

  /// One batch has room for so many values: what is due and is left goes with the next ones, at once.
  @Test func anIdleLaneThatIsBehindWritesBatchAfterBatch() {
    let machine = machine(journalledAt: WorkerMachineTests.now, hasWaiting: true)
    let time = WorkerMachineTests.now + ProcessorSettings().lanes.checkpointAge
    for sequence in 1...3 as ClosedRange<Int> {
      #expect(machine.plan([], atEnd: [], now: time).count == 1)
      // Nobody knows yet what that batch leaves.
      #expect(machine.plan([], atEnd: [], now: time).isEmpty)
      note(BatchSequence(sequence), redoFrom: 1, isBehind: sequence < 3, in: machine)
    }
    // What still waits is younger.
    #expect(machine.plan([], atEnd: [], now: time).isEmpty)
  }

  /// As above, by what lanes say of their batches.
  @Test func aLaneSaysWhetherItIsBehind() async throws {
    let settings = LaneHarness.settings { $0.maxCheckpointValues = 3 }
    let machine = LaneMachine(lane: LaneHarness.lane, settings: settings, configuration: "c0ffee")
    let lane = Lane(machine, decoder: try InputDecoder(settings), tail: nil)
    func reduce(_ events: [String], at time: Int64) async throws -> Bool {
      var chunk = RecordChunk(source: TopicPartition("web", LaneHarness.lane.partition), next: NextOffset(0))
      for (offset, event) in events.enumerated() {
        chunk.append(
          offset: RecordOffset(Int64(offset)), timestamp: -1, key: nil, value: Array(event.utf8))
      }
      chunk.seal()
      let output = try await lane.reduce(
        LaneWork(
          lane: LaneHarness.lane, takenAt: EventTime(milliseconds: LaneHarness.start + time),
          chunks: events.isEmpty ? [] : [chunk], positions: [:]))
      return output.isBehind
    }
    let events = (0..<7).map { LaneHarness.event("e\($0)", at: 0, of: LaneHarness.customer($0)) }
    let age = settings.checkpointAge.milliseconds
    var isBehind = [try await reduce(events, at: 0)]
    for time in [age - 1, age, age, age, age] { isBehind.append(try await reduce([], at: time)) }
    #expect(isBehind == [false, false, true, true, false, false])
  }

  private func note(
    _ sequence: BatchSequence, redoFrom: BatchSequence, isBehind: Bool = false, in machine: WorkerMachine
  ) {
    var journal = JournalRecord(
      lane: 0, partitions: 1, sequence: sequence, takenAt: WorkerMachineTests.now, configuration: "")
    journal.redoFrom = redoFrom
    machine.note(
      0,
      LaneOutput(
        records: OutputBatch(), journal: journal, nextTimers: [:], isBehind: isBehind, sessionCount: 0,
        residency: ResidencyReport()))
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
    #expect(machine.rewind() == [.drop([0]), .restore([0], .rewound)])
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
    revoke(machine)
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
    revoke(machine)
    #expect(machine.plan([chunk(10...12)], atEnd: [], now: WorkerMachineTests.now).isEmpty)
    #expect(machine.positions.isEmpty)
  }

  private let idle = EventTime.Span.seconds(30)

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func aTickComesWhenAStreamSatIdleAndATimerIsDue(offset: Int64, isDue: Bool) {
    let machine = machine(journalledAt: WorkerMachineTests.now, nextTimers: [.web: WorkerMachineTests.now])
    let time = EventTime(milliseconds: (WorkerMachineTests.now + idle).milliseconds + offset)
    let work = machine.plan([], atEnd: atEnd(), now: time)
    #expect(work.isEmpty != isDue)
    if isDue { #expect(work.first?.tick == [.web: time - idle]) }
  }

  @Test func thereIsNoTickBeforeTheEndOfAnyInput() {
    for topic in ["web", "routed"] {
      let machine = machine(journalledAt: WorkerMachineTests.now, nextTimers: [.web: WorkerMachineTests.now])
      var ends = atEnd()
      ends.remove(TopicPartition(topic, 0))
      #expect(machine.plan([], atEnd: ends, now: WorkerMachineTests.now + .minutes(10)).isEmpty, "\(topic)")
    }
  }

  /// Whatever comes, it may come all the time. Whose it is turns out when it is decoded: see `LaneTickTests`.
  @Test(arguments: [-1, 0, 1] as [Int64])
  func recordsHoldNoTickBack(offset: Int64) {
    let machine = machine(
      journalledAt: WorkerMachineTests.now,
      nextTimers: [.web: WorkerMachineTests.now, .app: WorkerMachineTests.now])
    let time = EventTime(milliseconds: (WorkerMachineTests.now + idle).milliseconds + offset)
    let work = machine.plan([chunk(0...3, of: "app"), chunk(0...3, of: "routed")], atEnd: atEnd(), now: time)
    #expect(work.map(\.chunks.count) == [2])
    #expect(work.map(\.tick) == [offset < 0 ? [:] : [.web: time - idle, .app: time - idle]])
  }

  @Test func ownInputRestartsTheClock() {
    let machine = machine(journalledAt: WorkerMachineTests.now, nextTimers: [.web: WorkerMachineTests.now])
    let later = WorkerMachineTests.now + .seconds(20)
    machine.note(
      0,
      LaneOutput(
        records: OutputBatch(),
        journal: JournalRecord(lane: 0, partitions: 1, sequence: 1, takenAt: later, configuration: ""),
        nextTimers: [.web: WorkerMachineTests.now], ownInput: [.web: later, .app: later], sessionCount: 1,
        residency: ResidencyReport()))
    for (offset, isDue) in [(-1, false), (0, true)] as [(Int64, Bool)] {
      let time = EventTime(milliseconds: (later + idle).milliseconds + offset)
      #expect(machine.plan([], atEnd: atEnd(), now: time).isEmpty != isDue)
    }
  }

  /// With others' events coming all the time a topic may never be seen at its end: `routed`, or one whose
  /// producer keys badly.
  @Test(arguments: ["routed", "web"]) func aTickGoesUpToWhereATopicHasBeenRead(_ topic: String) {
    let start = WorkerMachineTests.now
    let machine = machine(journalledAt: start, nextTimers: [.web: start])
    let routed = TopicPartition(topic, 0)
    var ends = atEnd()
    ends.remove(routed)
    func ticks(_ seconds: Int64, reading: Int64, end: Int64) -> StreamTimes {
      machine.plan(
        [], atEnd: ends, reading: [routed: NextOffset(reading)], ends: [routed: NextOffset(end)],
        now: start + .seconds(seconds)
      ).first?.tick ?? [:]
    }
    #expect(ticks(40, reading: 5, end: 10).isEmpty)
    #expect(ticks(41, reading: 9, end: 20).isEmpty, "one record of them may be of this stream")
    #expect(ticks(42, reading: 10, end: 30) == [.web: start + .seconds(10)])
    // From here on up to the end that was known at 42.
    #expect(ticks(43, reading: 29, end: 40) == [.web: start + .seconds(10)])
    #expect(ticks(44, reading: 30, end: 50) == [.web: start + .seconds(12)])
    // A backlog: nobody knows whose events wait there.
    for second in 45...60 {
      #expect(ticks(Int64(second), reading: 31, end: 1_000) == [.web: start + .seconds(12)])
    }
  }

  @Test func aPausedInputHoldsItsOwnStreamBack() {
    let machine = machine(journalledAt: WorkerMachineTests.now, nextTimers: [.web: WorkerMachineTests.now])
    let late = WorkerMachineTests.now + .minutes(10)
    pause("web", machine)
    #expect(machine.pausedPartitions == [TopicPartition("web", 0)])
    // It was at the end when it was paused; what came since is not known.
    #expect(machine.plan([], atEnd: atEnd(), now: late).isEmpty)
    resume(machine, now: late)
    #expect(machine.pausedPartitions.isEmpty)
    for (offset, isDue) in [(-1, false), (0, true)] as [(Int64, Bool)] {
      let time = EventTime(milliseconds: (late + .seconds(30)).milliseconds + offset)
      #expect(
        machine.plan([], atEnd: atEnd(), now: time).isEmpty != isDue, "idle only after another topicIdle")
    }
  }

  @Test func aPausedInputHoldsNoOtherStreamBack() {
    let machine = machine(
      journalledAt: WorkerMachineTests.now,
      nextTimers: [.web: WorkerMachineTests.now, .custom: WorkerMachineTests.now])
    let late = WorkerMachineTests.now + .minutes(10)
    pause("web", machine)
    #expect(machine.plan([], atEnd: atEnd(), now: late).map(\.tick) == [[.custom: late - idle]])
    resume(machine, now: late)
    #expect(machine.plan([], atEnd: atEnd(), now: late).map(\.tick) == [[.custom: late - idle]])
  }

  @Test func aPauseOutlivesAReassignment() {
    let machine = machine(journalledAt: WorkerMachineTests.now)
    pause("web", machine)
    revoke(machine)
    #expect(machine.pausedPartitions.isEmpty)
    assign([1, 2], to: machine)
    #expect(machine.pausedPartitions == [TopicPartition("web", 1), TopicPartition("web", 2)])
  }
}
