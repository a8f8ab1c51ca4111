internal import EventLog
internal import LaneStorage
internal import ProcessRuntime
internal import Processor
internal import SimulatedLog

/// One process: a production worker, its view of the log, and whether it still lives.
///
/// A killed process is not unwound by force: its calls throw and change nothing any more, until its tasks
/// have ended by themselves. Unchecked, because everything of a simulation is confined to the thread that
/// drives it.
final class SimulatedProcess: @unchecked Sendable {
  /// How a process came to its end.
  enum Ending {
    case stopped
    case killed
    case failed(any Error)
  }

  let number: Int
  let instance: String
  private(set) var isAlive = true
  private(set) var ending: Ending?
  /// How far the machine's clock is off, in milliseconds.
  var clockError: Int64 = 0
  /// Whether it read what it was to learn from when it died.
  var diedTraining = false
  private(set) var worker: Worker?

  init(number: Int, instance: String) {
    self.number = number
    self.instance = instance
  }

  /// Starts the worker; it runs whenever the scheduler picks it.
  func start(
    settings: ProcessorSettings, view: ProcessView, local: LocalStorage, scheduler: Scheduler,
    report: @escaping @Sendable (ProcessorEvent) -> Void
  ) {
    var settings = settings
    settings.instance = instance
    let runtime = SimulatedRuntime(process: self, scheduler: scheduler)
    let worker = Worker(
      settings: settings, log: ProcessLog(view),
      clock: SteadyClock(
        SimulatedClock(process: self, scheduler: scheduler), uptime: { .milliseconds(scheduler.now) }),
      local: local, runtime: runtime, report: report)
    self.worker = worker
    Task(executorPreference: runtime.tasks) { [self] in
      do {
        try await worker.run()
        end(isAlive ? .stopped : .killed)
      } catch {
        end(isAlive && !(error is SimulatedCrash) ? .failed(error) : .killed)
      }
    }
  }

  /// Kills it: from now on nothing it does has any effect.
  func kill() { isAlive = false }

  private func end(_ ending: Ending) {
    self.ending = ending
    isAlive = false
    // It refers to this process, and so nothing of either would ever be freed.
    worker = nil
  }
}
