public import LaneStorage
internal import Processor

/// What became of lanes' local files since the start.
public struct LaneFileFacts: Sendable, Hashable {
  /// Files that were written.
  public var written = 0
  /// Files that could not be written.
  public var failed = 0
  /// Files that a restore did not use, by why not.
  public var ignored: [LaneFileDoubt.Reason: Int] = [:]

  /// Creates zeros.
  public init() {}
}
