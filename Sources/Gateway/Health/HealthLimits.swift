/// After how long a processor counts as unwell.
package struct HealthLimits: Sendable, Hashable {
  /// How long a partition may lag without getting on until it counts as stalled.
  package var stallAfter: Duration = .seconds(60)
  /// How long the worker may be silent until it counts as dead. More than any single wait that is no fault:
  /// the longest is for the broker to give up on the open transaction of a predecessor that was killed.
  package var liveAfter: Duration = .seconds(30)

  /// Creates the default limits.
  package init() {}
}
