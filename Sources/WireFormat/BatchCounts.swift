/// What became of a batch's records. `read` = `applied` + `duplicates` + `rejected` + `ignored` + `routed` +
/// `messages` + `commands`.
public struct BatchCounts: Sendable, Hashable, Codable {
  /// Records taken.
  public var read = 0
  /// Events folded into sessions.
  public var applied = 0
  /// Events already known, and messages that were applied before.
  public var duplicates = 0
  /// Records rejected.
  public var rejected = 0
  /// Records that are known and say nothing to a session.
  public var ignored = 0
  /// Events forwarded to their owner's lane.
  public var routed = 0
  /// Messages of other lanes that were applied.
  public var messages = 0
  /// Commands about persons that were taken up.
  public var commands = 0

  /// Creates zeros.
  public init() {}

  /// Adds two counts.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.read += right.read
    sum.applied += right.applied
    sum.duplicates += right.duplicates
    sum.rejected += right.rejected
    sum.ignored += right.ignored
    sum.routed += right.routed
    sum.messages += right.messages
    sum.commands += right.commands
    return sum
  }
}
