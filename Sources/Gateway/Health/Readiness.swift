internal import EventLog
package import JourneyModel
package import Processor

/// Whether a processor does its work, and if not, why.
///
/// Ready is who is a member of its group, has all its lanes running, and gets on wherever there is something
/// to read. So is a member that got no lanes, because there are more members than lanes. A process that waits
/// for another one to give up an embedded log is alive and not ready.
package struct Readiness: Sendable, Hashable {
  /// One thing in the way.
  package enum Reason: Sendable, Hashable {
    /// The worker has not taken its first turn.
    case starting
    /// It is no member of its group; who is, where that is known.
    case waiting(String?)
    /// A lane is being read back.
    case restoring(lane: LaneNumber, LaneFacts.RestoreProgress?)
    /// Most records of an input topic were broken: it is not read for a while.
    case breakerOpen(BreakerOpening, since: EventTime)
    /// A partition has records and does not get on.
    case stalled(Stall)
    /// The worker gives no sign of life.
    case silent(since: EventTime)
    /// It was asked to stop.
    case stopping
  }

  /// Most reasons that are listed; the others are counted.
  package static let maxListed = 100

  /// What is in the way, in a fixed order; empty if nothing is.
  package let reasons: [Reason]
  /// Input that retention removed before it was read, since the start. In nobody's way any more, and not to
  /// be overlooked.
  package let lost: [LostInput]

  /// Judges what is known.
  package init(_ facts: ProcessorFacts, at moment: Moment, _ limits: HealthLimits) {
    var reasons: [Reason] = []
    if facts.isStopping { reasons.append(.stopping) }
    if !Liveness(facts, at: moment, limits).isAlive {
      reasons.append(.silent(since: moment.time(at: facts.lastSign)))
    }
    switch facts.isMember {
    case nil: reasons.append(facts.waiting.map { .waiting($0) } ?? .starting)
    case false?: reasons.append(.waiting(facts.waiting))
    case true?: break
    }
    for (number, lane) in facts.lanes.sorted(by: { $0.key < $1.key }) where lane.state == .restoring {
      reasons.append(.restoring(lane: number, lane.restored))
    }
    for (_, breaker) in facts.breakers.inByteOrder {
      guard let opening = breaker.opening else { continue }
      reasons.append(.breakerOpen(opening, since: moment.time(at: breaker.openedAt)))
    }
    reasons += facts.stalls(at: moment, after: limits.stallAfter).map { .stalled($0) }
    self.reasons = reasons
    lost = facts.lostInput.newest.values.sorted { $0.partition < $1.partition }
  }

  /// Whether nothing is in the way.
  package var isReady: Bool { reasons.isEmpty }

  /// `ready` and `reasons`, each with its `code`.
  package var json: [UInt8] {
    let listed = reasons.prefix(Readiness.maxListed)
    let omitted = reasons.count - listed.count
    return JSONPage.encode(
      Page(
        ready: isReady, reasons: listed.map(Entry.init), omitted: omitted > 0 ? omitted : nil,
        lost: lost.isEmpty ? nil : lost.prefix(Readiness.maxListed).map(Loss.init)))
  }

  private struct Page: Encodable {
    var ready: Bool
    var reasons: [Entry]
    var omitted: Int?
    var lost: [Loss]?
  }

  private struct Loss: Encodable {
    var topic: String
    var lane: Int32
    var from: Int64
    var to: Int64
    var since: String?
    var until: String?

    init(_ loss: LostInput) {
      topic = loss.partition.topic
      lane = loss.partition.partition
      from = loss.offsets.lowerBound
      to = loss.offsets.upperBound
      since = loss.since?.iso8601
      until = loss.until?.iso8601
    }
  }

  private struct Entry: Encodable {
    var code: String
    var lane: Int32?
    var topic: String?
    var lag: Int64?
    var since: String?
    var paused: String?
    var read: Int64?
    var total: Int64?
    var explanation: String?

    init(_ reason: Reason) {
      switch reason {
      case .starting: code = "starting"
      case .waiting(let text):
        code = "waiting"
        explanation = text ?? "not a member of the group, or not yet"
      case .restoring(let lane, let progress):
        code = "restoring"
        self.lane = lane.value
        read = progress?.read
        total = progress?.total
      case .breakerOpen(let opening, let since):
        code = "breakerOpen"
        topic = opening.topic
        self.since = since.iso8601
        explanation =
          "\(opening.rejected) of the last \(opening.read) records were broken; "
          + "it is read again after \(opening.cooldown.components.seconds) s"
      case .stalled(let stall):
        code = "stalled"
        lane = stall.lane.value
        topic = stall.topic
        lag = stall.lag
        since = stall.since.iso8601
        paused = stall.pause
      case .silent(let since):
        code = "silent"
        self.since = since.iso8601
      case .stopping: code = "stopping"
      }
    }
  }
}
