package import EventLog
package import Processor
internal import Synchronization

/// Keeps what a running processor reports, for whoever asks at any time, on any thread.
///
/// Noting takes a lock for some microseconds and never waits for a reader's page: readers copy the facts.
package final class ProcessorMonitor: Sendable {
  private let clock: @Sendable () -> Moment
  private let state: Mutex<ProcessorFacts>

  /// Creates a monitor of a processor that is about to start. `clock` gives the moment of what is noted or
  /// asked for.
  package init(clock: @escaping @Sendable () -> Moment) {
    self.clock = clock
    state = Mutex(ProcessorFacts(at: clock()))
  }

  /// Takes in what the processor reports; may be called on any thread.
  package func note(_ event: ProcessorEvent) {
    let moment = clock()
    state.withLock { $0.note(event, at: moment) }
  }

  /// Notes high watermarks that were asked for outside of the worker.
  package func note(ends: [TopicPartition: NextOffset]) {
    let moment = clock()
    state.withLock { $0.note(ends: ends, at: moment) }
  }

  /// Notes what the log takes of the disk.
  package func note(_ disk: DiskFacts) { state.withLock { $0.note(disk) } }

  /// Notes that the processor was asked to stop.
  package func noteStopping() { state.withLock { $0.noteStopping() } }

  /// What is known now.
  package func read() -> (facts: ProcessorFacts, moment: Moment) {
    let moment = clock()
    return (state.withLock { $0 }, moment)
  }
}
