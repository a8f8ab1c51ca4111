internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import Processor
internal import Sessionizer
internal import SimulatedLog

/// The course of one simulation: chaos, healing, checks.
///
/// Unchecked, because everything of a simulation is confined to the thread that drives it.
final class SimulationRun: @unchecked Sendable {
  /// Virtual time that healing may take: many times what a restore, a session timeout and a transaction timeout need.
  private static let patience: Int64 = 300_000
  /// Jobs after which a run that does not end is given up.
  private static let maxSteps = 3_000_000

  /// One place of a process, taken again after each death.
  private struct Slot {
    var instance: String
    /// Outlives the processes that run there.
    var disk: SimulatedDisk
    var process: SimulatedProcess?
    var startAt: Int64
    /// How far the machine's clock will be off at the next start, in milliseconds.
    var clockError: Int64 = 0
  }

  let log: SimulatedLog
  let settings: ProcessorSettings
  private let mutation: Mutation?
  private let scheduler: Scheduler
  private var random: SeededRandom
  private var slots: [Slot] = []
  /// Processes whose place another one has taken.
  private var replaced: [SimulatedProcess] = []
  private var processCount = 0
  private var chaos: [Chaos] = []
  /// Whether the clock of a process may have been ahead of time.
  var hadClocksAhead: Bool {
    chaos.contains(.clockAhead) || chaos.contains(.clockJump) || hadWrongClockAtStart
  }
  private var hadWrongClockAtStart = false
  /// Silences that are still to come.
  private var silences = 0
  /// What processes do about lost input; those that stopped over it are started again with the other one.
  private var lostInput: LostInput.Policy
  private let stopsOverLostInput: Bool
  /// How long what nobody needs stays, in topics of which maintenance decides.
  private let history: Duration
  private let retention: SimulatedLog.Retention
  private var chaosInterval = 0
  private var coldFaultInterval = 0
  private var isHealing = false
  private var report: SimulationReport
  private var glances: [AtomicityCheck.Glance] = []

  init(seed: UInt64, mutation: Mutation?, keepsTrace: Bool) {
    random = SeededRandom(seed: seed)
    self.mutation = mutation
    settings = SimulationRun.drawSettings(&random)
    // Which of the two runs out first decides what a process finds that has hung.
    let isSessionShort = random.chance(oneIn: 2)
    retention = random.chance(oneIn: 2) ? .broker : .own
    history = [.zero, .seconds(5), SimulationRun.week][random.below(3)]
    stopsOverLostInput = random.chance(oneIn: 2)
    lostInput = stopsOverLostInput ? .stop : .earliest
    silences = [0, 0, 1, 3][random.below(4)]
    let topics = settings.lanes.topics
    let configuration = SimulatedLog.Configuration(
      sessionTimeout: .seconds(isSessionShort ? 3 : 7), transactionTimeout: .seconds(isSessionShort ? 8 : 4),
      variesFetches: true, keepsTraceLines: keepsTrace, retention: retention,
      heldTopics: Set(topics.consumed + [topics.journal, topics.redo]), archivesRemoved: true)
    log = SimulatedLog(seed: random.next(), configuration: configuration)
    scheduler = Scheduler(log: log, random: random.fork())
    report = SimulationReport(seed: seed)
  }

  /// Everything that could hide a fault by being always the same is drawn.
  private static func drawSettings(_ random: inout SeededRandom) -> ProcessorSettings {
    var settings = ProcessorSettings()
    settings.lanes.partitions = Int32(2 + random.below(3))
    settings.lanes.snapshots = random.chance(oneIn: 4) ? .milestones : .changes
    settings.lanes.checkpointAge = EventTime.Span(milliseconds: [0, 500, 4_000][random.below(3)])
    settings.lanes.maxCheckpointValues = [1, 5, 1_000][random.below(3)]
    settings.lanes.maxRedoBytes = [64, 700, 100_000][random.below(3)]
    settings.commitInterval = .milliseconds([40, 150, 400][random.below(3)])
    settings.maxBatchEvents = [3, 15, 200][random.below(3)]
    settings.topicIdle = .milliseconds([1_500, 5_000][random.below(2)])
    settings.restorePatience = .zero
    settings.maxResidentBytes = [0, 12_000, 4 << 30][random.below(3)]
    settings.laneFileInterval = [nil, .milliseconds(300), .seconds(5)][random.below(3)]
    settings.lanes.maxSnapshotBytes = [1_500, 1_048_576][random.below(2)]
    settings.breaker.minRecords = [8, 1_000][random.below(2)]
    settings.breaker.maxRejectedPercent = 20
    settings.breaker.window = .seconds(5)
    settings.breaker.cooldown = .seconds(4)
    settings.lanes.sessions.maxEventsPerMinute = [30, 6_000][random.below(2)]
    settings.lanes.sessions.maxOutOfOrder = .seconds(1)
    settings.lanes.sessions.maxFutureSkew = .minutes(5)
    settings.lanes.sessions.allowedLateness = .seconds(20)
    settings.lanes.sessions.webGap = .seconds(4)
    settings.lanes.sessions.appGap = .seconds(7)
    settings.lanes.sessions.conversationRetention = .seconds(15)
    settings.lanes.sessions.afterCallWorkTimeout = .seconds(3)
    settings.lanes.sessions.rules.maxTriggerAge = .seconds([3, 300][random.below(2)])
    settings.lanes.sessions.rules.maxActions = [8, 100][random.below(2)]
    settings.definitionsInterval = .milliseconds([0, 250][random.below(2)])
    settings.lanes.sessions.maxSessionEvents = [25, 100_000][random.below(2)]
    return settings
  }

