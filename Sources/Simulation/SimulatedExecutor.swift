internal import DequeModule
internal import Dispatch
internal import Foundation
internal import Processor

/// The executor of one actor that blocks: a thread of its own that runs only while it holds the baton.
///
/// A thread, because a request that lets others go on has to block in the middle of a call. Unchecked,
/// because one thread of a simulation runs at a time: handing over the baton orders everything.
final class SimulatedExecutor: WorkerExecutor, @unchecked Sendable {
  /// What it does while another one has the baton.
  private enum State {
    case idle
    case running
    /// Inside a call, until a moment or a condition.
    case paused(until: Int64, isOver: (() -> Bool)?)
    case ended
  }

  let process: Int
  private unowned let scheduler: Scheduler
  private let baton = DispatchSemaphore(value: 0)
  private var jobs: Deque<UnownedJob> = []
  private var state = State.idle
  private var isStopped = false

  init(process: Int, scheduler: Scheduler) {
    self.process = process
    self.scheduler = scheduler
    let thread = Thread { [self] in work() }
    thread.stackSize = 4 << 20
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  func stop() { isStopped = true }

  var hasEnded: Bool { if case .ended = state { true } else { false } }

  /// Whether it has something to do at this moment.
  func isReady(at time: Int64) -> Bool {
    switch state {
    case .idle: !jobs.isEmpty || isStopped
    case .paused(let until, let isOver): until <= time || (isOver?() ?? false)
    case .running, .ended: false
    }
  }

  /// When it goes on by itself; `nil` if it waits for a job.
  var wakesAt: Int64? { if case .paused(let until, _) = state { until } else { nil } }

  /// Hands it the baton; it comes back through `Scheduler.takeBack`.
  func run() {
    state = .running
    baton.signal()
  }

  /// Blocks inside a call, on this executor's thread, until the moment has come or the condition holds, and
  /// the scheduler picks it again.
  func pause(until time: Int64, isOver: (() -> Bool)?) {
    state = .paused(until: time, isOver: isOver)
    scheduler.giveBack()
    baton.wait()
  }

  private func work() {
    baton.wait()
    while true {
      if let job = jobs.popFirst() {
        job.runSynchronously(on: asUnownedSerialExecutor())
      } else if isStopped {
        state = .ended
        scheduler.giveBack()
        return
      }
      state = .idle
      scheduler.giveBack()
      baton.wait()
    }
  }
}
