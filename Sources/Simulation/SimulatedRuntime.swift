internal import JourneyModel
internal import ProcessRuntime
internal import Processor

/// The runtime of one simulated process: threads that run one at a time, and virtual time.
struct SimulatedRuntime: WorkerRuntime {
  let process: SimulatedProcess
  let scheduler: Scheduler
  let tasks: SimulatedTaskExecutor
  let start: Int64

  init(process: SimulatedProcess, scheduler: Scheduler) {
    self.process = process
    self.scheduler = scheduler
    tasks = scheduler.makeTaskExecutor(process: process.number)
    start = scheduler.now
  }

  func makeExecutor(_ name: String) -> any WorkerExecutor { scheduler.makeExecutor(process: process.number) }

  var taskExecutor: (any TaskExecutor)? { tasks }

  var uptime: Duration { .milliseconds(scheduler.now - start) }

  func sleep(for duration: Duration) async { await scheduler.sleep(for: duration.milliseconds) }

  func block(for duration: Duration) {
    let process = process
    scheduler.pause(until: scheduler.now + duration.milliseconds) { !process.isAlive }
  }

  func wait(for signal: CompletionSignal, upTo duration: Duration) -> Bool {
    let process = process
    scheduler.pause(until: scheduler.now + duration.milliseconds) { signal.isOpen || !process.isAlive }
    return signal.isOpen
  }
}

/// A process's wall clock: virtual time, and how wrong the machine's clock is.
struct SimulatedClock: WallClock {
  let process: SimulatedProcess
  let scheduler: Scheduler

  var now: EventTime { EventTime(milliseconds: scheduler.now + process.clockError) }
}
