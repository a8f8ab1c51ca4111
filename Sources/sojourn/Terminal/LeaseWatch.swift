import EmbeddedLog
import EventLog
import Foundation
import JourneyModel
import Presentation
import Processor
import Threads

/// Says who owns the group's partitions while another process does: of an embedded log one process runs at a
/// time.
struct LeaseWatch: Sendable {
  let log: EmbeddedLog
  let settings: ProcessorSettings

  /// Looks once a second until cancelled.
  func report(to note: @Sendable (ProcessorEvent) -> Void) async {
    var told: Int64?
    while !Task.isCancelled {
      let (log, group) = (log, settings.lanes.group)
      let lease = try? await onOwnThread { try log.currentLease(group: group) }
      // Once for each owner: a lease that is renewed is no news.
      if let lease, lease.epoch != told, lease.pid != ProcessInfo.processInfo.processIdentifier {
        told = lease.epoch
        note(.waiting(LeaseWatch.text(lease)))
      }
      guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
    }
  }

  private static func text(_ lease: GroupLease) -> String {
    let until = EventTime(milliseconds: lease.expires).iso8601
    return "group '\(lease.group)' is run by process \(lease.pid), instance '\(lease.owner)', "
      + "until \(until) unless it renews its lease; this process takes over when that one ends"
  }
}
