public import JourneyModel

/// Whether a processor does its work, and if not, why.
///
/// Ready is who is a member of its group, has all its lanes running, and gets on wherever there is something to read. So
/// is a member that got no lanes, because there are more members than lanes. A process that waits for another one to
/// give up an embedded log is alive and not ready.
public struct Readiness: Sendable, Hashable {
  /// One thing in the way.
  public enum Reason: Sendable, Hashable {
    /// The worker has not taken its first turn.
    case starting
    /// It is no member of its group; who is, where that is known.
    case waiting(String?)
    /// A lane is being read back.
    case restoring(lane: Int32, LaneFacts.RestoreProgress?)
    /// A partition has records and does not get on.
    case stalled(Stall)
    /// The worker gives no sign of life.
    case silent(since: EventTime)
    /// It was asked to stop.
    case stopping
  }

  /// Most reasons that are listed; the others are counted.
  public static let maxListed = 100

  /// What is in the way, in a fixed order; empty if nothing is.
  public let reasons: [Reason]

  /// Judges what is known.
  public init(_ facts: ProcessorFacts, at moment: Moment, _ limits: HealthLimits) {
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
    reasons += facts.stalls(at: moment, after: limits.stallAfter).map { .stalled($0) }
    self.reasons = reasons
  }

  /// Whether nothing is in the way.
  public var isReady: Bool { reasons.isEmpty }

  /// `ready` and `reasons`, each with its `code`.
  public var json: [UInt8] {
    let listed = reasons.prefix(Readiness.maxListed)
    let omitted = reasons.count - listed.count
    return JSONPage.encode(
      Page(ready: isReady, reasons: listed.map(Entry.init), omitted: omitted > 0 ? omitted : nil))
  }

  private struct Page: Encodable {
    var ready: Bool
    var reasons: [Entry]
    var omitted: Int?
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
        self.lane = lane
        read = progress?.read
        total = progress?.total
      case .stalled(let stall):
        code = "stalled"
        lane = stall.lane
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
