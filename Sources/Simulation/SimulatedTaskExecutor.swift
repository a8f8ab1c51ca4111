/// Where lanes and tasks run that make no requests: on the driving thread, when the scheduler picks them.
///
/// Unchecked, because one thread of a simulation runs at a time.
final class SimulatedTaskExecutor: TaskExecutor, @unchecked Sendable {
  let process: Int
  private var jobs = JobQueue()

  init(process: Int) { self.process = process }

  var hasJobs: Bool { !jobs.isEmpty }

  func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

  func runNext() { jobs.next()?.runSynchronously(on: asUnownedTaskExecutor()) }
}

/// Jobs in order of arrival.
struct JobQueue {
  private var jobs: [UnownedJob] = []
  private var head = 0

  var isEmpty: Bool { head == jobs.count }

  mutating func append(_ job: UnownedJob) { jobs.append(job) }

  mutating func next() -> UnownedJob? {
    guard head < jobs.count else { return nil }
    let job = jobs[head]
    head += 1
    if head == jobs.count {
      jobs.removeAll(keepingCapacity: true)
      head = 0
    }
    return job
  }
}
