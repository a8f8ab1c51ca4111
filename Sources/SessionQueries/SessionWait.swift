package import EventLog
import Foundation
package import Processor
internal import WireFormat

/// Waits until the processor has committed what was in the inputs, so that whoever has just published sees
/// it. Blocks.
package struct SessionWait: Sendable {
  /// What became of it.
  package enum Outcome: Equatable, Sendable {
    case upToDate
    /// Nobody runs the group, and so many records wait.
    case noProcessor(waiting: Int)
    /// Somebody does, and has committed nothing for a while.
    case standstill(waiting: Int)
  }

  package let log: any EventLog
  package let settings: ProcessorSettings
  /// Whether somebody runs the group; `nil` if the log does not know.
  package let isAlive: @Sendable () throws -> Bool?
  /// How long a processor that was started a moment ago may need until it shows.
  package var grace = Duration.seconds(2)
  /// How long nothing may be committed. A restore may take that long.
  package var patience = Duration.seconds(15)
  /// The same where the log does not know whether anybody is there.
  package var uncertainPatience = Duration.seconds(5)
  package var interval = Duration.milliseconds(50)
  /// How often `routed` is waited for: lanes that look for persons answer each other, and others may never
  /// leave them silent.
  package var maxAnswers: Int

  package init(
    log: any EventLog, settings: ProcessorSettings, isAlive: @escaping @Sendable () throws -> Bool?
  ) {
    self.log = log
    self.settings = settings
    self.isAlive = isAlive
    maxAnswers = settings.lanes.messaging == nil ? 1 : 8
  }

  package func run() throws -> Outcome {
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
    var outcome = try wait(backlog, try backlog.ends(inputs))
    // What is routed on the way is in `routed` once the inputs are done, and what lanes tell each other for
    // it once that is.
    var waited: [TopicPartition: NextOffset] = [:]
    for _ in 0..<maxAnswers where outcome == .upToDate {
      let ends = try backlog.ends([lanes.topics.routed])
      if ends == waited { break }
      waited = ends
      outcome = try wait(backlog, ends)
    }
    return outcome
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
