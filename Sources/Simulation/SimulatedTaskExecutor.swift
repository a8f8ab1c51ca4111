internal import DequeModule

/// Where lanes and tasks run that make no requests: on the driving thread, when the scheduler picks them.
///
/// Unchecked, because one thread of a simulation runs at a time.
final class SimulatedTaskExecutor: TaskExecutor, @unchecked Sendable {
  let process: Int
  private var jobs: Deque<UnownedJob> = []

  init(process: Int) { self.process = process }

  var hasJobs: Bool { !jobs.isEmpty }

  func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

  func runNext() { jobs.popFirst()?.runSynchronously(on: asUnownedTaskExecutor()) }
}
