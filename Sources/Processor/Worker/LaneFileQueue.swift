internal import JourneyModel

/// Lane files that are being published, one after the other.
struct LaneFileQueue {
  typealias Item = (lane: LaneNumber, file: LaneFileOutcome)

  let publisher: LaneFilePublisher
  private let taskExecutor: (any TaskExecutor)?
  /// The newest of the publications; it ends behind all others.
  private(set) var newest: Task<Void, Never>?

  init(_ publisher: LaneFilePublisher, taskExecutor: (any TaskExecutor)?) {
    self.publisher = publisher
    self.taskExecutor = taskExecutor
  }

  /// Publishes files of batches that have committed.
  mutating func publish(_ files: [Item]) {
    guard !files.isEmpty else { return }
    newest = Task(executorPreference: taskExecutor) { [newest, publisher] in
      await newest?.value
      for (lane, file) in files { await publisher.publish(lane, file) }
    }
  }
}