  func violate(_ text: String) {
    if report.violations.count < 20 { report.violations.append(text) }
  }

  func count(_ situation: Situation, _ times: Int = 1) {
    if times > 0 { report.fired["situation/\(situation.rawValue)", default: 0] += times }
  }

  // MARK: - Course

  func run() throws {
    let topics = settings.lanes.topics
    var created: Set<String> = []
    try log.create(
      topics.all.filter { created.insert($0).inserted }.map {
        TopicSpecification(
          name: $0, partitions: settings.lanes.partitions,
          settings: topicSettings($0))
      })
    var definitions = SimulationDefinitions(topic: topics.definitions)
    try definitions.apply(to: log, now: log.now)
    drawChaos()
    for number in 0..<1 + random.below(3) {
      let disk = SimulatedDisk(random: random.fork(), faultInterval: [0, 3, 12][random.below(3)]) {
        [unowned self] in
        report.fired["disk/\($0.rawValue)", default: 0] += 1
      }
      slots.append(
        Slot(instance: "p\(number)", disk: disk, process: nil, startAt: log.now + Int64(random.below(2_000))))
    }
    let publisher = try log.makePublisher()
    var feed = JourneyFeed(
      random: random.fork(), publisher: publisher, topics: topics.inputs, events: 80 + random.below(220),
      start: log.now)
    log.faults = FaultPlan(random: &random)
    let start = log.now
    while !feed.isFinished, mayGoOn {
      try feed.step(now: log.now)
      supervise()
      turn()
      if random.chance(oneIn: 400) { try glance() }
      if random.chance(oneIn: 300) { try applyNext(&definitions) }
      if silences > 0, random.chance(oneIn: 1_500) { try silence(&feed) }
    }
    // What was not drawn before comes at the end, before anything heals.
    if silences > 0, mayGoOn { try silence(&feed) }
    heal()
    let healedAt = log.now
    while !isConverged(), mayGoOn {
      supervise()
      turn()
      guard log.now - healedAt < SimulationRun.patience else {
        violate(
          "did not converge within \(SimulationRun.patience) ms of virtual time after the last fault: \(lagging())"
        )
        break
      }
    }
    if scheduler.steps >= SimulationRun.maxSteps { violate("no end after \(scheduler.steps) steps") }
    // Long enough for every timer that an idle lane may fire.
    let quietUntil = log.now + 45_000
    while log.now < quietUntil, mayGoOn {
      supervise()
      turn()
    }
    stopAll()
    report.events = feed.published.count
    report.virtualTime = .milliseconds(log.now - start)
    try check(feed)
  }

  /// Puts other definitions into force while everything else goes wrong; whoever applies them sees no fault.
  private func applyNext(_ definitions: inout SimulationDefinitions) throws {
    let faults = log.faults
    log.faults = nil
    defer { log.faults = faults }
    try definitions.apply(to: log, now: log.now)
  }

  /// A run that has failed, or that does not end, is cut short.
  private var mayGoOn: Bool { report.violations.isEmpty && scheduler.steps < SimulationRun.maxSteps }

