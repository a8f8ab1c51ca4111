package import EventLog
internal import JourneyModel
package import LaneStorage
package import ProcessRuntime
package import Processor
internal import WireFormat

/// Recovers the lanes of a group as its only member, so that nobody works on them meanwhile.
package struct RecoveryRun: Sendable {
  private let settings: ProcessorSettings
  private let log: any EventLog
  private let recovery: LaneRecovery
  private let patience: Duration

  /// Creates a run. `patience` is how long it waits for its partitions while another member has them.
  package init(
    settings: ProcessorSettings, log: any EventLog, local: LocalStorage, patience: Duration = .seconds(60)
  ) {
    self.settings = settings
    self.log = log
    self.patience = patience
    recovery = LaneRecovery(settings: settings, log: log, local: local)
  }

  /// What is wrong with which lanes. Writes nothing. Blocks; throws `LogError`.
  package func plan() throws -> [LaneRecovery.Plan] {
    try LaneNumber.all(of: settings.lanes.partitions).compactMap { try recovery.plan($0) }
  }

  /// Recovers every lane that needs it, each in a transaction of its own, and returns what was done. Where
  /// nothing needs it, nobody is waited for. Blocks; throws `LogError`: what was committed before stays, and
  /// the next run goes on with the rest.
  package func run(clock: any WallClock) throws -> [LaneRecovery.Plan] {
    guard try !plan().isEmpty else { return [] }
    let consumer = try log.makeConsumer(
      ConsumerConfiguration(
        group: settings.lanes.group, instance: settings.instance, topics: settings.lanes.topics.consumed))
    defer { consumer.close() }
    let owned = try join(consumer)
    let producer = try log.makeTransactionalProducer(
      id: "\(settings.lanes.group)-\(settings.instance)-recover")
    defer { producer.close() }
    try producer.initialize()
    return try owned.compactMap { lane in
      try recovery.recover(lane, at: clock.now, with: producer, group: consumer.metadata())
    }
  }

  /// Waits until all lanes are this member's, and keeps them from being read.
  private func join(_ consumer: any GroupConsumer) throws -> [LaneNumber] {
    let deadline = ContinuousClock.now + patience
    var owned: Set<LaneNumber> = []
    var failure: (any Error)?
    repeat {
      _ = try consumer.poll(FetchLimits(maxRecords: 1, maxBytes: 1, timeout: .milliseconds(500))) { change in
        switch change {
        case .assigned(let partitions):
          owned = Set(partitions.map(\.lane))
          // Their positions may not be in the log any more.
          do { try consumer.pause(partitions) } catch { failure = error }
        case .revoked, .lost: owned = []
        }
      }
      if let failure { throw failure }
    } while owned.count < Int(settings.lanes.partitions) && ContinuousClock.now < deadline
    guard owned.count == Int(settings.lanes.partitions) else {
      throw LogError(
        .fatal, code: "groupRuns",
        "group '\(settings.lanes.group)' has \(owned.count) of \(settings.lanes.partitions) lanes for this process: others run; stop them first"
      )
    }
    return owned.sorted()
  }
}
