internal import EventLog
internal import JourneyModel
internal import LaneStorage
internal import ProcessRuntime
internal import WireFormat

/// Brings the lanes of an assignment back, and distinguishes what is asked again, what another owner has
/// overtaken, and what a person has to decide.
struct LaneRestoration {
  private let settings: ProcessorSettings
  private let configuration: String
  /// The log's name: a lane file of another log is not used.
  private let log: String
  private let local: LocalStorage
  private let request: RetriedRequest

  init(settings: ProcessorSettings, log: String, local: LocalStorage, request: RetriedRequest) {
    self.settings = settings
    configuration = settings.lanes.digest
    self.log = log
    self.local = local
    self.request = request
  }

  /// Restores lanes one after the other; where a request fails that may be made again, all of them once more.
  ///
  /// - Parameters:
  ///   - kept: the journal record of the last batch of lanes that are still in memory.
  ///   - body: takes a lane, with the uptime at which its restore began.
  func restore(
    _ numbers: [LaneNumber], _ consumer: any GroupConsumer, _ reader: any PartitionReader,
    kept: [LaneNumber: JournalRecord], memoryShare: Int,
    _ body: (LaneNumber, LaneRestorer.Restored, _ started: Duration) throws -> Void
  ) throws {
    request.report(.restoring(numbers))
    try request.run {
      let inputs = numbers.flatMap { lane in
        settings.lanes.topics.consumed.map { TopicPartition($0, lane: lane) }
      }
      let committed = try consumer.committed(inputs)
      let restorer = LaneRestorer(
        settings: settings, configuration: configuration, reader: reader, log: log, local: local,
        memoryShare: memoryShare, report: request.report)
      for number in numbers {
        let started = request.runtime.uptime
        let restored = try judged(number, numbers, restorer, committed) {
          try consumer.committed(inputs) == committed
        } restore: {
          try restorer.restore(number, committed: committed, kept: kept[number])
        }
        if !restored.lost.isEmpty {
          request.report(.inputLost(try restorer.lostInputs([number], committed: committed)))
        }
        try body(number, restored, started)
      }
    }
  }

  /// Says of a failure whether it is for a person.
  private func judged(
    _ number: LaneNumber, _ numbers: [LaneNumber], _ restorer: LaneRestorer,
    _ committed: [TopicPartition: NextOffset?], isStill: () throws -> Bool,
    restore: () throws -> LaneRestorer.Restored
  ) throws -> LaneRestorer.Restored {
    do {
      return try restore()
    } catch let error as LogError where error.reaction == .fatal {
      // Nothing fences a reader: whoever has was still between the two reads finds what the next owner has
      // committed since. Only what does not fit together while nothing moves is for a person to look at.
      guard try isStill() else {
        throw LogError(
          .retry, code: "overtaken", "lane \(number) moved on while it was read back: \(error.message)")
      }
      guard error.code == LogError.inputLost else { throw error }
      // Over all lanes, as a person has to decide about all of them.
      let lost = try restorer.lostInputs(numbers, committed: committed)
      let unread = lost.filter { !$0.isFirstRead }
      request.report(.inputLost(lost))
      throw unread.isEmpty ? error : LogError.inputLost(unread)
    }
  }

  /// The actor of a restored machine.
  func lane(_ restored: LaneMachine, tail: JournalRecord?) throws(LogError) -> Lane {
    // Handed over whole: the restorer built it for this lane and nobody keeps a reference, which the compiler
    // cannot see through the synchronous rebalance handler.
    nonisolated(unsafe) let machine = restored
    let decoder = try InputDecoder(settings.lanes)
    return Lane(machine, decoder: decoder, tail: tail, files: schedule(restored.lane, tail))
  }

  private func schedule(_ lane: LaneNumber, _ newest: JournalRecord?) -> sending LaneFileSchedule? {
    guard let files = local.laneFiles else { return nil }
    return LaneFileSchedule(
      files, identity: LaneFileIdentity(settings.lanes, log: log, lane: lane),
      interval: settings.laneFileInterval, newest: newest)
  }
}
