internal import Processor
internal import SimulatedLog

/// Decides which of the processes' jobs runs next, and moves virtual time: one thread, one seed.
///
/// A job of a process may run inside a request of another one: that is how two processes overlap although there is only
/// one thread. Unchecked, because everything of a simulation is confined to the thread that drives it.
final class Scheduler: @unchecked Sendable {
  /// Requests inside requests: deeper than there are processes it says nothing new.
  private static let maxDepth = 6

  let log: SimulatedLog
  var random: SeededRandom
  private var executors: [SimulatedExecutor] = []
  private var sleepers: [Sleeper] = []
  private var stalls: [Int: Int64] = [:]
  private var depth = 0
  /// Jobs run, for a bound on runs that never end.
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

  func makeExecutor(process: Int, isSerial: Bool, yieldsToOthers: Bool = false) -> SimulatedExecutor {
    let executor = SimulatedExecutor(
      process: process, isSerial: isSerial, yieldsToOthers: yieldsToOthers, scheduler: self)
    executors.append(executor)
    return executor
  }

  /// Drops the executors of a process that has come to its end.
  func remove(process: Int) {
    executors.removeAll { $0.process == process && !$0.hasJobs && !$0.isBusy }
  }

  /// Whether nothing is under way or queued for a process.
  func isIdle(process: Int) -> Bool {
    !executors.contains { $0.process == process && ($0.hasJobs || $0.isBusy) }
  }

  /// Runs one job of some process that is not stalled.
  ///
  /// - Returns: `false` if there is none.
  @discardableResult
  func runOne() -> Bool {
    guard depth < Scheduler.maxDepth else { return false }
    let ready = executors.filter { executor in
      guard executor.isReady, stalls[executor.process].map({ $0 <= now }) ?? true else { return false }
      guard executor.yieldsToOthers else { return true }
      return !executors.contains { $0.process == executor.process && $0.isBusy && $0 !== executor }
    }
    guard !ready.isEmpty else { return false }
    let executor = ready[random.below(ready.count)]
    steps += 1
    depth += 1
    executor.runNext()
    depth -= 1
    return true
  }

  /// Moves time forward and wakes who has slept long enough.
  func advance(by milliseconds: Int64) {
    guard milliseconds > 0 else { return }
    log.now += milliseconds
    var woken: [Sleeper] = []
    sleepers.removeAll { sleeper in
      guard sleeper.due <= now else { return false }
      woken.append(sleeper)
      return true
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  func sleep(for milliseconds: Int64) async {
    let due = now + max(milliseconds, 1)
    await withCheckedContinuation { sleepers.append(Sleeper(due: due, continuation: $0)) }
  }

  /// Lets other jobs run until a moment has come or the condition holds.
  func pass(until time: Int64, or isOver: () -> Bool) {
    while now < time, !isOver() {
      if runOne() {
        if random.chance(oneIn: 4) { advance(by: 1) }
      } else {
        advance(by: min(time - now, 1 + Int64(random.below(20))))
      }
    }
  }

  /// Stands a process still, as a machine that swaps or collects garbage does, while others go on.
  func stall(_ process: Int, for milliseconds: Int64) {
    let until = now + milliseconds
    stalls[process] = until
    pass(until: until) { false }
    stalls[process] = nil
  }
}
