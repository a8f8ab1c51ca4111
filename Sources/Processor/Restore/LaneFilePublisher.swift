internal import JourneyModel
internal import LaneStorage
internal import ProcessRuntime

/// Makes lane files durable and visible, on a thread of its own: that waits for the disk.
actor LaneFilePublisher {
  private nonisolated let executor: any WorkerExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let report: @Sendable (ProcessorEvent) -> Void

  init(executor: any WorkerExecutor, report: @escaping @Sendable (ProcessorEvent) -> Void) {
    self.executor = executor
    self.report = report
  }

  /// Publishes a lane's file. The batch that it ends with has to be committed.
  func publish(_ lane: LaneNumber, _ file: LaneFileOutcome) {
    switch file {
    case .failed(let reason): report(.laneFileFailed(lane: lane, reason: reason))
    case .ready(let draft, let sequence, let sessions):
      do {
        try draft.publish()
        report(.laneFileWritten(lane: lane, sequence: sequence, sessions: sessions))
      } catch {
        draft.discard()
        report(.laneFileFailed(lane: lane, reason: "\(error)"))
      }
    }
  }

  func close() { executor.stop() }
}
