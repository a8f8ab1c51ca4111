internal import SimulatedLog

/// What happens to processes, their machines and the cluster from outside.
enum Chaos: String, CaseIterable {
  /// The process is killed at this very moment.
  case kill
  /// Killed while it gives its lanes back.
  case killInRelease
  /// Hangs for long enough that its session and its transaction time out.
  case longStall
  /// Hangs for a moment.
  case shortStall
  /// Hangs and is removed from the group meanwhile: somebody else owns its lanes when it goes on.
  case overtake
  /// The group removes a member.
  case evict
  /// Every member gives its partitions up.
  case rebalance
  /// A second process starts under the same instance while the first still runs.
  case replace
  /// The machine's clock goes ahead.
  case clockAhead
  /// The machine's clock goes back.
  case clockBack
  /// The machine's clock goes ahead by hours or more, or back, and is right again when the process is started
  /// anew.
  case clockJump
  /// What nobody needs any more is given up, and what is old enough removed.
  case maintain
  /// The cluster compacts its compacted topics.
  case compact
  /// A process is asked to stop and started again.
  case restart
  /// Somebody copies a message to where it stands already, as a mirror or a careless operator does.
  case repeatMessage
}
