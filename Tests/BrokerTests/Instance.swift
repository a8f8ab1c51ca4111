internal import EventLog
internal import JourneyModel
import ProcessRuntime
internal import Processor
internal import Synchronization
import WireFormat

/// One instance of the processor, in this process, with what it has reported.
final class Instance: Sendable {
  /// What became known of it.
  struct Notes {
    /// Lanes owned at the moment.
    var lanes: Set<LaneNumber> = []
    /// Sessions that were read back from the log, all in all.
    var restored = 0
    /// What its commits did.
    var counts = BatchCounts()
    /// Transactions that failed.
    var rewinds: [LogError] = []
    /// Why it ended, unless it was stopped.
    var failure: String?
    var hasEnded = false
  }

  let settings: ProcessorSettings
  private let worker: Worker
  private let state: SharedNotes

  /// Starts an instance.
  init(_ settings: ProcessorSettings, log: any EventLog) {
    self.settings = settings
    let state = SharedNotes()
    self.state = state
    let worker = Worker(settings: settings, log: log, clock: SystemClock()) { state.note($0) }
    self.worker = worker
    Task {
      do {
        try await worker.run()
        state.end(nil)
      } catch {
        state.end("\(error)")
      }
    }
  }

  /// What it has reported so far. Throws if it has failed.
  func notes() throws -> Notes {
    let notes = state.read()
    if let failure = notes.failure {
      throw WaitedInVain(description: "instance '\(settings.instance)' has failed: \(failure)")
    }
    return notes
  }

  /// Stops it and waits for its end.
  func stop() async throws {
    worker.stop()
    try await wait(until: "the end of instance '\(settings.instance)'") { try notes().hasEnded }
  }

  /// Kept apart from the instance, so that the worker's reports do not keep that alive.
  private final class SharedNotes: Sendable {
    private let notes = Mutex(Notes())

    func read() -> Notes { notes.withLock { $0 } }

    func end(_ failure: String?) {
      notes.withLock {
        $0.failure = failure
        $0.hasEnded = true
      }
    }

    func note(_ event: ProcessorEvent) {
      notes.withLock { notes in
        switch event {
        case .running(let lane, let sessions):
          notes.lanes.insert(lane)
          notes.restored += sessions
        case .released(let lanes): notes.lanes.subtract(lanes)
        case .committed(let report): notes.counts = notes.counts + report.counts
        case .rewound(let error): notes.rewinds.append(error)
        default: break
        }
      }
    }
  }
}
