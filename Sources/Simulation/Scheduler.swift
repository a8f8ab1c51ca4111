internal import Dispatch
internal import SimulatedLog

/// Decides which of the processes' threads runs next, one at a time, and moves virtual time: one seed decides
/// all.
///
/// Unchecked, because one thread of a simulation runs at a time: the driving one, or the one that holds the
/// baton.
final class Scheduler: @unchecked Sendable {
  let log: SimulatedLog
  var random: SeededRandom
  private let baton = DispatchSemaphore(value: 0)
  private var executors: [SimulatedExecutor] = []
  private var taskExecutors: [SimulatedTaskExecutor] = []
  private var current: SimulatedExecutor?
  private var sleepers: [Sleeper] = []
  private var stalls: [Int: Int64] = [:]
  /// Turns taken, for a bound on runs that never end.
  private(set) var steps = 0

  private struct Sleeper {
    var due: Int64
    var continuation: CheckedContinuation<Void, Never>
  }

  init(log: SimulatedLog, random: SeededRandom) {
    self.log = log
    self.random = random
  }

  /// Virtual time in milliseconds since 1970-01-01T00:00:00Z.
  var now: Int64 { log.now }

  func makeExecutor(process: Int) -> SimulatedExecutor {
    let executor = SimulatedExecutor(process: process, scheduler: self)
    executors.append(executor)
    return executor
  }

  func makeTaskExecutor(process: Int) -> SimulatedTaskExecutor {
    let executor = SimulatedTaskExecutor(process: process)
    taskExecutors.append(executor)
    return executor
  }

  /// Whether every thread of every process has ended.
  var isEmpty: Bool { executors.isEmpty }

  // MARK: - The driving thread

  /// Lets one thread or task go on until it blocks.
  ///
  /// - Returns: `false` if nothing is ready.
  func runOne() -> Bool {
    let time = now
    var ready = 0
    var chosen: (executor: SimulatedExecutor?, tasks: SimulatedTaskExecutor?) = (nil, nil)
    func offer(_ executor: SimulatedExecutor?, _ tasks: SimulatedTaskExecutor?) {
      ready += 1
      if random.below(ready) == 0 { chosen = (executor, tasks) }
    }
    for executor in executors where !isStalled(executor.process) && executor.isReady(at: time) {
      offer(executor, nil)
    }
    for tasks in taskExecutors where tasks.hasJobs && !isStalled(tasks.process) { offer(nil, tasks) }
    guard ready > 0 else { return false }
    steps += 1
    if let tasks = chosen.tasks {
      tasks.runNext()
    } else if let executor = chosen.executor {
      current = executor
      executor.run()
      baton.wait()
      current = nil
      if executor.hasEnded { remove(executor) }
    }
    return true
  }

  /// One turn: something runs, or time moves on to when something will, at most to `limit`.
  func turn(upTo limit: Int64) {
    if runOne() {
      if random.chance(oneIn: 4) { advance(to: now + 1) }
      return
    }
    var next = limit
    for executor in executors {
      guard var wake = executor.wakesAt else { continue }
      if let stall = stalls[executor.process] { wake = max(wake, stall) }
      next = min(next, wake)
    }
    for sleeper in sleepers { next = min(next, sleeper.due) }
    for stall in stalls.values where stall > now { next = min(next, stall) }
    advance(to: max(next, now + 1))
  }

  private func remove(_ executor: SimulatedExecutor) {
    executors.removeAll { $0 === executor }
    if executors.contains(where: { $0.process == executor.process }) { return }
    taskExecutors.removeAll { $0.process == executor.process && !$0.hasJobs }
  }

  private func isStalled(_ process: Int) -> Bool {
    guard let until = stalls[process] else { return false }
    if until > now { return true }
    stalls[process] = nil
    return false
  }

  private func advance(to time: Int64) {
    log.now = time
    var woken: [Sleeper] = []
    sleepers.removeAll { sleeper in
      guard sleeper.due <= time else { return false }
      woken.append(sleeper)
      return true
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  // MARK: - The thread that holds the baton

  func giveBack() { baton.signal() }

  /// Others may go on before the calling thread does.
  func yield() { pause(until: now) { true } }

  /// Blocks until a moment has come or the condition holds.
  func pause(until time: Int64, isOver: (() -> Bool)? = nil) {
    // Tasks on the driving thread make no requests that others could get in between.
    guard let executor = current else { return }
    executor.pause(until: time, isOver: isOver)
    current = executor
  }

  func sleep(for milliseconds: Int64) async {
    let due = now + max(milliseconds, 1)
    await withCheckedContinuation { sleepers.append(Sleeper(due: due, continuation: $0)) }
  }

  /// Halts a process, as a machine that swaps or collects garbage does, while others go on.
  func stall(_ process: Int, for milliseconds: Int64) {
    stalls[process] = now + milliseconds
    yield()
  }
}
