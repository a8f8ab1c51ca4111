internal import EventLog
internal import JourneyModel
internal import LaneStorage
internal import Processor
internal import Sessionizer
internal import SimulatedLog

/// Processes start, end, are judged and noted.
extension SimulationRun {
  /// Starts what has to be started and looks at how processes ended.
  func supervise() {
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

  func judge(_ ending: SimulatedProcess.Ending, of process: SimulatedProcess) {
    if process.diedTraining { count(.killedWhileTraining) }
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

  func start(_ index: Int) {
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

  func stopAll() {
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

  func note(_ event: ProcessorEvent, of process: SimulatedProcess) {
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
    case .trainingLost: count(.laneZeroLostWhileTraining)
    case .committed(let commit):
      count(.trained, commit.training == nil ? 0 : 1)
      report.commits += 1
      count(.shortenedSnapshot, commit.shortenedSnapshots)
      count(.evicted, commit.byLane.reduce(into: 0) { $0 += $1.residency.evicted })
      count(.loaded, commit.byLane.reduce(into: 0) { $0 += $1.residency.loaded })
    default: break
    }
  }
}
