internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import LaneStorage
internal import Processor
internal import Sessionizer
internal import SimulatedLog
internal import WireFormat

/// The course of one simulation: chaos, healing, checks.
///
/// Unchecked, because everything of a simulation is confined to the thread that drives it.
final class SimulationRun: @unchecked Sendable {
  /// Virtual time that healing may take: many times what a restore, a session timeout and a transaction
  /// timeout need.
  private static let patience: Int64 = 300_000
  /// Jobs after which a run that does not end is given up.
  static let maxSteps = 3_000_000

  /// One place of a process, taken again after each death.
  struct Slot {
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
  let mutation: Mutation?
  /// Whether an outcome is predicted, and the owner of lane 0 trains.
  let predicts: Bool
  let scheduler: Scheduler
  var random: SeededRandom
  var slots: [Slot] = []
  /// Processes whose place another one has taken.
  var replaced: [SimulatedProcess] = []
  var processCount = 0
  var chaos: [Chaos] = []
  /// Whether the clock of a process may have been ahead of time.
  var hadClocksAhead: Bool {
    chaos.contains(.clockAhead) || chaos.contains(.clockJump) || hadWrongClockAtStart
  }
  var hadWrongClockAtStart = false
  /// Silences that are still to come.
  var silences = 0
  /// Since when customers wait, and what does not fail until they go on.
  private var waiting: (since: Int64, faults: (any FaultInjector)?)?
  /// What processes do about lost input; those that stopped over it are started again with the other one.
  var lostInput: LostInput.Policy
  let stopsOverLostInput: Bool
  /// How long what nobody needs stays, in topics of which maintenance decides.
  let history: Duration
  let retention: SimulatedLog.Retention
  var chaosInterval = 0
  var coldFaultInterval = 0
  var isHealing = false
  var report: SimulationReport
  var glances: [AtomicityCheck.Glance] = []