  private func topicSettings(_ topic: String) -> [String: String] {
    let topics = settings.lanes.topics
    switch topic {
    // No snapshot may be larger than the topic takes; what is beside the value is keys and headers.
    case topics.sessions:
      return ["cleanup.policy": "compact", "max.message.bytes": "\(settings.lanes.maxSnapshotBytes + 600)"]
    case topics.state, topics.definitions: return ["cleanup.policy": "compact"]
    // On a broker these have no age limit, see `TopicPlan`; on a log of our own it is the history.
    case topics.journal, topics.redo, topics.routed:
      return ["retention.ms": retention == .broker ? "-1" : "\(history.components.seconds * 1_000)"]
    case topics.rejected: return ["retention.ms": "\(2 * SimulationRun.week.components.seconds * 1_000)"]
    default: return ["retention.ms": "\(SimulationRun.week.components.seconds * 1_000)"]
    }
  }

  private static let week: Duration = .seconds(7 * 86_400)

  func finish() -> SimulationReport {
    for (key, count) in log.firedFaults.all { report.fired[key.description] = count }
    count(.transactionTimedOut, log.timedOutTransactions)
    count(.retentionRemoved, log.removedByRetention)
    report.trace = log.trace.digest
    report.traceLines = log.trace.lines
    return report
  }

  /// One turn of the processes, and at most so much time that nothing from outside comes late.
  private func turn() { scheduler.turn(upTo: log.now + 100) }

  private func heal() {
    isHealing = true
    log.faults = nil
    for slot in slots {
      slot.process?.clockError = 0
      slot.disk.faultInterval = 0
    }
  }

  /// Starts what has to be started and looks at how processes ended.
  private func supervise() {
    for index in slots.indices {
      if let process = slots[index].process, let ending = process.ending {
        judge(ending, of: process)
        slots[index].process = nil
        slots[index].startAt = log.now + Int64(random.below(isHealing ? 200 : 3_000))
      } else if let process = slots[index].process, !process.isAlive {
        // Killed: whatever it still unwinds has no effect, and nobody waits for it.
        replaced.append(process)
        slots[index].process = nil
        slots[index].startAt = log.now + Int64(random.below(isHealing ? 200 : 3_000))
      }
      if slots[index].process == nil, slots[index].startAt <= log.now { start(index) }
    }
    replaced.removeAll { process in
      guard let ending = process.ending else { return false }
      judge(ending, of: process)
      return true
    }
  }

  private func judge(_ ending: SimulatedProcess.Ending, of process: SimulatedProcess) {
    guard case .failed(let error) = ending else { return }
    if let error = error as? LogError {
      if error.code == "FENCED_INSTANCE_ID" { return count(.instanceFenced) }
      if error.code == LogError.inputLost, stopsOverLostInput, retention == .broker {
        // A person has read the numbers and decided.
        lostInput = .earliest
        return count(.stoppedOverLostInput)
      }
      if error.code == "injected" || error.reaction != .fatal { return }
    }
    violate("process \(process.instance) stopped by itself: \(error)")
  }

  private func start(_ index: Int) {
    processCount += 1
    let process = SimulatedProcess(number: processCount, instance: slots[index].instance)
    slots[index].process = process
    let view = ProcessView(
      process: process, log: log, scheduler: scheduler, mutation: mutation,
      around: { [unowned self] in around($0) }, inRelease: { [unowned self] in inRelease($0) })
    var local = LocalStorage()
    local.laneFiles = slots[index].disk
    local.coldStores = MemoryColdStores { [unowned self] in damaged($0) }
    process.clockError = slots[index].clockError
    slots[index].clockError = 0
    var settings = settings
    settings.lostInput = lostInput
    process.start(settings: settings, view: view, local: local, scheduler: scheduler) {
      [unowned self] in
      note($0, of: process)
    }
  }

  private func stopAll() {
    for slot in slots { slot.process?.worker?.stop() }
    let deadline = log.now + 60_000
    while slots.contains(where: { $0.process != nil && $0.process?.ending == nil }), log.now < deadline {
      turn()
    }
    for slot in slots {
      guard let process = slot.process else { continue }
      if let ending = process.ending {
        judge(ending, of: process)
      } else {
        violate("process \(process.instance) did not stop")
      }
    }
    // What was killed unwinds, and nothing of it may reach the log.
    while !scheduler.isEmpty, scheduler.steps < SimulationRun.maxSteps { turn() }
    if !scheduler.isEmpty { violate("threads left at the end") }
    if !log.openTransactions.isEmpty { violate("transactions left open: \(log.openTransactions)") }
  }

