internal import Processor

/// An executor whose jobs run when the scheduler picks them: for an actor (one job at a time) or for tasks.
///
/// Unchecked, because everything of a simulation is confined to the one thread that drives it.
final class SimulatedExecutor: WorkerExecutor, TaskExecutor, @unchecked Sendable {
  let process: Int
  let isSerial: Bool
  /// Whether its jobs wait while another actor of the process is inside one. A rebalance handler waits for the commit that
  /// is under way: here it would stand on top of it and keep it from ever ending.
  let yieldsToOthers: Bool
  private unowned let scheduler: Scheduler
  private var jobs: [UnownedJob] = []
  private var head = 0
  private(set) var isBusy = false

  init(process: Int, isSerial: Bool, yieldsToOthers: Bool, scheduler: Scheduler) {
    self.process = process
    self.isSerial = isSerial
    self.yieldsToOthers = yieldsToOthers
    self.scheduler = scheduler
  }

  var hasJobs: Bool { head < jobs.count }

  /// Whether a job may run now: an actor that is inside a job takes no second one.
  var isReady: Bool { hasJobs && !(isSerial && isBusy) }

  func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  func stop() {}

  /// Runs the oldest job.
  func runNext() {
    let job = jobs[head]
    head += 1
    if head == jobs.count {
      jobs.removeAll(keepingCapacity: true)
      head = 0
    }
    let wasBusy = isBusy
    isBusy = true
    if isSerial {
      job.runSynchronously(on: asUnownedSerialExecutor())
    } else {
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
    isBusy = wasBusy
  }
}
