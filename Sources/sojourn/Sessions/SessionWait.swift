import EmbeddedLog
import EventLog
import Foundation
import Presentation
import Processor
import Threads

/// Waits until the processor has committed what was in the inputs, so that whoever has just published sees
/// it. Blocks.
struct SessionWait: Sendable {
  /// What became of it.
  enum Outcome: Equatable, Sendable {
    case upToDate
    /// Nobody runs the group, and so many records wait.
    case noProcessor(waiting: Int)
    /// Somebody does, and has committed nothing for a while.
    case standstill(waiting: Int)
  }

  let log: any EventLog
  let settings: ProcessorSettings
  /// Whether somebody runs the group; `nil` if the log does not know.
  let isAlive: @Sendable () throws -> Bool?
  /// How long a processor that was started a moment ago may need until it shows.
  var grace = Duration.seconds(2)
  /// How long nothing may be committed. A restore may take that long.
  var patience = Duration.seconds(15)
  /// The same where the log does not know whether anybody is there.
  var uncertainPatience = Duration.seconds(5)
  var interval = Duration.milliseconds(50)

  func run() throws -> Outcome {
    let reader = try log.makeReader()
    defer { reader.close() }
    let lanes = settings.lanes
    let known = try log.describe(lanes.topics.consumed + [lanes.topics.journal])
    // As many lanes as the log has, whatever the settings of this command say.
    guard known.count == lanes.topics.consumed.count + 1, let journal = known[lanes.topics.journal],
      known.values.allSatisfy({ $0.partitions == journal.partitions })
    else { return .upToDate }
    let backlog = Backlog(reader: reader, topics: lanes.topics, partitions: journal.partitions)
    let inputs = lanes.topics.consumed.filter { $0 != lanes.topics.routed }
    // What is routed on the way is in `routed` once the inputs are done.
    for names in [inputs, [lanes.topics.routed]] {
      let outcome = try wait(backlog, try backlog.ends(names))
      if outcome != .upToDate { return outcome }
    }
    return .upToDate
  }

  private func wait(_ backlog: Backlog, _ ends: [TopicPartition: NextOffset]) throws -> Outcome {
    var ends = ends
    var least = Int.max
    let began = ContinuousClock.now
    var moved = began
    while true {
      let waiting = try backlog.count(&ends)
      if waiting == 0 { return .upToDate }
      let now = ContinuousClock.now
      if waiting < least {
        least = waiting
        moved = now
      }
      switch try isAlive() {
      case true?: if now - moved >= patience { return .standstill(waiting: waiting) }
      case false?: if now - began >= grace { return .noProcessor(waiting: waiting) }
      case nil: if now - moved >= uncertainPatience { return .standstill(waiting: waiting) }
      }
      Thread.sleep(forTimeInterval: interval / .seconds(1))
    }
  }
}

extension SessionWait {
  /// Waits, and says on standard error if that was in vain.
  static func run(_ log: any EventLog, _ settings: Settings) async throws {
    let group = settings.processor.lanes.group
    let wait = SessionWait(log: log, settings: settings.processor) {
      guard let embedded = log as? EmbeddedLog else { return nil }
      return try embedded.currentLease(group: group) != nil
    }
    let outcome = try await onOwnThread { try wait.run() }
    if let text = text(outcome, place: "\(settings.log)", group: group) {
      StandardError.print("sojourn: \(text)")
    }
  }

  /// What a person has to know; `nil` for nothing.
  static func text(_ outcome: Outcome, place: String, group: String) -> String? {
    switch outcome {
    case .upToDate: nil
    case .noProcessor(let waiting):
      "no processor runs group '\(group)' on \(place), and \(CheckCommand.count(waiting, "record")) "
        + "\(waiting == 1 ? "waits" : "wait"): 'sojourn run' processes them; this is as of its last commit"
    case .standstill(let waiting):
      "group '\(group)' on \(place) has committed nothing for some seconds, and \(CheckCommand.count(waiting, "record")) "
        + "\(waiting == 1 ? "waits" : "wait"): is 'sojourn run' running? This is as of its last commit"
    }
  }
}
