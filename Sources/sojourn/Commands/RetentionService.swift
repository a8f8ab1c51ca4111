import EventLog
import Foundation
import JourneyModel
internal import LogTools
import Presentation
import Processor
import ServiceLifecycle
import Synchronization
import Threads
internal import WireFormat

/// Reports to the log again and again what a restart of the running lanes does not need any more, so that it
/// may go once it is old enough. Nothing else ever removes it.
struct RetentionService: Service {
  let log: any EventLog
  let settings: ProcessorSettings
  /// How long journal, redo and routed records stay for verification.
  let history: Duration
  let lanes: RunningLanes
  let report: @Sendable (ProcessorEvent) -> Void
  var interval: Duration = .seconds(60)
  /// Before the first round: a start has better things to do, and a clock that is wrong for a moment decides
  /// nothing.
  var delay: Duration = .seconds(20)

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      try await Task.sleep(for: delay)
      while !Task.isCancelled {
        await round()
        try await Task.sleep(for: interval)
      }
    }
  }

  private func round() async {
    let (log, settings, history, numbers) = (log, settings, history, lanes.numbers)
    guard !numbers.isEmpty else { return }
    do {
      try await onOwnThread {
        try RetentionService.release(numbers, on: log, settings, history: history)
      }
    } catch let error as LogError where error.reaction == .retry {
      // A broker that is away or a transaction under way: the next round comes soon.
    } catch {
      report(.retentionFailed((error as? LogError)?.message ?? error.localizedDescription))
    }
  }

  /// One round over these lanes.
  static func release(
    _ lanes: [LaneNumber], on log: any EventLog, _ settings: ProcessorSettings, history: Duration
  ) throws {
    let topics = settings.lanes.topics
    let inputs = log.retainsInputs ? topics.consumed : [topics.routed]
    let partitions = lanes.flatMap { lane in inputs.map { TopicPartition($0, lane: lane) } }
    let committed = try log.committedOffsets(group: settings.lanes.group, of: partitions)
    let reader = try log.makeReader()
    defer { reader.close() }
    var settings = settings
    settings.restorePatience = .seconds(5)
    let needs = RestartNeeds(settings: settings, reader: reader, includesInputs: log.retainsInputs)
    var positions: [TopicPartition: NextOffset] = [:]
    for lane in lanes {
      positions.merge(try needs.positions(lane, committed: committed)) { $1 }
    }
    try log.release(before: positions, history: history)
  }
}

/// The lanes that this process runs, as it reports them.
final class RunningLanes: Sendable {
  private let lanes = Mutex<Set<LaneNumber>>([])

  /// In order.
  var numbers: [LaneNumber] { lanes.withLock { $0.sorted() } }

  func note(_ event: ProcessorEvent) {
    switch event {
    case .running(let lane, _): lanes.withLock { _ = $0.insert(lane) }
    case .released(let numbers): lanes.withLock { $0.subtract(numbers) }
    default: break
    }
  }
}