  private func note(_ event: ProcessorEvent, of process: SimulatedProcess) {
    log.remark("\(process.instance)#\(process.number) \(event)")
    switch event {
    case .rewound(let error):
      count(.rewound)
      let stale = ["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "PRODUCER_FENCED", "FENCED_INSTANCE_ID"]
      if stale.contains(error.code) { count(.staleOwnerRefused) }
    case .running(_, let sessions) where sessions > 0: count(.restoredWithSessions)
    case .restored(let restore):
      if restore.source == .file { count(.restoredFromFile) }
      if restore.source == .memory { count(.resumedFromMemory) }
    case .laneFileIgnored: count(.laneFileIgnored)
    case .inputLost(let lost): count(.inputLost, lost.count { !$0.isFirstRead })
    case .breakerOpened: count(.breakerOpened)
    case .definitions(let report) where report.revision > 1: count(.definitionsSwitched)
    case .committed(let commit):
      report.commits += 1
      count(.shortenedSnapshot, commit.shortenedSnapshots)
      count(.passivated, commit.byLane.reduce(into: 0) { $0 += $1.residency.passivated })
      count(.activated, commit.byLane.reduce(into: 0) { $0 += $1.residency.activated })
    default: break
    }
  }

  /// What a local store gives back of what was put there.
  private func damaged(_ value: ColdValue) -> ColdValue? {
    guard !isHealing, coldFaultInterval > 0, random.chance(oneIn: coldFaultInterval) else { return value }
    if random.chance(oneIn: 2) {
      report.fired["cold/lost", default: 0] += 1
      return nil
    }
    report.fired["cold/damaged", default: 0] += 1
    var value = value
    value.bytes[random.below(value.bytes.count)] ^= UInt8(1 << random.below(8))
    return value
  }

  // MARK: - Chaos

  private func drawChaos() {
    chaos = Chaos.allCases.filter { _ in random.chance(oneIn: 2) }
    // Where a silence is to come, so is what keeps a log from growing.
    if silences > 0, !chaos.contains(.maintain) { chaos.append(.maintain) }
    chaosInterval = [60, 200, 600][random.below(3)]
    coldFaultInterval = [0, 20, 200][random.below(3)]
  }

  /// Around every request: others run, and the worst may happen.
  private func around(_ process: SimulatedProcess) {
    if !isHealing, !chaos.isEmpty, random.chance(oneIn: chaosInterval) {
      strike(chaos[random.below(chaos.count)], process)
    }
    if random.chance(oneIn: 3) { scheduler.yield() }
  }

  private func inRelease(_ process: SimulatedProcess) {
    scheduler.yield()
    guard !isHealing, chaos.contains(.killInRelease), random.chance(oneIn: 4) else { return }
    process.kill()
    report.fired["chaos/\(Chaos.killInRelease.rawValue)", default: 0] += 1
  }

  private func strike(_ chaos: Chaos, _ process: SimulatedProcess) {
    log.remark("chaos \(chaos.rawValue) \(process.instance)#\(process.number)")
    switch chaos {
    case .kill: process.kill()
    case .killInRelease: return
    case .longStall: scheduler.stall(process.number, for: 4_000 + Int64(random.below(6_000)))
    case .shortStall: scheduler.stall(process.number, for: 1 + Int64(random.below(400)))
    case .overtake:
      log.evict(group: Simulation.group, instance: process.instance)
      scheduler.stall(process.number, for: 1 + Int64(random.below(3_000)))
    case .evict: log.evict(group: Simulation.group, instance: slots[random.below(slots.count)].instance)
    case .rebalance: log.rebalance(group: Simulation.group)
    case .replace:
      guard let index = slots.firstIndex(where: { $0.process === process }) else { return }
      replaced.append(process)
      start(index)
    case .clockAhead: process.clockError += Int64(random.below(120_000))
    case .clockBack: process.clockError -= Int64(random.below(120_000))
    case .clockJump: process.clockError += (random.chance(oneIn: 2) ? 1 : -1) * span()
    case .maintain: maintain()
    case .compact: log.compact(tombstoneRetention: .seconds(60))
    case .restart: process.worker?.stop()
    }
    report.fired["chaos/\(chaos.rawValue)", default: 0] += 1
  }

  // MARK: - Silence

  /// One hour to 400 days, each order of magnitude as often.
  private func span() -> Int64 {
    let longest: Int64 = 400 * 86_400_000
    var span: Int64 = 3_600_000
    while span < longest, !random.chance(oneIn: 6) { span = span * 3 + Int64(random.below(3_600_000)) }
    return min(span, longest)
  }

  /// Nobody runs for a while: some were stopped, some were killed, and what they leave waits.
  private func silence(_ feed: inout JourneyFeed) throws {
    silences -= 1
    let faults = log.faults
    log.faults = nil
    try feed.hurry(now: log.now)
    log.faults = faults
    for slot in slots {
      if random.chance(oneIn: 2) { slot.process?.worker?.stop() } else { slot.process?.kill() }
    }
    // As long as a stop takes; who has not ended then is killed.
    let until = log.now + 20_000
    while slots.contains(where: { $0.process.map { $0.ending == nil } ?? false }), log.now < until, mayGoOn {
      turn()
    }
    for slot in slots where slot.process?.ending == nil { slot.process?.kill() }
    if random.chance(oneIn: 2) { maintain() }
    let length = span()
    log.remark("silence of \(length) ms")
    log.now += length
    feed.rest(until: log.now)
    count(.silence)
    // A broker goes on by itself, a log of our own is maintained by whoever runs.
    if retention == .broker { log.applyRetention() }
    for index in slots.indices {
      slots[index].startAt = log.now + Int64(random.below(2_000))
      if random.chance(oneIn: 4) {
        slots[index].clockError = (random.chance(oneIn: 2) ? 1 : -1) * span()
        hadWrongClockAtStart = true
        feed.repeats = false
        count(.wrongClockAtStart)
      }
    }
    if random.chance(oneIn: 2) { maintain() }
  }

  /// What `run` does now and then: says what nobody needs any more, and removes what is old enough.
  private func maintain() {
    let faults = log.faults
    log.faults = nil
    defer { log.faults = faults }
    do {
      try release()
      let before = log.removedByRetention
      log.applyRetention()
      if log.removedByRetention == before { count(.heldBack) }
    } catch let error as LogError where error.reaction == .retry {
      // A transaction is open in the way; it comes again.
    } catch {
      violate("maintenance failed: \(error)")
    }
  }

  private func release() throws {
    let topics = settings.lanes.topics
    let reader = try log.makeReader()
    defer { reader.close() }
    let needs = RestartNeeds(settings: settings, reader: reader, includesInputs: log.retainsInputs)
    var positions: [TopicPartition: NextOffset] = [:]
    for lane in 0..<settings.lanes.partitions where random.below(4) > 0 {
      let inputs = topics.consumed.map { TopicPartition($0, lane) }
      let committed = try log.committedOffsets(group: Simulation.group, of: inputs)
      positions.merge(try needs.positions(lane, committed: committed)) { $1 }
      let ends = try reader.bounds(inputs + [TopicPartition(topics.journal, lane)]).mapValues(\.end)
      switch mutation {
      case .removesNewestJournal: positions.merge(ends.filter { $0.key.topic == topics.journal }) { $1 }
      case .releasesUnreadInput: positions.merge(ends.filter { $0.key.topic != topics.journal }) { $1 }
      default: break
      }
    }
    try log.release(before: positions, history: history)
  }

  // MARK: - Looking

  private func isConverged() -> Bool {
    lagging().isEmpty && log.openTransactions.isEmpty
  }

  /// Consumed partitions whose committed position is behind their last record.
  private func lagging() -> [TopicPartition] {
    let committed = log.committedOffsets(group: Simulation.group)
    var lagging: [TopicPartition] = []
    for topic in settings.lanes.topics.consumed {
      for lane in 0..<settings.lanes.partitions {
        let partition = TopicPartition(topic, lane)
        guard let last = log.lastRecord(partition) else { continue }
        if (committed[partition] ?? NextOffset(0)).value <= last.value { lagging.append(partition) }
      }
    }
    return lagging
  }

  /// What a reader of committed records sees at this moment; judged at the end.
  private func glance() throws {
    let faults = log.faults
    log.faults = nil
    defer { log.faults = faults }
    glances.append(try AtomicityCheck.glance(at: log, settings.lanes))
  }

  private func check(_ feed: JourneyFeed) throws {
    let journals = try JournalCheck.run(self)
    try AtomicityCheck.run(self, glances, journals)
    try CountCheck.run(self, feed, journals)
    try ReplayCheck.run(self, journals)
    try TriggerCheck.run(self, feed)
    count(.tick, journals.joined().filter { !$0.ticks.isEmpty }.count)
    count(.tickBesideInput, journals.joined().filter { !$0.ticks.isEmpty && $0.counts.read > 0 }.count)
    let counts = journals.joined().reduce(BatchCounts()) { $0 + $1.counts }
    count(.routed, counts.routed)
    count(.rejected, counts.rejected)
    count(.duplicate, counts.duplicates)
    for lane in 0..<settings.lanes.partitions {
      count(.checkpointed, try log.committedRecords(TopicPartition(settings.lanes.topics.state, lane)).count)
    }
  }
}
