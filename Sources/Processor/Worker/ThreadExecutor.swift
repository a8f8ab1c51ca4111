internal import Foundation

/// A serial executor with a thread of its own: log calls block, and the cooperative pool has one thread per core.
///
/// Unchecked, because the job queue is guarded by its condition.
final class ThreadExecutor: WorkerExecutor, @unchecked Sendable {
  private let condition = NSCondition()
  private var jobs: [UnownedJob] = []
  private var isStopped = false

  init(name: String) {
    let thread = Thread { [self] in work() }
    thread.name = name
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.lock()
    jobs.append(job)
    condition.signal()
    condition.unlock()
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  /// Ends the thread once its queue is empty.
  func stop() {
    condition.lock()
    isStopped = true
    condition.signal()
    condition.unlock()
  }

  private func work() {
    while true {
      condition.lock()
      while jobs.isEmpty, !isStopped { condition.wait() }
      let taken = jobs
      jobs.removeAll()
      let isOver = taken.isEmpty
      condition.unlock()
      if isOver { return }
      for job in taken { job.runSynchronously(on: asUnownedSerialExecutor()) }
    }
  }
}
