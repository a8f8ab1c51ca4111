package import LaneStorage
internal import Processor

/// What became of lanes' local files since the start.
package struct LaneFileFacts: Sendable, Hashable {
  /// Files that were written.
  package var written = 0
  /// Files that could not be written.
  package var failed = 0
  /// Files that a restore did not use, by why not.
  package var ignored: [LaneFileDoubt.Reason: Int] = [:]

  /// Creates zeros.
  package init() {}
}