  init(seed: UInt64, mutation: Mutation?, always: Set<Emphasis>, keepsTrace: Bool) {
    random = SeededRandom(seed: seed)
    self.mutation = mutation
    predicts = seed.isMultiple(of: 3) || always.contains(.predictions)
    settings = ProcessorSettings.drawn(
      &random, mutation, learns: predicts, findsPersons: always.contains(.identity))
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
    // In a quarter of the seeds that predict no map asks.
    var definitions = SimulationDefinitions(
      topic: topics.definitions, predicts: predicts, asksScores: report.seed / 3 % 4 != 3)
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
      random: random.fork(), publisher: publisher, topics: topics.inputs,
      events: (predicts ? 240 : 80) + random.below(220), start: log.now)
    if predicts { feed.visits = VisitFeed() }
    if topics.readsCommands {
      let erases = settings.lanes.partitions.isMultiple(of: 2)
      feed.commands = CommandFeed(topic: topics.commands, erases: erases)
      // Of a session that was erased nobody knows any more what it had: an event that comes again is new.
      if erases { feed.repeats = false }
    }
    log.faults = FaultPlan(random: &random, isMild: predicts)
    let start = log.now
    while !feed.isFinished, mayGoOn {
      if isWaiting() { feed.rest(until: log.now) } else { try feed.step(now: log.now) }
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
  func applyNext(_ definitions: inout SimulationDefinitions) throws {
    let faults = log.faults
    log.faults = nil
    defer { log.faults = faults }
    try definitions.apply(to: log, now: log.now)
  }

  /// A run that has failed, or that does not end, is cut short.
  var mayGoOn: Bool { report.violations.isEmpty && scheduler.steps < SimulationRun.maxSteps }

  func topicSettings(_ topic: String) -> [String: String] {
    let week = SimulationRun.week.components.seconds * 1_000
    guard let output = settings.lanes.topics.output(named: topic)?.entry else {
      return ["retention.ms": "\(week)"]
    }
    switch output.cleanup {
    case .compact where output.size == .snapshot:
      // No snapshot may be larger than the topic takes; what is beside the value is keys and headers.
      return ["cleanup.policy": "compact", "max.message.bytes": "\(settings.lanes.maxSnapshotBytes + 600)"]
    case .compact: return ["cleanup.policy": "compact"]
    case .delete(let hours): return ["retention.ms": "\(hours * 3_600_000)"]
    // On a broker these have no age limit, see `TopicPlan`; on a log of our own it is the history.
    case .deleteUnneeded:
      return ["retention.ms": retention == .broker ? "-1" : "\(history.components.seconds * 1_000)"]
    }
  }

  static let week: Duration = .seconds(7 * 86_400)

  func finish() -> SimulationReport {
    for (key, count) in log.firedFaults.all { report.fired[key.description] = count }
    count(.transactionTimedOut, log.timedOutTransactions)
    count(.retentionRemoved, log.removedByRetention)
    report.trace = log.trace.digest
    report.traceLines = log.trace.lines
    return report
  }

  /// One turn of the processes, and at most so much time that nothing from outside comes late.
  func turn() { scheduler.turn(upTo: log.now + 100) }

  func heal() {
    isHealing = true
    log.faults = nil
    for slot in slots {
      slot.process?.clockError = 0
      slot.disk.faultInterval = 0
    }
  }

  // MARK: - Looking

  /// Whether customers wait. Where something is to be learned they do, for those who fall behind: what is
  /// taken up in one go at the end has ended before anybody was scored.
  ///
  /// Only so long: then nothing fails until the lanes are there. Where restores are long and much fails,
  /// they would hardly ever be.
  func isWaiting() -> Bool {
    guard predicts else { return false }
    if keepsUp {
      if let faults = waiting?.faults { log.faults = faults }
      waiting = nil
      return false
    }
    let since = waiting?.since ?? log.now
    if waiting == nil { waiting = (since, nil) }
    if log.now - since >= SimulationRun.longestWait, let faults = log.faults {
      waiting?.faults = faults
      log.faults = nil
    }
    return true
  }

  /// In milliseconds of virtual time.
  static let longestWait: Int64 = 5_000

  private var keepsUp: Bool {
    let committed = log.committedOffsets(group: Simulation.group)
    var behind: Int64 = 0
    for topic in settings.lanes.topics.consumed {
      for lane in 0..<settings.lanes.partitions {
        let partition = TopicPartition(topic, lane)
        guard let last = log.lastRecord(partition) else { continue }
        behind += max(last.value + 1 - (committed[partition] ?? NextOffset(0)).value, 0)
      }
    }
    return behind < 20
  }

  func isConverged() -> Bool {
    lagging().isEmpty && log.openTransactions.isEmpty
  }

  /// Consumed partitions whose committed position is behind their last record.
  func lagging() -> [TopicPartition] {
    let committed = log.committedOffsets(group: Simulation.group)
    var lagging: [TopicPartition] = []
    for topic in settings.lanes.topics.consumed {
      for lane in LaneNumber.all(of: settings.lanes.partitions) {
        let partition = TopicPartition(topic, lane: lane)
        guard let last = log.lastRecord(partition) else { continue }
        if (committed[partition] ?? NextOffset(0)).value <= last.value { lagging.append(partition) }
      }
    }
    return lagging
  }

  /// What a reader of committed records sees at this moment; judged at the end.
  func glance() throws {
    let faults = log.faults
    log.faults = nil
    defer { log.faults = faults }
    glances.append(try AtomicityCheck.glance(at: log, settings.lanes))
  }

  func check(_ feed: JourneyFeed) throws {
    let journals = try JournalCheck.run(self)
    try AtomicityCheck.run(self, glances, journals)
    try CountCheck.run(self, feed, journals)
    try MessageCheck.run(self, feed, journals)
    try PersonCheck.run(self, feed, journals)
    try ErasureCheck.run(self, feed, journals)
    try TriggerCheck.run(self, feed)
    try TrainingCheck.run(self)
    try ModelCheck.run(self, journals)
    try ReplayCheck.run(self, journals)
    count(.tick, journals.joined().filter { !$0.ticks.isEmpty }.count)
    count(.tickBesideInput, journals.joined().filter { !$0.ticks.isEmpty && $0.counts.read > 0 }.count)
    let counts = journals.joined().reduce(BatchCounts()) { $0 + $1.counts }
    count(.routed, counts.routed)
    count(.rejected, counts.rejected)
    count(.duplicate, counts.duplicates)
    for lane in LaneNumber.all(of: settings.lanes.partitions) {
      count(
        .checkpointed, try log.committedRecords(TopicPartition(settings.lanes.topics.state, lane: lane)).count
      )
    }
  }
}
